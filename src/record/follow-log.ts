/** `logs [--follow]`: the end of the log, then what is added, across days and a log that is removed and made again. */
import { existsSync, type FSWatcher, lstatSync, readdirSync, realpathSync, statSync, watch } from "node:fs";
import { basename, dirname } from "node:path";
import { printable } from "../text/mask.ts";
import { orElse } from "../text/system-error.ts";
import { logDays } from "./log-files.ts";
import { lastLinesOfDay } from "./packed-log.ts";
import { Tail } from "./tail.ts";

interface FollowOptions {
  /** How many lines of what is already there; earlier days fill up what today does not have. */
  readonly lines: number;
  /** Go on with what is added, until `signal` aborts or the iteration is left. Waits for a log that does not exist yet. */
  readonly follow: boolean;
  readonly signal?: AbortSignal;
}

/** Longer lines are cut: none of ours is, but the file may have been written by others. */
const MOST_LINE_CHARACTERS = 4_000;

/** Lines of the log at `path`, without control characters. Without `follow`, a missing log has no lines. */
export async function* followLog(path: string, options: FollowOptions): AsyncGenerator<string> {
  for await (const line of rawLines(path, options)) yield printable(line, MOST_LINE_CHARACTERS);
}

async function* rawLines(path: string, { lines, follow, signal }: FollowOptions): AsyncGenerator<string> {
  // in place before the first look: nothing falls between them
  using watching = follow ? watchDirectory(dirname(path)) : null;
  let tail = openTail(path, lines);
  try {
    if (tail !== null) {
      const present = [...tail.read()];
      yield* await earlierLines(path, lines - present.length);
      yield* present;
    }
    if (watching === null) return;
    while (await watching.changed(signal)) {
      if (tail !== null) yield* tail.read();
      const now = identityOf(path);
      if (now === null || now === tail?.identity) continue;
      // the old file may have got its last lines between our reading and the swap
      if (tail !== null) yield* tail.read();
      tail?.[Symbol.dispose]();
      tail = openTail(path, Number.MAX_SAFE_INTEGER);
      if (tail !== null) yield* tail.read();
    }
  } finally {
    tail?.[Symbol.dispose]();
  }
}

/** The last `wanted` lines of the days before the one that `path` leads to. */
async function earlierLines(path: string, wanted: number): Promise<readonly string[]> {
  const directory = dirname(path);
  const current = basename(realpathSync(path));
  const earlier = logDays(readdirSync(directory)).filter(({ name }) => name < current);
  const days: (readonly string[])[] = [];
  let missing = wanted;
  for (const day of earlier.toReversed()) {
    if (missing <= 0) break;
    const lines = await lastLinesOfDay(directory, day, missing);
    days.unshift(lines);
    missing -= lines.length;
  }
  return days.flat();
}

const openTail = (path: string, lines: number): Tail | null =>
  orElse(null, () => new Tail(path, lines), "ENOENT");

function identityOf(path: string): string | null {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? null : `${stat.dev}:${stat.ino}`;
}

interface DirectoryWatch extends Disposable {
  /** Resolves to true at the next change, at once when there was one since the last call; to false when `signal` aborts. */
  changed(signal?: AbortSignal): Promise<boolean>;
}

/** Watches `directory`, or its nearest existing ancestor for as long as it is missing. */
function watchDirectory(directory: string): DirectoryWatch {
  let watcher: FSWatcher | null = null;
  let watched = "";
  let dirty = false;
  let wake: (() => void) | null = null;

  const onChange = (): void => {
    dirty = true;
    wake?.();
  };
  const arm = (): void => {
    const nearest = nearestExisting(directory);
    const { dev, ino } = lstatSync(nearest);
    const identity = `${dev}:${ino}`;
    if (identity === watched) return;
    watcher?.close();
    watcher = watch(nearest, onChange);
    // the directory itself went away; the next arm() looks for another
    watcher.on("error", onChange);
    watched = identity;
    // what happened before the watch was in place was not seen
    dirty = true;
  };

  arm();
  return {
    changed: async (signal) => {
      arm();
      const { promise, resolve } = Promise.withResolvers<void>();
      const aborted = (): void => resolve();
      wake = resolve;
      signal?.addEventListener("abort", aborted, { once: true });
      if (!dirty && signal?.aborted !== true) await promise;
      signal?.removeEventListener("abort", aborted);
      dirty = false;
      return signal?.aborted !== true;
    },
    [Symbol.dispose]: () => watcher?.close(),
  };
}

function nearestExisting(directory: string): string {
  let path = directory;
  while (!existsSync(path) && path !== dirname(path)) path = dirname(path);
  return path;
}
