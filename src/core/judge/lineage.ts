/**
 * Jobs that go on in another process. A hydra has a new pid every 60 ms (Z13), so no single process of it ever reaches an
 * age. But what pid 1, a service manager or a timer runs again and again looks the same from outside: the same command,
 * the same reaper, the one right after the other. That makes a succession, and a succession proves nothing: a job goes
 * on in a process that was seen to be born in it, or that bears the mark which was left on the head before (`unproven`).
 */
import type { History, JobMemory } from "./history.ts";
import { processKey, type ProcessSample } from "../process/process.ts";
import { termsOf } from "./governance.ts";
import type { Policy } from "./policy.ts";
import type { Judgement } from "./verdict.ts";

/** One generation of a hydra lives this long: its next may be born a moment after a look that found nobody. */
const BETWEEN_GENERATIONS_MS = 250;

/** Start times are counted in clock ticks and rounded down: a process may look that much older than it is. */
const TICK_MS = 10;

/** What a process runs: equal for two runs of one command in one place. */
export const signatureOf = ({
  argv,
  cwd,
  command,
}: Pick<ProcessSample, "argv" | "cwd" | "command">): string => [cwd ?? "", ...(argv ?? [command])].join("\0");

/**
 * Equal for a process and its successor. Each generation of a detached one leads a session of its own. Without a known
 * session nobody is a successor.
 */
export function twinOf(process: ProcessSample): string {
  const { sid, id } = process;
  const session = sid === id.pid ? "own" : sid === null ? `unknown, of ${id.pid}` : String(sid);
  return `${session}\0${signatureOf(process)}`;
}

/** The vanished job after which `process`, new and without a parent in view, comes; null = none. No proof of anything. */
export function predecessor(
  process: ProcessSample,
  vanished: ReadonlyMap<string, JobMemory>,
  reapers: History["reapers"],
  nowMs: number,
): JobMemory | null {
  if (!reapers.has(process.ppid)) return null;
  const twin = twinOf(process);
  const alike = [...vanished.values()].filter(({ root }) => root.twin === twin);
  const bornMs = nowMs - process.ageMs;
  return (
    alike.find((job) => descends(process, job)) ?? alike.find((job) => bornMs <= endedMs(job, nowMs)) ?? null
  );
}

/** A look may find nobody, or a head whose parent is about to end. So each new look-alike is asked for the mark for a while. */
export function mayDescend(root: ProcessSample, { jobs, processes, reapers }: History): boolean {
  if (processes.has(processKey(root.id)) || !reapers.has(root.ppid)) return false;
  return [...jobs.values()].some((job) => job.isMarked === true && job.root.twin === twinOf(root));
}

/** Somebody of this job, or who came out of it, has started the process: it bears what was left on the job's head. */
export const descends = ({ marks }: ProcessSample, { isMarked }: JobMemory): boolean =>
  isMarked === true && marks?.watched === true;

/** A process that was born later has nothing to do with it. */
const endedMs = ({ stoppedMs, missingSinceMs }: JobMemory, nowMs: number): number =>
  stoppedMs === undefined ? (missingSinceMs ?? nowMs) + BETWEEN_GENERATIONS_MS : stoppedMs - TICK_MS;

/**
 * Look-alikes that follow each other without a gap for longer than one of them may run: a hydra, or short runs that
 * something starts again and again. Which of the two shows what comes after a head that bears a mark.
 */
/** Picks the jobs whose head is to be marked: a decision hangs on it, and it was not done yet. */
export const unproven = (
  { jobs }: Judgement,
  { jobs: known, atMs }: History,
  policy: Policy,
): readonly { readonly jobId: string; readonly head: ProcessSample }[] =>
  jobs.flatMap(({ job, protectedBecause, owner, harmOnly, processes }) => {
    if (job.after === null || protectedBecause !== null || owner !== null) return [];
    if (harmOnly || termsOf(job, policy).policy.mode === "observe") return [];
    if (known.get(job.id)?.isMarked === true) return [];
    const verdicts = processes.find(({ process }) => process === job.root)?.verdicts ?? [];
    const timeout = verdicts.find(({ rule }) => rule === "timeout");
    const lastedMs = (atMs ?? 0) - job.after.sinceMs;
    if (timeout?.decision !== "ok" || lastedMs <= timeout.limit) return [];
    return [{ jobId: job.id, head: job.root }];
  });
