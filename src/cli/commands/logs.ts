/** `logs [--follow]`: the watchdog's own log. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { LOG_FILE } from "../../record/activity-log.ts";
import { followLog } from "../../record/follow-log.ts";
import { configuration, type ConfigFlags } from "../../host/configuration.ts";
import { CommandError } from "../../text/errors.ts";
import { watcherOf } from "../../history/keeper.ts";
import { typed } from "../../trust/typed.ts";
import type { Declaration } from "../declaring.ts";
import { countOption } from "../values.ts";

const elsewhere = (): string =>
  `A monitor that was started in another project had its log there; what it stopped here, report tells. Start one here: ${typed("monitor")}`;

export async function logs({
  follow = false,
  lines,
  ...flags
}: ConfigFlags & { readonly follow?: boolean; readonly lines: number }): Promise<number> {
  const { logDirectory, policy } = await configuration(flags);
  // the running monitor's log is the one that goes on, wherever it was started
  const monitor = await watcherOf(policy);
  const path = join(monitor?.about.log ?? logDirectory, LOG_FILE);
  if (!follow && !existsSync(path)) throw new CommandError(`There is no log at ${path} yet. ${elsewhere()}`);
  for await (const line of followLog(path, { lines, follow })) console.log(line);
  return 0;
}

export const logsCommand: Declaration = {
  options: [
    ["-f, --follow", "go on with new lines as they come"],
    ["-n, --lines <count>", "how many of the last lines", countOption, 50],
  ],
  examples: [["logs --follow", "watch what it does"]],
  exitCodes: [
    ["0", "done"],
    ["1", "there is no log yet"],
    ["2", "wrong arguments, or a wrong configuration"],
  ],
  run: logs,
};
