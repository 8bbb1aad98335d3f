/**
 * The monitor runs for months, and commander takes 3 MB for as long as a process lives: a plain `monitor` is
 * recognised without it. Whatever is not plain (a command, help, a mistake) is commander's.
 */
import { parseArgs } from "node:util";
import type { MonitorOptions } from "./commands/monitor.ts";

/** The options that `declare/processes.ts` declares for `monitor`; a test compares the two. */
export const PLAIN_OPTIONS = {
  config: { type: "string" },
  scope: { type: "string" },
  mode: { type: "string" },
  detach: { type: "boolean" },
  stop: { type: "boolean" },
  restart: { type: "boolean" },
  once: { type: "boolean" },
  clean: { type: "boolean" },
  yes: { type: "boolean", short: "y" },
  json: { type: "boolean" },
} as const;

/** The options of a plain `monitor` command line; null = let commander look at it. */
export function plainMonitor([command, ...args]: readonly string[]): MonitorOptions | null {
  if (command !== "monitor" || args.includes("--")) return null;
  try {
    return parseArgs({ args, options: PLAIN_OPTIONS, strict: true, allowPositionals: false }).values;
  } catch (error) {
    // a mistake: commander says it better, and suggests what was meant
    if (error instanceof TypeError) return null;
    throw error;
  }
}
