/** `monitor --detach | --stop | --restart`. */
import type { Loaded } from "../config/load.ts";
import { detachTuned, hasStopped, PATIENCE_MS } from "../host/background.ts";
import { SilentMonitor, describeMonitor, monitorOver } from "../host/running-monitor.ts";
import { CommandError } from "../text/errors.ts";
import { programFile } from "../trust/package-file.ts";
import { typed } from "../trust/typed.ts";
import type { RunningMonitor } from "../wire/client.ts";

export function detachMonitor(loaded: Loaded, args: readonly string[]): Promise<RunningMonitor> {
  const script = programFile("scripts/fix-runaway-bun.ts");
  return detachTuned("monitor", [script, "monitor", ...args], () => monitorOver(loaded.policy));
}

/** Asks the running monitor to stop and waits until it is gone; one that does not answer is ended. null = none ran. */
export async function stopMonitor(loaded: Loaded): Promise<string | null> {
  try {
    return await stopRunning(loaded);
  } catch (error) {
    if (!(error instanceof SilentMonitor)) throw error;
    return `${error.who}; ${await error.end(2 * loaded.policy.killGraceMs)}`;
  }
}

async function stopRunning({ policy }: Loaded): Promise<string | null> {
  const running = await monitorOver(policy, "here");
  if (running === null) return null;
  const { pid } = running.about;
  if (!(await hasStopped(running, PATIENCE_MS + 2 * policy.killGraceMs)))
    throw new CommandError(
      `The monitor ${pid} has not stopped. It may be in the middle of a kill; look at: ${typed("logs")}`,
    );
  return describeMonitor(running);
}
