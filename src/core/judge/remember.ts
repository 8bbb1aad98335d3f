/** Folds one snapshot into what is known. Keeps live processes only, so that a year of monitoring costs no memory. */
import { overLimit, cpuRate } from "./cpu-rate.ts";
import { termsOf } from "./governance.ts";
import { rootOf } from "./group.ts";
import { isConnectedNow, listensNow } from "./evidence/evidence.ts";
import { readingsOf } from "./evidence/readings.ts";
import { served } from "./evidence/serving.ts";
import type { EvidenceMemory, History, JobMemory, Parent, Progress, Remembered } from "./history.ts";
import type { Job } from "../process/job.ts";
import { wasLetGo } from "./evidence/orphan.ts";
import { Inquiry } from "./inquiry.ts";
import { signatureOf } from "./lineage.ts";
import { memo } from "../process/memo.ts";
import { memoryGrowth } from "./memory-growth.ts";
import type { Policy } from "./policy.ts";
import { processKey, type ProcessSample, type Snapshot } from "../process/process.ts";
import { progressOf } from "./progress.ts";
import { countStarts } from "./repeats.ts";
import { starterOf } from "./starter.ts";
import { isBun, parentOf } from "../process/tree.ts";
import { apartFrom, TEST_OR_BUILD } from "../process/work.ts";

/** Readings about processes outside the tree; asked once per process that appears at its edge. ProcessSampler has them. */
export interface Outside {
  describe(pid: number): string | null;
  ancestors(pid: number): readonly number[];
}

/** A vanished job may be continued in the next sample, or within this time: a snapshot can miss a hydra between two pids. */
const REBIRTH_MS = 2_000;
/** A mark is left once: whoever bears it, and could not be asked in one look, is asked in another. */
const MARKED_REBIRTH_MS = 60_000;

/** `jobs` are the snapshot's own (group.ts, with the same `previous`). */
export function remember(
  previous: History,
  snapshot: Snapshot,
  jobs: readonly Job[],
  policy: Policy,
  outside: Outside,
): History {
  const { monotonicMs: nowMs, processes } = snapshot;
  const edge = rememberEdge(previous, snapshot, outside);
  const remembered = new Map<string, Remembered>();
  const cpuLimitOf = cpuLimits(policy, previous);
  for (const job of jobs) {
    const cpuPercent = cpuLimitOf(job);
    for (const process of job.members) {
      const key = processKey(process.id);
      const before = previous.processes.get(key);
      const progress = progressOf(before?.progress, process, nowMs);
      const cpu = cpuRate(before?.cpu, process, nowMs);
      const parent = edge.parent(process);
      const letGo = before !== undefined && wasLetGo(process, before, previous, nowMs);
      remembered.set(key, {
        id: process.id,
        jobId: job.id,
        runtime: process.runtime,
        firstSeenMs: before?.firstSeenMs ?? nowMs,
        parent,
        ancestors: edge.ancestors(process),
        // asked once: who was started by a runner stays its work
        starter: before === undefined ? edge.starter(process) : before.starter,
        letGo,
        orphaned: process.ppid !== parent.pid && !letGo,
        signature: before?.runtime === process.runtime ? before.signature : signatureOf(process),
        cpu,
        progress,
        stillSinceMs: stillSince(before, progress),
        over: overLimit(before, cpu, cpuPercent),
        memory: memoryGrowth(before?.memory, process, nowMs),
        evidence: evidenceOf(process, nowMs) ?? before?.evidence ?? null,
      });
    }
  }
  return {
    atMs: nowMs,
    processes: remembered,
    jobs: rememberJobs(previous, jobs, remembered, nowMs),
    restarts: countStarts(previous, processes, edge.parent, nowMs),
    reapers: withAdopters(previous, processes),
  };
}

/** Most policies have one CPU limit: no rule needs to be matched for that. */
function cpuLimits(inForce: Policy, previous: History): (job: Job) => number | null {
  const inquiry = new Inquiry(previous);
  const hasCpuRule = memo(({ rules }: Policy) => rules.some(({ limits }) => limits.cpuPercent !== undefined));
  return (job) => {
    const { policy } = termsOf(job, inForce);
    return (hasCpuRule(policy) ? inquiry.limitsFor(job, policy) : policy).limits.cpuPercent;
  };
}

/** Finds what a process was born under: remembered, else read from the tree, else asked of the outside. */
function rememberEdge(previous: History, { processes }: Snapshot, outside: Outside) {
  const born = new Map<string, Pick<Remembered, "parent" | "ancestors">>();
  const commandOf = (pid: number): string | null => processes.get(pid)?.command ?? outside.describe(pid);
  /** Nearest first, up to a Bun process: what that has started is its own work. */
  function* starters(ancestors: readonly number[]): Generator<Parent> {
    for (const pid of ancestors) {
      const sample = processes.get(pid);
      if (sample !== undefined && isBun(sample)) return;
      yield { pid, command: commandOf(pid) };
    }
  }
  const of = (process: ProcessSample): Pick<Remembered, "parent" | "ancestors"> => {
    const key = processKey(process.id);
    const known = previous.processes.get(key) ?? born.get(key);
    if (known !== undefined) return known;
    const above = parentOf(process, processes);
    // Ends a loop of parents, as in group.ts.
    born.set(key, { parent: { pid: process.ppid, command: null }, ancestors: [] });
    const found =
      above === null
        ? {
            parent: { pid: process.ppid, command: outside.describe(process.ppid) },
            ancestors: outside.ancestors(process.id.pid),
          }
        : {
            parent: { pid: above.id.pid, command: above.command },
            ancestors: [above.id.pid, ...of(above).ancestors],
          };
    born.set(key, found);
    return found;
  };
  return {
    parent: (process: ProcessSample): Parent => of(process).parent,
    ancestors: (process: ProcessSample): readonly number[] => of(process).ancestors,
    starter: (process: ProcessSample): Parent | null =>
      isBun(process) ? starterOf(starters(of(process).ancestors)) : null,
  };
}

function stillSince(before: Remembered | undefined, { last, mark }: Progress): number | null {
  // where no reading tells of progress, its lack is no finding
  if (last === null || last.motion === "moved" || last.faults === null) return null;
  return before?.stillSinceMs ?? mark.atMs - last.tookMs;
}

function rememberJobs(
  previous: History,
  jobs: readonly Job[],
  processes: History["processes"],
  nowMs: number,
): ReadonlyMap<string, JobMemory> {
  const known = new Map<string, JobMemory>();
  const now = { ...previous, processes };
  for (const job of jobs) {
    known.set(job.id, {
      id: job.id,
      beganMs: nowMs - job.ageMs,
      generation: job.generation,
      root: rootOf(job),
      orphanOf: job.orphanOf,
      after: job.after,
      served: rememberServing(job, previous.jobs.get(job.id)?.served, now, nowMs),
      missingSinceMs: null,
      ...(job.unmarkedSinceMs !== undefined && { unmarkedSinceMs: job.unmarkedSinceMs }),
      ...(previous.jobs.get(job.id)?.isMarked === true && { isMarked: true }),
    });
  }
  for (const [id, job] of previous.jobs) {
    const missingSinceMs = job.missingSinceMs ?? nowMs;
    const keptMs = job.isMarked === true ? MARKED_REBIRTH_MS : REBIRTH_MS;
    if (!known.has(id) && nowMs - missingSinceMs <= keptMs) known.set(id, { ...job, missingSinceMs });
  }
  return known;
}

/** Gives the readings made with this sample; null = nobody asked. */
function evidenceOf({ ppid, listeners, ties }: ProcessSample, atMs: number): EvidenceMemory | null {
  return listeners === undefined && ties === undefined
    ? null
    : { atMs, ppid, listeners: listeners ?? null, ties: ties ?? null };
}

const NEVER = { listening: null, connected: null } as const;

function rememberServing(
  job: Job,
  before: NonNullable<JobMemory["served"]> = NEVER,
  now: History,
  nowMs: number,
): NonNullable<JobMemory["served"]> {
  // an answer from memory says nothing about this moment
  if (!job.members.some((member) => evidenceOf(member, nowMs) !== null)) return before;
  // what a test below it does for a moment is not what it does for others
  const readings = readingsOf(apartFrom(job, TEST_OR_BUILD) ?? job, now);
  const [listening, connected] = [listensNow(readings), isConnectedNow(job, readings)];
  return {
    listening: served(before.listening, listening.is === true ? listening.words : listening.is, nowMs),
    connected: served(before.connected, connected.is === true ? connected.words : connected.is, nowMs),
  };
}

/** A process with a child that was born under another parent takes in orphans: pid 1, `systemd --user`, a container's init. */
function withAdopters(previous: History, processes: Snapshot["processes"]): ReadonlySet<number> {
  const adopters = [...processes.values()]
    .filter((process) => {
      const known = previous.processes.get(processKey(process.id));
      return known !== undefined && known.parent.pid !== process.ppid;
    })
    .map(({ ppid }) => ppid);
  return adopters.every((pid) => previous.reapers.has(pid))
    ? previous.reapers
    : new Set([...previous.reapers, ...adopters]);
}
