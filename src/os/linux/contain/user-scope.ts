/**
 * The one way to a kernel's memory limit for an account that owns no control group (a login by SSH or on a terminal): its
 * systemd user manager gives it a scope of its own, systemd-run(1). We become the same command line in there: pid,
 * session, terminal and streams stay as they are.
 */
import { jobIdOf, gatedJobsAround } from "../../../core/process/slot.ts";
import type { ContainerFactory } from "../../../ports/container.ts";
import type { ThisProcess } from "../../../ports/this-process.ts";
import { execve } from "../start/exec.ts";
import { entryAt } from "../files/private-files.ts";
import { ownCommandLine } from "../proc/this-process.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Set for who is in one: it does not ask again, and does not hand the variable on. */
export const SCOPE_VARIABLE = "BUN_WATCHDOG_IN_USER_SCOPE";

/** A manager that is busy starting a session. */
const TRIAL_MS = 10_000;

/**
 * Returns where there is no need (the kernel keeps limits here already, or we are in a scope), and where there is no way:
 * no user manager, or one that refuses. Inside another job nobody leaves: that job could not be ended as a whole.
 */
export async function enterUserScope(
  { id, pidNamespace, environment }: ThisProcess,
  containers: Pick<ContainerFactory, "create">,
  memoryBytes: number,
  inherited: readonly number[],
): Promise<void> {
  if (environment[SCOPE_VARIABLE] !== undefined || gatedJobsAround(environment).length > 0) return;
  const scope = userScope(environment);
  if (scope === null) return;
  const jobId = jobIdOf({ ...id, pidNamespace }, 0);
  {
    using container = await containers.create({ jobId, memoryBytes });
    if (container.facts.memory === "kernel") return;
  }
  if (!isGiven(scope, environment)) return;
  const argv = [...scope, process.execPath, ...ownCommandLine().slice(1)];
  execve(argv[0] ?? "", argv, { ...environment, [SCOPE_VARIABLE]: "1" }, inherited);
}

/** Arguments to put before a command; null where there is no user manager to ask. */
export function userScope(env: Environment): readonly string[] | null {
  const runtime = env["XDG_RUNTIME_DIR"];
  if (runtime === undefined || entryAt(`${runtime}/systemd/private`) < 0) return null;
  return scopeOf(env, ["--user"]);
}

/** As above; root asks the machine's own manager. */
export const ownScope = (env: Environment): readonly string[] | null =>
  process.getuid?.() === 0 ? (entryAt("/run/systemd/system") < 0 ? null : scopeOf(env, [])) : userScope(env);

function scopeOf(env: Environment, whose: readonly string[]): readonly string[] | null {
  const program = Bun.which("systemd-run", { PATH: env["PATH"] ?? "" });
  if (program === null) return null;
  return [program, ...whose, "--scope", "--quiet", "--collect", "-p", "Delegate=yes", "--"];
}

/** Tried on a program that does nothing: once we have become systemd-run, a refusal would be the end of the launch. */
const isGiven = (scope: readonly string[], env: Environment): boolean =>
  Bun.spawnSync([...scope, "true"], { env, stdio: ["ignore", "ignore", "ignore"], timeout: TRIAL_MS })
    .exitCode === 0;
