/** Starts the manager in the background, for whoever needs it: out of the job, the session and the scope of who asks. */
import { detach, findWithin, PATIENCE_MS } from "../../host/background.ts";
import { TUNING } from "../../host/runtime-tuning.ts";
import { DEPTH_VARIABLE, JOB_VARIABLE } from "../../core/process/slot.ts";
import { ownScope, SCOPE_VARIABLE } from "../../os/select-containers.ts";
import { CommandError } from "../../text/errors.ts";
import { ownCommand, ownEnvironment } from "../../trust/own-bun.ts";
import { MANAGER } from "../../wire/manager.ts";

/**
 * Nothing wakes it while nothing happens: Bun's timed collections would every second, then five times a minute, and its
 * allocator's thread 40 times a minute. No Bun refuses these.
 */
export const QUIET = { BUN_GC_TIMER_DISABLE: "1", MIMALLOC_SCAVENGER: "0" } as const;

/** A second manager says this and ends. */
export const ALREADY_RUNS = "A manager already runs";

/** `script`: of bunctl. Resolves to what `find` finds. */
export async function detachManager<T>(script: string, find: () => Promise<T | null>): Promise<T> {
  const { [JOB_VARIABLE]: _job, [DEPTH_VARIABLE]: _depth, ...outside } = ownEnvironment(process.env);
  const command = ownCommand(script, "daemon", "run");
  const start = async (argv: readonly string[], more: Environment = {}): Promise<T> => {
    try {
      return await detach(MANAGER.title, argv, find, { env: { ...outside, ...QUIET, ...more }, cwd: "/" });
    } catch (error) {
      // somebody else has started one at the same moment, and that one is about to answer
      const other = isSecond(error) ? await findWithin(PATIENCE_MS, find) : null;
      if (other === null) throw error;
      return other;
    }
  };
  /** A Bun that does not know one of the settings does not start at all. */
  const startTuned = (argv: readonly string[], more: Environment = {}): Promise<T> =>
    orElseIfRefused(
      () => start(argv, { ...TUNING, ...more }),
      () => start(argv, more),
    );
  const scope = process.env[SCOPE_VARIABLE] === undefined ? ownScope(process.env) : null;
  if (scope === null) return startTuned(command);
  // if the service manager refuses, the manager is started as it would be without one
  return orElseIfRefused(
    () => startTuned([...scope, ...command], { [SCOPE_VARIABLE]: "1" }),
    () => startTuned(command),
  );
}

type Environment = Readonly<Record<string, string>>;

async function orElseIfRefused<T>(first: () => Promise<T>, second: () => Promise<T>): Promise<T> {
  try {
    return await first();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return second();
  }
}

const isSecond = (error: unknown): boolean =>
  error instanceof CommandError && error.message.includes(ALREADY_RUNS);
