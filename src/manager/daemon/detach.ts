/** Starts the manager in the background, for whoever needs it: out of the job, the session and the scope of who asks. */
import { detach } from "../../host/background.ts";
import { DEPTH_VARIABLE, JOB_VARIABLE } from "../../core/process/slot.ts";
import { ownScope, SCOPE_VARIABLE } from "../../os/select-containers.ts";
import { CommandError } from "../../text/errors.ts";
import { ownCommand, ownEnvironment } from "../../trust/own-bun.ts";
import { MANAGER } from "../../wire/manager.ts";

/** Bun's timed collections would wake it every second, then five times a minute, for nothing. */
export const QUIET = { BUN_GC_TIMER_DISABLE: "1" } as const;

/** `script`: of bunctl. Resolves to what `find` finds. */
export async function detachManager<T>(script: string, find: () => Promise<T | null>): Promise<T> {
  const { [JOB_VARIABLE]: _job, [DEPTH_VARIABLE]: _depth, ...outside } = ownEnvironment(process.env);
  const env = { ...outside, ...QUIET };
  const command = ownCommand(script, "daemon", "run");
  const start = (argv: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<T> =>
    detach(MANAGER.title, argv, find, { env: { ...env, ...more }, cwd: "/" });
  const scope = process.env[SCOPE_VARIABLE] === undefined ? ownScope(process.env) : null;
  if (scope === null) return start(command);
  try {
    return await start([...scope, ...command], { [SCOPE_VARIABLE]: "1" });
  } catch (error) {
    // the service manager refuses: it is started as it would be without one
    if (!(error instanceof CommandError)) throw error;
    return start(command);
  }
}
