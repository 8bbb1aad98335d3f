/** `status` on the command line. */
import type { Command } from "commander";
import type { StatusOptions } from "../commands/status.ts";
import { withConfig, examples, type SetExitCode } from "./options.ts";

export function declareStatus(program: Command, setExitCode: SetExitCode): void {
  withConfig(program.command("status"))
    .description("every Bun process, the job it belongs to, and how it stands to the limits")
    .option("-w, --watch", "a live table: sort, tree, evidence, stop by hand; q leaves it")
    .option("--check", "exit 1 when something is over a limit")
    .option("--json", "one JSON object on standard output")
    .addHelpText(
      "after",
      examples(
        ["status", "a table for people"],
        ["status --watch", "the same, live; ? shows the keys"],
        ["status --json | jq .totals", "for scripts"],
        ["status --check", "for CI: fails when something runs away"],
      ),
    )
    .action(async (options: StatusOptions) => {
      const { status } = await import("../commands/status.ts");
      setExitCode(await status(options));
    });
}
