/** Every command of `bun-watchdog`: one file per command. Each action loads only the command it runs. */
import type { Command } from "commander";
import { declareAlerts } from "./alerts.ts";
import { declareCleanup } from "./cleanup.ts";
import { declareConfig } from "./config.ts";
import { declareDemo } from "./demo.ts";
import { declareDoctor } from "./doctor.ts";
import { declareHistory } from "./history.ts";
import { declareLogs } from "./logs.ts";
import { declareMaintenance } from "./maintenance.ts";
import { declareMonitor } from "./monitor.ts";
import type { SetExitCode } from "./options.ts";
import { declareReport } from "./report.ts";
import { declareSetup } from "./setup.ts";
import { declareStatus } from "./status.ts";
import { declareStop } from "./stop.ts";

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
