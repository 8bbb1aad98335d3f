/** `status`, `cleanup`, `stop` and `monitor` on the command line. */
import { type Command, InvalidArgumentError } from "commander";
import { withConfig, examples, type SetExitCode, durationOption, running } from "./options.ts";

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
    .action(running(setExitCode, async () => (await import("../commands/status.ts")).status));
}

export function declareCleanup(program: Command, setExitCode: SetExitCode): void {
  withConfig(program.command("cleanup"))
    .description("stop what runs away now, and verify that it is dead")
    .option("-n, --dry-run", "print the plan and send nothing")
    .option("-f, --force", "no grace: SIGKILL at once (spares what is always spared)")
    .option("-y, --yes", "also act on jobs the monitor still gives a reprieve")
    .option("--hook", "behave as in a git hook: no concurrency limit, survivors do not fail it")
    .option("--strict", "in a hook: fail when something survives")
    .option("--watch-for <duration>", "look that long before deciding, e.g. 60s", durationOption)
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
    .action(running(setExitCode, async () => (await import("../commands/cleanup.ts")).cleanupCommand));
}

const pid = (text: string, before: readonly number[] = []): readonly number[] => {
  if (!/^[1-9]\d{0,9}$/.test(text)) throw new InvalidArgumentError("A pid is a whole number above 0.");
  return [...before, Number(text)];
};

export function declareStop(program: Command, setExitCode: SetExitCode): void {
  withConfig(program.command("stop"))
    .description("stop these processes with what hangs on them, and verify that they are dead")
    .argument("<pid...>", "Bun processes, as `status` shows them", pid)
    .option("-n, --dry-run", "show what would be stopped and send nothing")
    .option("-f, --force", "no grace: SIGKILL at once (spares what is always spared)")
    .option("-y, --yes", "do not ask; needed where nobody can be asked")
    .option("--json", "one JSON object on standard output; needs --yes or --dry-run")
    .addHelpText(
      "after",
      examples(
        ["stop 4711", "shows what goes with it, and asks"],
        ["stop 4711 4712 --yes", "in a script"],
        ["stop 4711 --force", "a process that will not die"],
      ),
    )
    .action(running(setExitCode, async () => (await import("../commands/stop.ts")).stop));
}

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
    .action(running(setExitCode, async () => (await import("../commands/monitor.ts")).monitor));
}
