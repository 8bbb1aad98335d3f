/** Every command of `bun-watchdog`, in the order of the help. One file has the declaration of a command, and runs it. */
import type { Program } from "./program.ts";

export const WATCHDOG: Program = {
  name: "bun-watchdog",
  summary: "Finds Bun processes that run away, and makes sure they are dead.",
  commands: {
    status: {
      summary: "every Bun process, the job it belongs to, and how it stands to the limits",
      load: async () => (await import("./commands/status.ts")).statusCommand,
    },
    cleanup: {
      summary: "stop what runs away now, and verify that it is dead",
      load: async () => (await import("./commands/cleanup.ts")).cleanupCommand,
    },
    stop: {
      summary: "stop these processes with what hangs on them, and verify that they are dead",
      load: async () => (await import("./commands/stop.ts")).stopCommand,
    },
    monitor: {
      summary: "watch until stopped; with -- <command>: watch while that command runs",
      load: async () => (await import("./commands/monitor.ts")).monitorCommand,
    },
    report: {
      summary: "what was stopped and why, who offends, how the days went, which limits do not fit",
      load: async () => (await import("./commands/report.ts")).reportCommand,
    },
    history: {
      summary: "what was observed and done, as it was recorded",
      load: async () => (await import("./commands/history.ts")).historyCommand,
    },
    setup: {
      summary:
        "put the watchdog into this project: limits, package scripts, a git hook; or take it out again",
      load: async () => (await import("./commands/setup.ts")).setupCommand,
    },
    config: {
      summary: "check, print or describe the configuration",
      load: async () => (await import("./commands/config.ts")).configCommand,
    },
    alerts: {
      summary: "who is told when something is stopped or goes wrong",
      load: async () => (await import("./commands/alerts.ts")).alertsCommand,
    },
    logs: {
      summary: "the watchdog's own log",
      load: async () => (await import("./commands/logs.ts")).logsCommand,
    },
    doctor: {
      summary: "what is in force here, what this machine lets it do, and who else kills",
      load: async () => (await import("./commands/doctor.ts")).doctorCommand,
    },
    demo: {
      summary: "watch it find and stop four harmless runaways, and spare two innocents",
      load: async () => (await import("./commands/demo.ts")).demoCommand,
    },
    maintenance: {
      summary: "what the monitor does about its own records, by plan or by hand",
      load: async () => (await import("./commands/maintenance.ts")).maintenanceCommand,
    },
  },
};
