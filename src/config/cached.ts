/**
 * The settings that a launch needs, kept from the last time they were worked out: to find, read and check the files
 * takes 10 ms and 3 MB, to see that none of them has changed a fraction of one. A file counts as unchanged by its inode,
 * size and change time (ctime: nobody can set that back).
 */
import { readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Policy } from "../core/policy.ts";
import { DEPTH_VARIABLE, JOB_VARIABLE } from "../core/slot.ts";
import { entryExists, searchDirectories, userFile } from "./directories.ts";
import type { LoadOptions } from "./load.ts";
import { KIRO, KIRO_FILE, PLACES } from "./places.ts";
import type { Settings } from "./settings.ts";

export interface LaunchSettings {
  readonly policy: Policy;
  readonly gate: Settings["gate"];
  readonly projectRoot: string;
  readonly warnings: readonly string[];
}

interface Kept {
  /** Of whoever wrote it: another version may mean something else by it. */
  readonly version: string;
  /** What it was asked for: the file's name is only a hash of it. */
  readonly asked: string;
  /** Every file that has a say, or would have one if it existed. */
  readonly marks: readonly (readonly [path: string, mark: string | null])[];
  readonly settings: LaunchSettings;
}

/** `directory` is this account's alone (0700). @throws ConfigError as loadConfig does */
export async function launchSettings(
  options: LoadOptions,
  directory: string,
  version: string,
): Promise<LaunchSettings> {
  const asked = JSON.stringify([{ ...options, env: ownVariables(options) }]);
  const path = `${directory}/settings-${Bun.hash(asked).toString(36)}.json`;
  const kept = read(path);
  const isValid = kept !== null && kept.version === version && kept.asked === asked;
  if (isValid && kept.marks.every(([file, mark]) => markOf(file) === mark)) return kept.settings;
  // marked before they are read: what changes in between is read again the next time
  const marks = candidates(options).map((file) => [file, markOf(file)] as const);
  const { loadConfig } = await import("./load.ts");
  const { policy, settings, projectRoot, warnings } = await loadConfig(options);
  const found = { policy, gate: settings.gate, projectRoot, warnings };
  write(path, { version, asked, marks, settings: found });
  return found;
}

const PREFIX = "BUN_WATCHDOG_";
const OTHERS: ReadonlySet<string> = new Set([JOB_VARIABLE, DEPTH_VARIABLE]);

const ownVariables = ({ env }: LoadOptions): readonly unknown[] =>
  Object.entries(env).filter(([name]) => name.startsWith(PREFIX) && !OTHERS.has(name));

const GIT = ".git";

const candidates = ({ cwd, home, file }: LoadOptions): readonly string[] => [
  ...searchDirectories(cwd, home).flatMap((directory) =>
    [GIT, `${KIRO}/${KIRO_FILE}`, ...PLACES].map((name) => resolve(directory, name)),
  ),
  userFile(home),
  ...(file === undefined ? [] : [resolve(cwd, file)]),
];

/** null: it is not there. */
function markOf(path: string): string | null {
  // every commit changes it, and only its being there matters
  if (path.endsWith(`/${GIT}`)) return entryExists(path) ? "there" : null;
  try {
    const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
    return stat === undefined ? null : `${stat.dev}:${stat.ino}:${stat.size}:${stat.ctimeNs}`;
  } catch (error) {
    // a loop of links, a directory that may not be entered: as long as it stays one
    if (error instanceof Error && "code" in error) return String(error.code);
    throw error;
  }
}

/** null: nothing usable. Whoever could put something else here could as well replace this program. */
function read(path: string): Kept | null {
  try {
    // written by `write`, in a directory that is ours alone
    const kept: Kept = JSON.parse(readFileSync(path, "utf8"));
    return kept;
  } catch (error) {
    const isAbsent = error instanceof Error && "code" in error && error.code === "ENOENT";
    if (isAbsent || error instanceof SyntaxError) return null;
    throw error;
  }
}

function write(path: string, kept: Kept): void {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(kept), { mode: 0o600 });
  renameSync(draft, path);
}
