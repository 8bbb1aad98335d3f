/**
 * How Bun is started for a program of ours: nothing of the folder that somebody happens to stand in runs in it or sets
 * anything for it. Bun itself would load a bunfig.toml's preload, take variables from `.env`, and let the `paths` of a
 * tsconfig.json put other modules in the place of ours; and what BUN_OPTIONS and its kin name runs before the first line.
 * All of that is meant for the person's own programs, and stays theirs. Imports nothing: it is part of every start.
 */

/** Bun 1.2.20 to 1.4.2 does what this flag says, and writes `Internal error: directory mismatch` to stderr. */
const isNoisy = Bun.semver.order(Bun.version, "1.4.3") < 0;

/**
 * In the first lines of `scripts` too, and in bin/. Measured with Bun 1.4.5: each closes one way, and `-c=/dev/null` closes none.
 * The last one keeps the `paths` of the tree that we are installed in from the packages that we load: a Bun that makes noise
 * about it does without.
 */
export const OWN_FLAGS: readonly string[] = [
  "--config=/dev/null",
  "--no-env-file",
  ...(isNoisy ? [] : ["--tsconfig-override=/dev/null"]),
];

/** `noOrphans` of a bunfig.toml sets it for all that Bun starts: whoever has it ends with its parent, and ends its children. */
const NO_ORPHANS = "BUN_FEATURE_FLAG_NO_ORPHANS";

/**
 * They act on any Bun: options, a debugger's port, a module to load first, a debugger to call, a parent to talk to, and to
 * end with.
 */
const USERS = [
  "BUN_OPTIONS",
  "BUN_INSPECT",
  "BUN_INSPECT_PRELOAD",
  "BUN_INSPECT_CONNECT_TO",
  "BUN_INSPECT_NOTIFY",
  "NODE_CHANNEL_FD",
  NO_ORPHANS,
] as const;

/** The scripts' first lines hand them on under these names, which mean nothing to Bun. */
const KEPT = "BUN_WATCHDOG_KEPT_";

/** The pid that has been started anew: a Bun that does not tell how it was started must not be started for ever. */
export const RESTARTED = "BUN_WATCHDOG_RESTARTED";

/** The pid of a service of ours: what it starts with this ends with its standard input, and so does not outlive it. */
export const ENDS_WITH_INPUT_OF = "BUN_WATCHDOG_ENDS_WITH_INPUT_OF";

type Environment = Readonly<Record<string, string | undefined>>;

/** A command line that runs a program of ours; the environment has to be `ownEnvironment`, or ours as it is. */
export const ownCommand = (script: string, ...args: readonly string[]): string[] => [
  process.execPath,
  ...OWN_FLAGS,
  script,
  ...args,
];

type Variables<Value> = Readonly<Record<string, Value>>;

const without = <Value>(env: Variables<Value>, names: readonly string[]): Record<string, Value> =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !names.includes(name)));

/** Without everything that would act on a Bun of ours, and without what is kept for the person's own. */
export const ownEnvironment = <Value extends string | undefined>(
  env: Variables<Value>,
): Record<string, Value> => without(env, [RESTARTED, ...USERS, ...USERS.map((name) => KEPT + name)]);

/** Gives a person's own command its environment as it was before we took something out of it. */
export function usersEnvironment<Value extends string | undefined>(
  env: Variables<Value>,
): Record<string, Value> {
  const users = without(env, [RESTARTED, ...USERS.map((name) => KEPT + name)]);
  for (const name of USERS) {
    const kept = env[KEPT + name];
    if (kept !== undefined && kept !== "") users[name] = kept;
  }
  return users;
}

/** The same, with what is meant for the person's own Bun put aside: `usersEnvironment` is the way back. */
export function keptAside<Value extends string | undefined>(env: Variables<Value>): Record<string, Value> {
  const aside = without(env, USERS);
  for (const name of USERS) {
    const value = env[name];
    if (value !== undefined && value !== "") aside[KEPT + name] = value;
  }
  return aside;
}

/** Whether a Bun above ends all that it has started when it ends, in whatever session that is by then. */
export const endsWithStarter = (env: Environment): boolean =>
  [NO_ORPHANS, KEPT + NO_ORPHANS].some((name) => /^(?:1|true)$/u.test(env[name] ?? ""));

/** Whether this Bun was started as ours are: by a script's first lines, or by `ownCommand`. */
export const isStartedClean = (
  execArgv: readonly string[] = process.execArgv,
  env: Environment = process.env,
): boolean =>
  OWN_FLAGS.every((flag) => execArgv.includes(flag)) && USERS.every((name) => (env[name] ?? "") === "");
