/** `logs [--follow]`: the watchdog's own log. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { LOG_FILE } from "../../record/activity-log.ts";
import { followLog } from "../../record/follow-log.ts";
import { configuration, type ConfigFlags } from "../configuration.ts";
import { CommandError } from "../errors.ts";

export interface LogsOptions extends ConfigFlags {
  readonly follow?: boolean;
  readonly lines: number;
}

export async function logs(options: LogsOptions): Promise<number> {
  const { logDirectory } = await configuration(options);
  const path = join(logDirectory, LOG_FILE);
  if (options.follow !== true && !existsSync(path))
    throw new CommandError(`There is no log at ${path} yet. Start the monitor: bun-watchdog monitor`);
  for await (const line of followLog(path, { lines: options.lines, follow: options.follow === true }))
    console.log(line);
  return 0;
}
