/** Follows the Bun processes, so that each that ends leaves a row with its last readings. */
import { processKey } from "../../core/process/process.ts";
import type { StopRule } from "../../core/plan/cause.ts";
import type { JudgedJob, JudgedProcess } from "../../core/judge/verdict.ts";
import type { ExitRow, Seen, EndedBy } from "./rows.ts";
import type { WatchdogEvent } from "../../core/plan/event.ts";

interface Living extends Omit<ExitRow, "atMs" | "ageMs" | "endedBy"> {
  readonly bornMs: number;
}

export type LivingProcesses = ReadonlyMap<string, Living>;

/** A process that left the view alive (an exec of something else, another scope) leaves no row. */
export function followProcesses(
  before: LivingProcesses,
  { atMs, monotonicMs, judgement, history }: Seen,
  ending: Ending,
): { processes: LivingProcesses; exits: readonly ExitRow[] } {
  const processes = new Map<string, Living>();
  for (const judged of judgement.jobs) {
    for (const { process } of judged.processes) {
      const key = processKey(process.id);
      processes.set(key, follow(before.get(key), judged, process, monotonicMs));
    }
  }
  const exits: ExitRow[] = [];
  for (const [key, living] of before) {
    if (processes.has(key) || history.processes.has(key)) continue;
    const { bornMs, ...last } = living;
    const ageMs = Math.round(monotonicMs - bornMs);
    exits.push({ ...last, atMs, ageMs, endedBy: endedBy(ending, last.job) });
  }
  return { processes, exits };
}

const follow = (
  before: Living | undefined,
  { job }: JudgedJob,
  process: JudgedProcess["process"],
  monotonicMs: number,
): Living => ({
  pid: process.id.pid,
  startMs: before?.startMs ?? Math.round(process.startTimeMs),
  job: job.id,
  project: job.root.cwd,
  command: process.command,
  kind: process.kind,
  memoryBytes: mostOf(before?.memoryBytes ?? null, process.memoryBytes),
  cpuMs: process.cpuMs,
  bornMs: before?.bornMs ?? monotonicMs - process.ageMs,
});

/** The larger reading; what could not be read is none. */
export const mostOf = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.max(a, b);

/** Which jobs are being stopped, and for which rule: what tells a kill from an end of its own. */
interface Stopping {
  readonly stepId: string;
  readonly rule: StopRule;
  /** The outcome is known: what the next look finds gone was stopped, what ends later was not. */
  readonly isSettled: boolean;
}

/** By job id: a rescan finds members that the intent could not name. */
export type Ending = ReadonlyMap<string, Stopping>;

export function endingAfter(before: Ending, event: WatchdogEvent): Ending {
  if (event.type === "intent") {
    const { jobId, stepId, rule } = event;
    return new Map(before).set(jobId, { stepId, rule, isSettled: false });
  }
  if (event.type !== "outcome") return before;
  const after = new Map(before);
  for (const [job, stopping] of before)
    if (stopping.stepId === event.stepId) after.set(job, { ...stopping, isSettled: true });
  return after;
}

export const endedBy = (ending: Ending, jobId: string): EndedBy => ending.get(jobId)?.rule ?? "itself";
