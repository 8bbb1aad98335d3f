/** `logs [--follow]`: the watchdog's own log. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Policy } from "../../core/policy.ts";
import { MonitorError, type RunningMonitor } from "../../monitor/control-client.ts";
import { LOG_FILE } from "../../record/activity-log.ts";
import { followLog } from "../../record/follow-log.ts";
import { configuration, type ConfigFlags } from "../configuration.ts";
import { CommandError } from "../errors.ts";
import { monitorOver } from "../running-monitor.ts";

export interface LogsOptions extends ConfigFlags {
  readonly follow?: boolean;
  readonly lines: number;
}

/** Its log is the one that goes on, wherever it was started. One that does not answer has its log here, most likely. */
async function runningHere(policy: Policy): Promise<RunningMonitor | null> {
  try {
    return await monitorOver(policy, "here");
  } catch (error) {
    if (error instanceof MonitorError) return null;
    throw error;
  }
}

export async function logs(options: LogsOptions): Promise<number> {
  const { logDirectory, policy } = await configuration(options);
  const monitor = await runningHere(policy);
  const path = join(monitor?.about.log ?? logDirectory, LOG_FILE);
  if (options.follow !== true && !existsSync(path))
    throw new CommandError(`There is no log at ${path} yet. Start the monitor: bun-watchdog monitor`);
  for await (const line of followLog(path, { lines: options.lines, follow: options.follow === true }))
    console.log(line);
  return 0;
}
