/** `alerts` on the command line. */
import type { Command } from "commander";
import type { AlertsOptions } from "../commands/alerts.ts";
import { withConfig, examples, type SetExitCode } from "./options.ts";

export function declareAlerts(program: Command, setExitCode: SetExitCode): void {
  const alerts = program.command("alerts").description("who is told when something is stopped or goes wrong");
  const declare = (name: "test" | "status", description: string): void => {
    withConfig(alerts.command(name))
      .description(description)
      .option("--json", "one JSON object on standard output")
      .action(async (options: AlertsOptions) => {
        const commands = await import("../commands/alerts.ts");
        setExitCode(await commands[name](options));
      });
  };
  declare("test", "send one through each channel; exit 1 when it does not arrive, 2 when none is configured");
  declare("status", "what waits, what arrived, what did not");
  alerts.addHelpText(
    "after",
    examples(["alerts test", "does it arrive?"], ["alerts status --json", "for scripts"]),
  );
}
