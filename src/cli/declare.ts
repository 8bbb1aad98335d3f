/** Every command, option and example of `bun-watchdog`. Each action loads only the command it runs. */
import { Command, InvalidArgumentError } from "commander";
import { parseDuration } from "./duration.ts";
import type { CleanupOptions } from "./commands/cleanup.ts";
import type { LogsOptions } from "./commands/logs.ts";
import type { MonitorOptions } from "./commands/monitor.ts";
import type { StatusOptions } from "./commands/status.ts";

type SetExitCode = (code: number) => void;

const duration = (text: string): number => {
  try {
    return parseDuration(text);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
};

const count = (text: string): number => {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("Write a whole number, 0 or more.");
  return Number(text);
};

const examples = (...lines: readonly [command: string, meaning: string][]): string =>
  `\nExamples:\n${lines.map(([command, meaning]) => `  $ ${command.padEnd(44)} ${meaning}`).join("\n")}`;

/** The options that say whose limits apply, and to which processes. */
const withConfig = (command: Command): Command =>
  command
    .option("--config <file>", "use this configuration file")
    .option(
      "--scope <scope>",
      "user: this account's processes; project: those of this project; machine: all (root)",
    )
    .option("--mode <mode>", "enforce: stop runaways; observe: only report them");

function declareCleanup(program: Command, setExitCode: SetExitCode): void {
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
        ["bun-watchdog cleanup --dry-run", "what would be stopped, and why"],
        ["bun-watchdog cleanup", "stop it: SIGTERM, grace, SIGKILL, verify"],
        ["bun-watchdog cleanup --force", "a process that will not die"],
        ["bun-watchdog cleanup --watch-for 60s", "look longer before deciding about CPU"],
      ),
    )
    .action(async (options: CleanupOptions) => {
      const { cleanup } = await import("./commands/cleanup.ts");
      setExitCode(await cleanup(options));
    });
}

function declareStatus(program: Command, setExitCode: SetExitCode): void {
  withConfig(program.command("status"))
    .description("every Bun process, the job it belongs to, and how it stands to the limits")
    .option("--check", "exit 1 when something is over a limit")
    .option("--json", "one JSON object on standard output")
    .addHelpText(
      "after",
      examples(
        ["bun-watchdog status", "a table for people"],
        ["bun-watchdog status --json | jq .totals", "for scripts"],
        ["bun-watchdog status --check", "for CI: fails when something runs away"],
      ),
    )
    .action(async (options: StatusOptions) => {
      const { status } = await import("./commands/status.ts");
      setExitCode(await status(options));
    });
}

function declareMonitor(program: Command, setExitCode: SetExitCode): void {
  withConfig(program.command("monitor"))
    .description("watch until stopped; with -- <command>: watch while that command runs")
    .argument("[command...]", "a command to run under the monitor; its exit code is passed through")
    .passThroughOptions()
    .option("--detach", "run in the background and return once it watches")
    .option("--stop", "stop the running monitor")
    .option("--restart", "stop the running monitor, then start in the background")
    .option("--once", "one pass, then exit")
    .option("-y, --yes", "no reprieve for jobs that already run")
    .option("--json", "events as JSON lines on standard output")
    .addHelpText(
      "after",
      examples(
        ["bun-watchdog monitor", "in the foreground; Ctrl-C stops it"],
        ["bun-watchdog monitor --detach", "in the background"],
        ["bun-watchdog monitor --stop", "stop that one"],
        ["bun-watchdog monitor -- bun test", "a CI step under the monitor"],
      ),
    )
    .action(async (command: string[], options: MonitorOptions) => {
      const { monitor } = await import("./commands/monitor.ts");
      setExitCode(await monitor(command, options));
    });
}

function declareConfig(program: Command, setExitCode: SetExitCode): void {
  const config = program.command("config").description("check, print or describe the configuration");
  const declare = (name: "check" | "print" | "schema", description: string): void => {
    withConfig(config.command(name))
      .description(description)
      .option("--json", "one JSON object on standard output")
      .action(async (options: { readonly config?: string; readonly json?: boolean }) => {
        const commands = await import("./commands/config.ts");
        setExitCode(await commands[name](options));
      });
  };
  declare("check", "exit 2 and say file, line and key when something is wrong");
  declare("print", "the configuration in force, the built-in rules written out");
  declare("schema", "the JSON Schema of the configuration file");
}

function declareLogs(program: Command, setExitCode: SetExitCode): void {
  program
    .command("logs")
    .description("the watchdog's own log")
    .option("-f, --follow", "go on with new lines as they come")
    .option("-n, --lines <count>", "how many of the last lines", count, 50)
    .addHelpText("after", examples(["bun-watchdog logs --follow", "watch what it does"]))
    .action(async (options: LogsOptions) => {
      const { logs } = await import("./commands/logs.ts");
      setExitCode(await logs(options));
    });
}

export function declareCommands(program: Command, setExitCode: SetExitCode): void {
  declareCleanup(program, setExitCode);
  declareStatus(program, setExitCode);
  declareMonitor(program, setExitCode);
  declareConfig(program, setExitCode);
  declareLogs(program, setExitCode);
}
