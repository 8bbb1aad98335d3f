/**
 * A job is orphaned when its starter is gone: its parent is a reaper that did not start it, or nobody holds the other end of its standard
 * input. Seen as it happened, or found so.
 */
import type { History, JobMemory, Remembered } from "../history.ts";
import type { Job } from "../../process/job.ts";
import { processKey, type ProcessSample } from "../../process/process.ts";
import { who } from "../../../text/wording.ts";
import { readingOf } from "./readings.ts";
import { isPassing, isOwnService } from "./runners.ts";
import type { Input } from "../../process/ties.ts";

/** The process that the root has lost: the parent that it was first seen with, or the launcher above it in the job. */
export function orphanOf(
  root: ProcessSample,
  job: JobMemory | undefined,
  history: History,
  nowMs: number,
): Job["orphanOf"] {
  if (job?.orphanOf && job.orphanOf.how !== "stdin") return job.orphanOf;
  const known = history.processes.get(processKey(root.id));
  if (known !== undefined && job !== undefined && job.root.key !== processKey(root.id))
    return { pid: job.root.pid, command: job.root.command };
  const lostIt = known !== undefined && known.parent.pid !== root.ppid;
  if (lostIt && !wasLetGo(root, known, history, nowMs)) return known.parent;
  return foundSo(root, history);
}

/** Nobody saw it happen. A job of a terminal that is there is in somebody's hands: `echo x | bun x.ts`. */
function foundSo(root: ProcessSample, history: History): Job["orphanOf"] {
  const ties = readingOf(root, history).ties;
  if (ties === null) return null;
  if (ties.adoptedBy !== null && !isOwnService(ties.service ?? ""))
    return { pid: null, command: null, how: "reaper" };
  // a living starter may have closed its end, and wait all the same
  if (ties.input?.kind === "gone" && root.terminal !== true && nobodyAbove(root, ties.input, history))
    return { pid: null, command: null, how: "stdin" };
  return null;
}

/** Nobody is left who could stop it, and nobody can speak to it: between it and a reaper there are shells and launchers at most. */
export function isAbandoned(
  { root, orphanOf: lost }: Pick<Job, "root" | "orphanOf">,
  history: History,
): boolean {
  const input = readingOf(root, history).ties?.input ?? null;
  if (lost === null || input?.kind !== "gone") return false;
  return nobodyAbove(root, input, history);
}

/** Between it and a reaper there are shells and launchers at most. */
const nobodyAbove = (
  root: ProcessSample,
  { above }: Extract<Input, { readonly kind: "gone" }>,
  { reapers }: History,
): boolean => reapers.has(root.ppid) || above.every(isPassing);

/**
 * Nobody who started it is in sight; where pid 1 is no service manager, it may have been that itself. Enough where the
 * harm is beyond doubt.
 */
export function mayBeOrphan(
  { root, orphanOf: lost }: Pick<Job, "root" | "orphanOf">,
  history: History,
): boolean {
  if (lost !== null) return true;
  const ties = readingOf(root, history).ties;
  if (ties === null || root.terminal !== false || ties.service !== "") return false;
  return history.reapers.has(root.ppid);
}

export function orphanWords(lost: NonNullable<Job["orphanOf"]>): string {
  if (lost.pid !== null) return `its parent, ${who({ ...lost, pid: lost.pid })}, is gone`;
  return lost.how === "stdin"
    ? "nobody holds the other end of its standard input"
    : "whoever started it is gone";
}

/** Launchers that let go take milliseconds, a starved one some hundred; who launches to keep stays for longer. */
const SETTLED_MS = 1_000;

/**
 * It has another parent now, and was only just started when it was last seen under the one before. A program that starts a daemon
 * ends at once (setsid --fork): then that a look fell between decides nothing, and it is judged as if nobody had seen it happen.
 */
export function wasLetGo(
  process: ProcessSample,
  before: Pick<Remembered, "parent" | "orphaned" | "letGo">,
  history: Pick<History, "atMs">,
  nowMs: number,
): boolean {
  if (before.letGo) return true;
  if (before.orphaned || before.parent.pid === process.ppid) return false;
  const ageThenMs = process.ageMs - (nowMs - (history.atMs ?? nowMs));
  return ageThenMs < SETTLED_MS;
}
