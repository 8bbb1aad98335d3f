/** A kill as the journal has it, for tests of what reads it. */
import type { WatchdogEvent } from "../../src/core/plan/event.ts";
import type { Outcome } from "../../src/core/plan/outcome.ts";

type Event<Type extends WatchdogEvent["type"]> = Extract<WatchdogEvent, { type: Type }>;

const victimOf = (pid: number) => ({ id: { pid, startTicks: pid, exe: "8:1" }, command: "bun leak.ts" });

export const stepIdOf = (pid: number): string => `${pid}:${pid}@1`;

export const intentOf = (pid: number, atMs = 1_000): Event<"intent"> => ({
  type: "intent",
  atMs,
  stepId: stepIdOf(pid),
  victim: victimOf(pid),
  targets: [victimOf(pid)],
  rule: "memory",
  evidence: "uses 2 KB",
  signal: "SIGTERM",
  limit: 1_024,
  value: 2_048,
  jobId: `${pid}:${pid}`,
  kind: "run",
  cwd: "/project",
});

/** One target for each result. */
export const outcomeOf = (
  pid: number,
  results: readonly ("gone" | "survived")[],
  atMs = 2_000,
): Event<"outcome"> => ({
  type: "outcome",
  atMs,
  stepId: stepIdOf(pid),
  victim: victimOf(pid),
  rule: "memory",
  outcomes: results.map((outcome) => ({
    ...victimOf(pid),
    startTimeMs: 0,
    result: { outcome } satisfies Outcome,
    signals: ["SIGTERM"],
    tookMs: 5,
  })),
  left: [],
});
