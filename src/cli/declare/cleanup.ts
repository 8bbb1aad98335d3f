/** `cleanup` on the command line. */
import type { Command } from "commander";
import type { CleanupOptions } from "../commands/cleanup.ts";
import { withConfig, examples, duration, type SetExitCode } from "./options.ts";

export function declareCleanup(program: Command, setExitCode: SetExitCode): void {
  withConfig(program.command("cleanup"))
    .description("stop what runs away now, and verify that it is dead")
    .option("-n, --dry-run", "print the plan and send nothing")
    .option("-f, --force", "no grace: SIGKILL at once (spares what is always spared)")
    .option("-y, --yes", "also act on jobs the monitor still gives a reprieve")
    .option("--hook", "behave as in a git hook: no concurrency limit, survivors do not fail it")
    .option("--strict", "in a hook: fail when something survives")
    .option("--watch-for <duration>", "look that long before deciding, e.g. 60s", duration)
    .option("--json", "one JSON object on standard output")
    .addHelpText(
      "after",
      examples(
        ["cleanup --dry-run", "what would be stopped, and why"],
        ["cleanup", "stop it: SIGTERM, grace, SIGKILL, verify"],
        ["cleanup --force", "a process that will not die"],
        ["cleanup --watch-for 60s", "look longer before deciding about CPU"],
      ),
    )
    .action(async (options: CleanupOptions) => {
      const { cleanup } = await import("../commands/cleanup.ts");
      setExitCode(await cleanup(options));
    });
}
