/**
 * The settings that a launch needs, kept from the last time they were worked out: to find, read and check the files
 * takes 10 ms and 3 MB, to see that none of them has changed a fraction of one. A file counts as unchanged by its inode,
 * size and change time (ctime: nobody can set that back). What follows from them for a command is kept with them: to judge
 * by rules takes another 7 ms and 1 MB, and most launches are of a command that was launched before.
 */
import type { LaunchPlan } from "../core/slots/launch-limits.ts";
import type { Policy } from "../core/judge/policy.ts";
import { DEPTH_VARIABLE, JOB_VARIABLE } from "../core/process/slot.ts";
import type { LoadOptions } from "./load.ts";
import { directoriesUp, inside, KIRO, KIRO_FILE, PLACES, userFile } from "./files/places.ts";
import type { Settings } from "./schema/settings.ts";

export interface LaunchSettings {
  readonly policy: Policy;
  readonly gate: Settings["gate"];
  readonly projectRoot: string;
  readonly warnings: readonly string[];
}

/** The plan for a command under these settings; `work` is asked where it is not kept. `command`: all that it hangs on. */
export type PlanFor = (command: unknown, work: () => Promise<LaunchPlan>) => Promise<LaunchPlan>;

export interface LaunchFiles {
  readonly exists: (path: string) => boolean;
  /** Another whenever the file is. */
  readonly markOf: (path: string) => string;
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
  /** By what the command's words come to, so that none of them is written down; the latest comes first. */
  readonly plans: readonly (readonly [command: string, plan: LaunchPlan])[];
}

const MOST_PLANS = 8;

/** `directory` is this account's alone (0700). @throws ConfigError as loadConfig does */
export async function launchSettings(
  options: LoadOptions,
  directory: string,
  version: string,
  files: LaunchFiles,
): Promise<LaunchSettings & { readonly planFor: PlanFor }> {
  const asked = JSON.stringify([{ ...options, env: ownVariables(options) }]);
  const path = `${directory}/launches-${Bun.hash(asked).toString(36)}.json`;
  const kept = read(path, files);
  const isValid = kept !== null && kept.version === version && kept.asked === asked;
  if (isValid && kept.marks.every(([file, before]) => mark(file, files) === before))
    return { ...kept.settings, planFor: planning(path, kept, files) };
  // marked before they are read: what changes in between is read again the next time
  const marks = candidates(options, files).map((file) => [file, mark(file, files)] as const);
  const { loadConfig } = await import("./load.ts");
  const { policy, settings, projectRoot, warnings } = await loadConfig(options);
  const found = { policy, gate: settings.gate, projectRoot, warnings };
  const next: Kept = { version, asked, marks, settings: found, plans: [] };
  keep(path, next, files);
  return { ...found, planFor: planning(path, next, files) };
}

const planning =
  (path: string, kept: Kept, files: LaunchFiles): PlanFor =>
  async (words, work) => {
    const command = new Bun.CryptoHasher("sha256").update(JSON.stringify(words)).digest("base64");
    const known = kept.plans.find(([name]) => name === command);
    if (known !== undefined) return known[1];
    const plan = await work();
    keep(path, { ...kept, plans: [[command, plan] as const, ...kept.plans].slice(0, MOST_PLANS) }, files);
    return plan;
  };

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
