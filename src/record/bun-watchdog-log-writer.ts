/** The log and winston, in a process of their own: background-log.ts says why. Ends with 1 where it cannot be written, and says why. */
import type { WatchdogEvent } from "../core/plan/event.ts";
import { openActivityLog, type ActivityLogOptions } from "./activity-log.ts";

export type LogOptions = Omit<ActivityLogOptions, "complain">;

export interface LogBatch {
  readonly options: LogOptions;
  readonly lines: readonly WatchdogEvent[];
}

async function main(): Promise<void> {
  const { options, lines }: LogBatch = await Bun.stdin.json();
  const log = openActivityLog({ ...options, complain: () => {} });
  for (const line of lines) log.write(line);
  await log.close();
  const trouble = log.trouble();
  if (trouble !== null) console.error(trouble);
  process.exit(trouble === null ? 0 : 1);
}

void main();
