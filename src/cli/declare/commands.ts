/** Every command of `bun-watchdog`: one file per command. Each action loads only the command it runs. */
import type { Command } from "commander";
import { declareAlerts, declareHistory, declareLogs, declareMaintenance, declareReport } from "./records.ts";
import { declareCleanup, declareMonitor, declareStatus, declareStop } from "./processes.ts";
import { declareConfig, declareDemo, declareDoctor, declareSetup } from "./project.ts";
import type { SetExitCode } from "./options.ts";

/** In the order of the help. */
const DECLARATIONS: readonly ((program: Command, setExitCode: SetExitCode) => void)[] = [
  declareStatus,
  declareCleanup,
  declareStop,
  declareMonitor,
  declareReport,
  declareHistory,
  declareSetup,
  declareConfig,
  declareAlerts,
  declareLogs,
  declareDoctor,
  declareDemo,
  declareMaintenance,
];

export function declareCommands(program: Command, setExitCode: SetExitCode): void {
  for (const declare of DECLARATIONS) declare(program, setExitCode);
}
