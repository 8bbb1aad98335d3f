/** `config` on the command line. */
import type { Command } from "commander";
import { withConfig, type SetExitCode } from "./options.ts";

export function declareConfig(program: Command, setExitCode: SetExitCode): void {
  const config = program.command("config").description("check, print or describe the configuration");
  const declare = (name: "check" | "print" | "schema", description: string): void => {
    withConfig(config.command(name))
      .description(description)
      .option("--json", "one JSON object on standard output")
      .action(async (options: { readonly config?: string; readonly json?: boolean }) => {
        const commands = await import("../commands/config.ts");
        setExitCode(await commands[name](options));
      });
  };
  declare("check", "exit 2 and say file, line and key when something is wrong");
  declare("print", "the configuration in force, the built-in rules written out");
  declare("schema", "the JSON Schema of the configuration file");
}
