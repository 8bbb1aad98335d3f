/** Every command of `bun-watchdog`, in the order of the help. One file has the declaration of a command, and runs it. */
import { line, type Program } from "./declaring.ts";

export const WATCHDOG: Program = {
  name: "bun-watchdog",
  summary: "Finds runaway Bun processes, stops them, and makes sure that they are dead.",
  examples: [
    ["status", "what runs, and how it stands to the limits"],
    ["cleanup --dry-run", "what would be stopped now, and why"],
    ["monitor --detach", "watch in the background"],
  ],
  beside: {
    "bun-monitor-service": async () => (await import("./commands/monitor.ts")).monitorCommand,
    "bun-wrapper": async () => (await import("./completion/wrapper.ts")).wrapperDeclaration,
  },
  instead: {
    start: "monitor --detach",
    restart: "monitor --restart",
    watch: "monitor",
    run: "monitor -- <command>",
    top: "status --watch",
    check: "status --check",
    fix: "cleanup",
    init: "setup",
    install: "setup",
    uninstall: "setup --uninstall",
    "dry-run": "cleanup --dry-run",
  },
  commands: {
    status: line(
      "show every Bun process, its job, and how it stands to the limits",
      async () => (await import("./commands/status.ts")).statusCommand,
      ["ps", "list", "ls"],
    ),
    cleanup: line(
      "stop every runaway now, and verify that it is dead",
      async () => (await import("./commands/cleanup.ts")).cleanupCommand,
      ["clean"],
    ),
    stop: line(
      "stop these processes with what they started, and verify that they are dead",
      async () => (await import("./commands/stop.ts")).stopCommand,
      ["kill"],
    ),
    monitor: line(
      "watch, and stop runaways; with -- <command>: while that command runs",
      async () => (await import("./commands/monitor.ts")).monitorCommand,
    ),
    dashboard: line(
      "serve a page that shows what runs, and an API",
      async () => (await import("./commands/dashboard.ts")).dashboardCommand,
    ),
    report: line(
      "show what was stopped and why, and which limits do not fit",
      async () => (await import("./commands/report.ts")).reportCommand,
    ),
    history: line(
      "export what was observed and done, as it was recorded",
      async () => (await import("./commands/history.ts")).historyCommand,
    ),
    setup: line(
      "put limits, package scripts and a git hook into this project, or take them out",
      async () => (await import("./commands/setup.ts")).setupCommand,
    ),
    config: line(
      "check, print or describe the configuration",
      async () => (await import("./commands/config.ts")).configCommand,
    ),
    alerts: line(
      "test and show who is told when something is stopped or goes wrong",
      async () => (await import("./commands/alerts.ts")).alertsCommand,
    ),
    logs: line("print the watchdog's own log", async () => (await import("./commands/logs.ts")).logsCommand, [
      "log",
    ]),
    doctor: line(
      "check what is in force here, what this machine allows, and who else kills",
      async () => (await import("./commands/doctor.ts")).doctorCommand,
    ),
    demo: line(
      "play: four harmless runaways are stopped, two innocent programs spared",
      async () => (await import("./commands/demo.ts")).demoCommand,
    ),
    completion: line("print what a shell reads to complete our commands", async () =>
      (await import("./completion/command.ts")).completionCommand("bun-watchdog", [
        "bun-watchdog",
        "fix-runaway-bun",
        "bun-monitor-service",
        "bun-wrapper",
      ]),
    ),
    maintenance: line(
      "look after the records of the watchdog, by schedule or by hand",
      async () => (await import("./commands/maintenance.ts")).maintenanceCommand,
    ),
  },
};
