/**
 * The settings that a launch needs, kept from the last time they were worked out: to find, read and check the files
 * takes 10 ms and 3 MB, to see that none of them has changed a fraction of one. A file counts as unchanged by its inode,
 * size and change time (ctime: nobody can set that back).
 */
import type { Policy } from "../core/policy.ts";
import { DEPTH_VARIABLE, JOB_VARIABLE } from "../core/slot.ts";
import type { LoadOptions } from "./load.ts";
import { directoriesUp, inside, KIRO, KIRO_FILE, PLACES, userFile } from "./places.ts";
import type { Settings } from "./settings.ts";

export interface LaunchSettings {
  readonly policy: Policy;
  readonly gate: Settings["gate"];
  readonly projectRoot: string;
  readonly warnings: readonly string[];
}

/** What it takes of the machine. */
export interface LaunchFiles {
  readonly exists: (path: string) => boolean;
  /** Another whenever the file is. */
  readonly markOf: (path: string) => string;
  /** null: it is not there. */
  readonly read: (path: string) => string | null;
  readonly write: (path: string, text: string) => void;
}

interface Kept {
  /** Of whoever wrote it: another version may mean something else by it. */
  readonly version: string;
  /** What it was asked for: the file's name is only a hash of it. */
  readonly asked: string;
  /** Every file that has a say, or would have one if it existed. */
  readonly marks: readonly (readonly [path: string, mark: string])[];
  readonly settings: LaunchSettings;
}

/** `directory` is this account's alone (0700). @throws ConfigError as loadConfig does */
export async function launchSettings(
  options: LoadOptions,
  directory: string,
  version: string,
  files: LaunchFiles,
): Promise<LaunchSettings> {
  const asked = JSON.stringify([{ ...options, env: ownVariables(options) }]);
  const path = `${directory}/settings-${Bun.hash(asked).toString(36)}.json`;
  const kept = read(path, files);
  const isValid = kept !== null && kept.version === version && kept.asked === asked;
  if (isValid && kept.marks.every(([file, before]) => mark(file, files) === before)) return kept.settings;
  // marked before they are read: what changes in between is read again the next time
  const marks = candidates(options, files).map((file) => [file, mark(file, files)] as const);
  const { loadConfig } = await import("./load.ts");
  const { policy, settings, projectRoot, warnings } = await loadConfig(options);
  const found = { policy, gate: settings.gate, projectRoot, warnings };
  const next: Kept = { version, asked, marks, settings: found };
  keep(path, next, files);
  return found;
}

/** Where that cannot be done (a full disk, no descriptor left) the next launch works them out again. */
function keep(path: string, next: Kept, { write }: LaunchFiles): void {
  try {
    write(path, JSON.stringify(next));
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
  }
}

const PREFIX = "BUN_WATCHDOG_";
const OTHERS: ReadonlySet<string> = new Set([JOB_VARIABLE, DEPTH_VARIABLE]);

const ownVariables = ({ env }: LoadOptions): readonly unknown[] =>
  Object.entries(env).filter(([name]) => name.startsWith(PREFIX) && !OTHERS.has(name));

const GIT = ".git";

const candidates = (
  { cwd, home, file }: LoadOptions,
  { exists }: Pick<LaunchFiles, "exists">,
): readonly string[] => [
  ...directoriesUp(cwd, home, exists).flatMap((directory) =>
    [GIT, `${KIRO}/${KIRO_FILE}`, ...PLACES].map((name) => inside(directory, name)),
  ),
  userFile(home),
  ...(file === undefined ? [] : [file.startsWith("/") ? file : inside(cwd, file)]),
];

/** Every commit changes the repository's directory, and only its being there matters. */
const mark = (path: string, { exists, markOf }: LaunchFiles): string =>
  path.endsWith(`/${GIT}`) ? String(exists(path)) : markOf(path);

/** null: nothing usable. Whoever could put something else here could as well replace this program. */
function read(path: string, files: LaunchFiles): Kept | null {
  const text = files.read(path);
  if (text === null) return null;
  try {
    // written below, into a directory that is ours alone
    const kept: Kept = JSON.parse(text);
    return kept;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
