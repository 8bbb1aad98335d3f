/** `history` on the command line. */
import type { Command } from "commander";
import type { ExportOptions, InfoOptions } from "../commands/history.ts";
import { examples, since, withConfig, type SetExitCode } from "./options.ts";

export function declareHistory(program: Command, setExitCode: SetExitCode): void {
  const history = program.command("history").description("what was observed and done, as it was recorded");
  withConfig(history.command("export"))
    .description("one JSON object with a list per table")
    .option("--json", "one JSON object on standard output (the default)")
    .option("--jsonl", "one JSON object per line instead, each with its table's name")
    .option("--since <when>", "from then on: 30m, 12h, 7d, or a date", since)
    .option("--until <when>", "up to then", since)
    .option("--table <names>", "only these, e.g. kills,exits")
    .addHelpText(
      "after",
      examples(
        ["history export --json --since 7d", "everything of the last week"],
        ["history export --table kills", "every kill, with its evidence"],
        ["history export --jsonl | head", "a row per line, for other tools"],
      ),
    )
    .action(async (options: ExportOptions) => {
      const { exportHistory } = await import("../commands/history.ts");
      setExitCode(await exportHistory(options));
    });
  withConfig(history.command("info"))
    .description("how much is recorded, since when, and what it takes")
    .option("--json", "one JSON object on standard output")
    .addHelpText("after", examples(["history info", "size, rows, oldest and newest"]))
    .action(async (options: InfoOptions) => {
      const { historyInfo } = await import("../commands/history.ts");
      setExitCode(await historyInfo(options));
    });
}
