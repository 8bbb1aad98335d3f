/** This remembers and tells how the last process of an instance ended. */
import type { AppLimits } from "../core/app/app-spec.ts";
import type { ExitReason, InstanceExit } from "../core/app/app-state.ts";
import { exitWords } from "../core/app/exit-words.ts";
import type { AppLogs } from "../ports/app-logs.ts";
import { messageOf } from "../text/system-error.ts";
import type { AppEvent } from "../wire/manager.ts";
import type { RunEnd } from "./run-hooks.ts";

const MOST_ERROR_LINES = 10;

export function exitOf(end: RunEnd, limits: AppLimits, atMs: number): InstanceExit {
  const { reason, code, signal, upMs, cause } = end;
  const words = exitWords({ reason, code, signal, tookMs: upMs, limits, cause });
  return { atMs, reason, code, signal, words, lastErrorLines: [] };
}

export class LastExit {
  value: InstanceExit | null = null;
  /** What is alive although it was to be ended, in words; null: nothing. */
  left: string | null = null;
  /** Resolves when all output of the process is in its files. */
  drained: Promise<void> = Promise.resolve();

  survived(names: readonly string[]): string {
    this.left = `this of it could not be killed: ${names.join(", ")}`;
    return this.left;
  }

  /** The last lines come when they are read; the next start does not wait for that. `changed` is called then. */
  set(exit: InstanceExit, key: string, logs: AppLogs, changed: () => void): void {
    this.value = exit;
    this.drained = errorLinesOf(key, logs).then((lastErrorLines) => {
      if (this.value !== exit || lastErrorLines.length === 0) return;
      this.value = { ...exit, lastErrorLines };
      changed();
    });
  }
}

/** Read before the next start, whose lines would hide them; given once all of its output is in its files. */
async function errorLinesOf(key: string, logs: AppLogs): Promise<readonly string[]> {
  try {
    const lines = logs.lastErrorLines(key, MOST_ERROR_LINES);
    await logs.drained(key);
    return lines;
  } catch (error) {
    return [`(its output cannot be read: ${messageOf(error)})`];
  }
}

export const EVENT_OF: Readonly<Record<ExitReason, AppEvent["type"]>> = {
  exited: "exited",
  signal: "exited",
  unknown: "exited",
  oom: "oom",
  "cpu-limit": "exited",
  "not-ready": "failed",
  "spawn-failed": "failed",
  stopped: "stopped",
};
