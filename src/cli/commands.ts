/** Every command of `bun-watchdog`, in the order of the help. One file has the declaration of a command, and runs it. */
import type { Command } from "commander";
import type { SetExitCode } from "./declaring.ts";

type Declare = (program: Command, setExitCode: SetExitCode) => void;

const COMMANDS: Readonly<Record<string, () => Promise<Declare>>> = {
  status: async () => (await import("./commands/status.ts")).declareStatus,
  cleanup: async () => (await import("./commands/cleanup.ts")).declareCleanup,
  stop: async () => (await import("./commands/stop.ts")).declareStop,
  monitor: async () => (await import("./commands/monitor.ts")).declareMonitor,
  report: async () => (await import("./commands/report.ts")).declareReport,
  history: async () => (await import("./commands/history.ts")).declareHistory,
  setup: async () => (await import("./commands/setup.ts")).declareSetup,
  config: async () => (await import("./commands/config.ts")).declareConfig,
  alerts: async () => (await import("./commands/alerts.ts")).declareAlerts,
  logs: async () => (await import("./commands/logs.ts")).declareLogs,
  doctor: async () => (await import("./commands/doctor.ts")).declareDoctor,
  demo: async () => (await import("./commands/demo.ts")).declareDemo,
  maintenance: async () => (await import("./commands/maintenance.ts")).declareMaintenance,
};

/** Declares the command that `argv` begins with, so that no other one is loaded; all of them where it is none, as for the help. */
export async function declareCommands(
  program: Command,
  [name = ""]: readonly string[],
  setExitCode: SetExitCode,
): Promise<void> {
  const asked = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  const loading = (asked === undefined ? Object.values(COMMANDS) : [asked]).map((load) => load());
  for (const declare of await Promise.all(loading)) declare(program, setExitCode);
}
