/** `report` on the command line. */
import type { Command } from "commander";
import type { ReportOptions } from "../commands/report.ts";
import { count, examples, since, type SetExitCode } from "./options.ts";

export function declareReport(program: Command, setExitCode: SetExitCode): void {
  program
    .command("report")
    .description("what was stopped and why, who offends, how the days went, which limits do not fit")
    .option("--since <time>", "how long ago (12h, 30d) or a date (2026-11-20); without it a week", since)
    .option("--until <time>", "the same; without it now", since)
    .option("--project <directory>", "only what works in this directory or below it")
    .option("--top <count>", "how many entries each list has", count, 5)
    .option("--config <file>", "use this configuration file")
    .option("--json", "one JSON object on standard output")
    .addHelpText(
      "after",
      examples(
        ["report", "the last week"],
        ["report --since 30d --top 10", "the last month, longer lists"],
        ["report --since 14d --until 7d", "the week before"],
        ["report --project ~/shop", "one project"],
        ["report --json | jq .advice", "which limits to change, for scripts"],
      ),
    )
    .action(async (options: ReportOptions) => {
      const { report } = await import("../commands/report.ts");
      setExitCode(await report(options));
    });
}
