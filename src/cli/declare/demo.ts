/** `demo` on the command line. */
import type { Command } from "commander";
import type { DemoOptions } from "../commands/demo.ts";
import { examples, type SetExitCode } from "./options.ts";

export function declareDemo(program: Command, setExitCode: SetExitCode): void {
  program
    .command("demo")
    .description("watch it find and stop four harmless runaways, and spare two innocents")
    .option("--json", "one JSON object on standard output")
    .addHelpText("after", examples(["demo", "half a minute; needs no configuration, leaves nothing behind"]))
    .action(async (options: DemoOptions) => {
      const { demo } = await import("../commands/demo.ts");
      setExitCode(await demo(options));
    });
}
