/** The options of `monitor`, and the reading of a plain one without commander, which would stay in memory for months. */
import { parseArgs } from "node:util";

const TAKES_VALUE = { type: "string" } as const;

export const MONITOR_FLAGS = {
  detach: { type: "boolean", meaning: "run in the background and return once it watches" },
  stop: { type: "boolean", meaning: "stop the running monitor" },
  restart: { type: "boolean", meaning: "stop the running monitor, then start in the background" },
  once: { type: "boolean", meaning: "take one look, then end" },
  clean: { type: "boolean", meaning: "with a command: end what it leaves running" },
  yes: { type: "boolean", short: "y", meaning: "no reprieve for jobs that already run" },
  json: { type: "boolean", meaning: "events as JSON lines on standard output" },
} as const;

/** null = let commander look at it. */
export function plainMonitor([command, ...args]: readonly string[]) {
  if (command !== "monitor" || args.includes("--")) return null;
  const options = {
    config: TAKES_VALUE,
    scope: TAKES_VALUE,
    mode: TAKES_VALUE,
    quiet: { type: "boolean", short: "q" },
    "no-color": { type: "boolean" },
    ...MONITOR_FLAGS,
  } as const;
  try {
    return parseArgs({ args, options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    // a mistake: commander says it better, and suggests what was meant
    if (error instanceof TypeError) return null;
    throw error;
  }
}

export type MonitorOptions = NonNullable<ReturnType<typeof plainMonitor>>;
