/** `monitor --detach | --stop | --restart`. */
import { fileURLToPath } from "node:url";
import type { Loaded } from "../config/load.ts";
import type { RunningMonitor } from "../wire/control-client.ts";
import { systemClock } from "../os/clock.ts";
import { CommandError } from "../text/errors.ts";
import { SilentMonitor, describeMonitor, monitorOver } from "../host/running-monitor.ts";
import { monitorName } from "../host/scope.ts";
import { uid } from "../host/watch-ports.ts";
import { ensureRuntimeDirectory, runtimePath } from "../os/runtime-directory.ts";
import { acquireLock } from "../os/select.ts";
import { tunedEnvironment } from "../host/runtime-tuning.ts";
import { ownCommand, ownEnvironment } from "../trust/own-bun.ts";
import { typed } from "../trust/typed.ts";

/** A start or a stop that takes longer than this has failed, and says so. Ten times what either takes, grace apart. */
const PATIENCE_MS = 10_000;
const LOOK_MS = 50;

async function until<T>(withinMs: number, find: () => Promise<T | null>): Promise<T | null> {
  const endMs = systemClock.monotonicMs() + withinMs;
  for (;;) {
    const found = await find();
    if (found !== null || systemClock.monotonicMs() > endMs) return found;
    await systemClock.sleep(LOOK_MS);
  }
}

/** Starts a monitor that outlives this terminal, and waits until it answers. `args` are the foreground's own flags. */
export async function detach(loaded: Loaded, args: readonly string[]): Promise<RunningMonitor> {
  const script = fileURLToPath(new URL("../../scripts/fix-runaway-bun.ts", import.meta.url));
  const child = Bun.spawn(ownCommand(script, "monitor", ...args), {
    detached: true,
    stdio: ["ignore", "ignore", "pipe"],
    env: tunedEnvironment() ?? ownEnvironment(process.env),
  });
  const started = await until(PATIENCE_MS, async () =>
    child.exitCode !== null ? ("failed" as const) : monitorOver(loaded.policy),
  );
  if (started === null || started === "failed") {
    child.kill("SIGKILL");
    throw new CommandError(`The monitor did not start:\n${(await child.stderr.text()).trim()}`);
  }
  child.unref();
  return started;
}

/** Its socket is gone before its lock: the log is written to its end in between, and the next one could not start. */
function isHeld({ about: { scope, project } }: RunningMonitor): boolean {
  const name = monitorName({ scope, projectRoot: project });
  const lock = acquireLock(runtimePath(ensureRuntimeDirectory(uid()), name, "lock"), {
    project,
    command: "monitor",
  });
  if ("heldBy" in lock) return true;
  lock[Symbol.dispose]();
  return false;
}

/** Asks the running monitor to stop and waits until it has let go of its lock; one that does not answer is ended. null = none ran. */
export async function stopMonitor(loaded: Loaded): Promise<string | null> {
  try {
    return await stopRunning(loaded);
  } catch (error) {
    if (!(error instanceof SilentMonitor)) throw error;
    return `${error.who}; ${await error.end(2 * loaded.policy.killGraceMs)}`;
  }
}

async function stopRunning(loaded: Loaded): Promise<string | null> {
  const running = await monitorOver(loaded.policy, "here");
  if (running === null) return null;
  await running.stop();
  const patienceMs = PATIENCE_MS + 2 * loaded.policy.killGraceMs;
  const stopped = await until(patienceMs, async () =>
    (await monitorOver(loaded.policy, "here"))?.about.pid === running.about.pid || isHeld(running)
      ? null
      : true,
  );
  if (stopped === null)
    throw new CommandError(
      `The monitor ${running.about.pid} has not stopped. It may be in the middle of a kill; look at: ${typed("logs")}`,
    );
  return describeMonitor(running);
}
