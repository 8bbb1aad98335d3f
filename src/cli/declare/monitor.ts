/** `monitor` on the command line. */
import type { Command } from "commander";
import type { MonitorOptions } from "../commands/monitor.ts";
import { withConfig, examples, type SetExitCode } from "./options.ts";

export function declareMonitor(program: Command, setExitCode: SetExitCode): void {
  withConfig(program.command("monitor"))
    .description("watch until stopped; with -- <command>: watch while that command runs")
    .argument("[command...]", "a command to run under the monitor; its exit code is passed through")
    .passThroughOptions()
    .option("--detach", "run in the background and return once it watches")
    .option("--stop", "stop the running monitor")
    .option("--restart", "stop the running monitor, then start in the background")
    .option("--once", "one pass, then exit")
    .option("--clean", "with a command: end what it leaves running")
    .option("-y, --yes", "no reprieve for jobs that already run")
    .option("--json", "events as JSON lines on standard output")
    .addHelpText(
      "after",
      examples(
        ["monitor", "in the foreground; Ctrl-C stops it"],
        ["monitor --detach", "in the background"],
        ["monitor --stop", "stop that one"],
        ["monitor --clean -- bun test", "a CI step under the monitor; nothing of it stays"],
      ),
    )
    .action(async (command: string[], options: MonitorOptions) => {
      const { monitor } = await import("../commands/monitor.ts");
      setExitCode(await monitor(command, options));
    });
}
