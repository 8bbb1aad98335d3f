/** Every command of `bun-watchdog`, in the order of the help. One file has the declaration of a command, and runs it. */
import { line, type Program } from "./declaring.ts";

export const WATCHDOG: Program = {
  name: "bun-watchdog",
  summary: "Finds Bun processes that run away, and makes sure they are dead.",
  commands: {
    status: line(
      "every Bun process, the job it belongs to, and how it stands to the limits",
      async () => (await import("./commands/status.ts")).statusCommand,
    ),
    cleanup: line(
      "stop what runs away now, and verify that it is dead",
      async () => (await import("./commands/cleanup.ts")).cleanupCommand,
    ),
    stop: line(
      "stop these processes with what hangs on them, and verify that they are dead",
      async () => (await import("./commands/stop.ts")).stopCommand,
    ),
    monitor: line(
      "watch until stopped; with -- <command>: watch while that command runs",
      async () => (await import("./commands/monitor.ts")).monitorCommand,
    ),
    dashboard: line(
      "a page that shows what runs, and an API",
      async () => (await import("./commands/dashboard.ts")).dashboardCommand,
    ),
    report: line(
      "what was stopped and why, who offends, how the days went, which limits do not fit",
      async () => (await import("./commands/report.ts")).reportCommand,
    ),
    history: line(
      "what was observed and done, as it was recorded",
      async () => (await import("./commands/history.ts")).historyCommand,
    ),
    setup: line(
      "put the watchdog into this project: limits, package scripts, a git hook; or take it out again",
      async () => (await import("./commands/setup.ts")).setupCommand,
    ),
    config: line(
      "check, print or describe the configuration",
      async () => (await import("./commands/config.ts")).configCommand,
    ),
    alerts: line(
      "who is told when something is stopped or goes wrong",
      async () => (await import("./commands/alerts.ts")).alertsCommand,
    ),
    logs: line("the watchdog's own log", async () => (await import("./commands/logs.ts")).logsCommand),
    doctor: line(
      "what is in force here, what this machine lets it do, and who else kills",
      async () => (await import("./commands/doctor.ts")).doctorCommand,
    ),
    demo: line(
      "watch it find and stop four harmless runaways, and spare two innocents",
      async () => (await import("./commands/demo.ts")).demoCommand,
    ),
    maintenance: line(
      "what the monitor does about its own records, by plan or by hand",
      async () => (await import("./commands/maintenance.ts")).maintenanceCommand,
    ),
  },
};
