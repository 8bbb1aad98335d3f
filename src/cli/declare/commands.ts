/** Every command of `bun-watchdog`: one file per command. Each action loads only the command it runs. */
import type { Command } from "commander";
import { declareCleanup } from "./cleanup.ts";
import { declareConfig } from "./config.ts";
import { declareLogs } from "./logs.ts";
import { declareMonitor } from "./monitor.ts";
import type { SetExitCode } from "./options.ts";
import { declareSetup } from "./setup.ts";
import { declareStatus } from "./status.ts";

/** In the order of the help. */
const DECLARATIONS: readonly ((program: Command, setExitCode: SetExitCode) => void)[] = [
  declareStatus,
  declareCleanup,
  declareMonitor,
  declareConfig,
  declareLogs,
  declareSetup,
];

export function declareCommands(program: Command, setExitCode: SetExitCode): void {
  for (const declare of DECLARATIONS) declare(program, setExitCode);
}
