/** `logs` on the command line. */
import type { Command } from "commander";
import type { LogsOptions } from "../commands/logs.ts";
import { count, examples, type SetExitCode } from "./options.ts";

export function declareLogs(program: Command, setExitCode: SetExitCode): void {
  program
    .command("logs")
    .description("the watchdog's own log")
    .option("-f, --follow", "go on with new lines as they come")
    .option("-n, --lines <count>", "how many of the last lines", count, 50)
    .addHelpText("after", examples(["logs --follow", "watch what it does"]))
    .action(async (options: LogsOptions) => {
      const { logs } = await import("../commands/logs.ts");
      setExitCode(await logs(options));
    });
}
