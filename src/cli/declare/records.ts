/** `report`, `history`, `logs`, `alerts` and `maintenance` on the command line. */
import type { MaintenanceOptions } from "../commands/maintenance.ts";
import type { Command } from "commander";
import { countOption, examples, since, type SetExitCode, withConfig, running } from "./options.ts";
import { MAINTENANCE_TASKS, type MaintenanceTask } from "../../core/plan/event.ts";

export function declareReport(program: Command, setExitCode: SetExitCode): void {
  program
    .command("report")
    .description("what was stopped and why, who offends, how the days went, which limits do not fit")
    .option("--since <time>", "how long ago (12h, 30d) or a date (2026-11-20); without it a week", since)
    .option("--until <time>", "the same; without it now", since)
    .option("--project <directory>", "only what works in this directory or below it")
    .option("--top <count>", "how many entries each list has", countOption, 5)
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
    .action(running(setExitCode, async () => (await import("../commands/report.ts")).report));
}

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
    .action(running(setExitCode, async () => (await import("../commands/history.ts")).exportHistory));
  withConfig(history.command("info"))
    .description("how much is recorded, since when, and what it takes")
    .option("--json", "one JSON object on standard output")
    .addHelpText("after", examples(["history info", "size, rows, oldest and newest"]))
    .action(running(setExitCode, async () => (await import("../commands/history.ts")).historyInfo));
}

export function declareLogs(program: Command, setExitCode: SetExitCode): void {
  program
    .command("logs")
    .description("the watchdog's own log")
    .option("-f, --follow", "go on with new lines as they come")
    .option("-n, --lines <count>", "how many of the last lines", countOption, 50)
    .addHelpText("after", examples(["logs --follow", "watch what it does"]))
    .action(running(setExitCode, async () => (await import("../commands/logs.ts")).logs));
}

export function declareAlerts(program: Command, setExitCode: SetExitCode): void {
  const alerts = program.command("alerts").description("who is told when something is stopped or goes wrong");
  const declare = (name: string, description: string): Command =>
    withConfig(alerts.command(name))
      .description(description)
      .option("--json", "one JSON object on standard output");
  declare(
    "test",
    "send one through each channel; exit 1 when it does not arrive, 2 when none is configured",
  ).action(running(setExitCode, async () => (await import("../commands/alerts.ts")).sendTestAlert));
  declare("status", "what waits, what arrived, what did not").action(
    running(setExitCode, async () => (await import("../commands/alerts.ts")).alertsStatus),
  );
  alerts.addHelpText(
    "after",
    examples(["alerts test", "does it arrive?"], ["alerts status --json", "for scripts"]),
  );
}

const TASKS: Readonly<Record<MaintenanceTask, string>> = {
  daily: "sum up the last 24 hours, in the log",
  weekly: "compress old logs; remove what is older than the configuration says",
  monthly: "review the patterns of the last 30 days, as a page beside the log",
};

export function declareMaintenance(program: Command, setExitCode: SetExitCode): void {
  const maintenance = program
    .command("maintenance")
    .description("what the monitor does about its own records, by plan or by hand")
    .addHelpText(
      "after",
      examples(
        ["maintenance status", "when each was done, and when it is next"],
        ["maintenance weekly", "compress and remove now"],
        ["maintenance due", "for a timer, where no monitor runs all the time"],
      ),
    );
  const declare = (name: string, description: string): Command =>
    withConfig(maintenance.command(name))
      .description(description)
      .option("--json", "one JSON object on standard output");
  for (const task of MAINTENANCE_TASKS)
    declare(task, TASKS[task]).action(
      running(setExitCode, async () => {
        const { now } = await import("../commands/maintenance.ts");
        return (options: MaintenanceOptions) => now(task, options);
      }),
    );
  declare("status", "the schedule, the last runs and the next").action(
    running(setExitCode, async () => (await import("../commands/maintenance.ts")).maintenanceStatus),
  );
  declare("due", "do what is due by the schedule, each run once; a running monitor does it by itself")
    .option("--no-log", "leave the log and the journal to the caller")
    .action(running(setExitCode, async () => (await import("../commands/maintenance.ts")).due));
}
