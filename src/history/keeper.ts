/**
 * Finds the records that tell about a project. One monitor keeps every project of the account, in the records of the one that it was
 * started in: those of its own are not the only place to look.
 */
import { type Database, SQLiteError } from "bun:sqlite";
import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Loaded } from "../config/load.ts";
import { printable } from "../text/mask.ts";
import type { Policy } from "../core/judge/policy.ts";
import { ServiceError, type RunningMonitor } from "../wire/client.ts";
import { knowsProject } from "./store/read/window.ts";
import { stateDirectory } from "../trust/state.ts";
import { CommandError } from "../text/errors.ts";
import { shortPath } from "../render/command-name.ts";
import { monitorOver } from "../host/running-monitor.ts";
import { statePath, usualStatePath } from "../host/state.ts";
import type { MonitorAbout } from "../wire/monitor.ts";
import { codeOf, messageOf } from "../text/system-error.ts";
import { importJournal } from "./store/import-journal.ts";
import { HistoryError, openHistory } from "./store/open.ts";
import { listedAt } from "../trust/small-files.ts";
import { typed } from "../trust/typed.ts";

interface Kept extends Disposable {
  readonly database: Database;
  readonly path: string;
  /** The records are those of a monitor that was started elsewhere: a sentence that says so. null = they are our own. */
  readonly note: string | null;
}

/** The monitor that watches this project. One that does not answer was started here, most likely. */
export async function watcherOf(policy: Policy): Promise<RunningMonitor | null> {
  try {
    return await monitorOver(policy, "here");
  } catch (error) {
    if (error instanceof ServiceError) return null;
    throw error;
  }
}

/** The first that has something about this project. @throws CommandError when nobody has, and HistoryError */
export async function keptHistory(loaded: Loaded): Promise<Kept> {
  const own = dirname(statePath(loaded, "history.db"));
  const { about } = (await watcherOf(loaded.policy)) ?? {};
  for (const [directory, note] of places(loaded, own, about)) {
    if (!hasRecords(loaded, directory)) continue;
    const kept = keptIn(loaded, directory, note);
    if (note === null || knowsProject(kept.database, loaded.policy.projectRoot)) return kept;
    kept[Symbol.dispose]();
  }
  throw new CommandError(nothingYet(loaded, join(own, "history.db"), about));
}

/** Where records may be, and what is said of those that are not our own. */
function* places(
  loaded: Loaded,
  own: string,
  about: MonitorAbout | undefined,
): Generator<readonly [directory: string, note: Kept["note"]]> {
  if (about !== undefined && about.project !== loaded.policy.projectRoot) {
    const theirs = dirname(usualStatePath({ ...loaded, projectRoot: about.project }, "history.db"));
    const note = `From the records of the monitor ${about.pid}, which keeps this project too. It was started in ${printable(shortPath(about.project))}.`;
    const older = hasRecords(loaded, own) ? ` What was recorded before is in ${shortPath(own)}.` : "";
    yield [theirs, note + older];
  }
  yield [own, null];
  for (const other of others(loaded, own))
    yield [other, `From the records of a monitor that was started elsewhere, in ${shortPath(other)}.`];
}

/**
 * Opens it and takes over what the journal has gained since, so that it knows what happened a moment ago, with or
 * without a monitor; where that cannot be written now, a warning says so. @throws CommandError when it cannot be read, and
 * HistoryError.
 */
function keptIn(loaded: Loaded, directory: string, note: string | null): Kept {
  const path = join(directory, "history.db");
  try {
    const database = openHistory(path);
    if (loaded.settings.history.enabled) bringUpToDate(database, join(directory, "journal.jsonl"));
    return { database, path, note, [Symbol.dispose]: () => database[Symbol.dispose]() };
  } catch (error) {
    if (codeOf(error) === null || error instanceof HistoryError) throw error;
    const next =
      error instanceof SQLiteError
        ? "Try again."
        : "It has to be a file that this account may read and write.";
    throw new CommandError(`The history ${path} cannot be read: ${messageOf(error)}. ${next}`, {
      cause: error,
    });
  }
}

function bringUpToDate(database: Database, journal: string): void {
  try {
    importJournal(database, journal);
  } catch (error) {
    // SQLite's, or open(2)'s and read(2)'s of the journal
    if (codeOf(error) === null) throw error;
    console.error(`warning: the history is not up to date: ${messageOf(error)}`);
  }
}

const writtenMs = (directory: string): number =>
  statSync(join(directory, "history.db"), { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** Records of this account's other projects, the last written first. */
function others(loaded: Loaded, own: string): readonly string[] {
  const base = stateDirectory(loaded.options);
  return listedAt(base)
    .map((name) => join(base, name))
    .filter((directory) => directory !== own && writtenMs(directory) > 0)
    .toSorted((a, b) => writtenMs(b) - writtenMs(a));
}

/** There is something to open. */
const hasRecords = ({ settings: { history } }: Loaded, directory: string): boolean =>
  existsSync(join(directory, "history.db")) ||
  (history.enabled && existsSync(join(directory, "journal.jsonl")));

/** `monitor`: the one that watches this project, if there is one. */
function nothingYet({ settings }: Loaded, path: string, monitor: MonitorAbout | undefined): string {
  if (!settings.history.enabled)
    return `There is no history at ${path}: history.enabled is false in the configuration.`;
  const next =
    monitor === undefined
      ? `A monitor records it: ${typed("monitor")}`
      : `The monitor ${monitor.pid} has nothing to tell about this project so far: its first rows come within a minute.`;
  return `There is no history at ${path} yet. ${next}`;
}
