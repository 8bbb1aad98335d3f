/** What is known from earlier samples: the facts that one snapshot cannot show. A plain value; live processes only. */
import type { Job } from "../process/job.ts";
import type { Served } from "./evidence/serving.ts";
import type { Ties } from "../process/ties.ts";
import type { Listener, ProcessId, Runtime, Traffic } from "../process/process.ts";

/** All times are Snapshot.monotonicMs. */
export interface History {
  /** Of the last sample; null before the first. */
  readonly atMs: number | null;
  /** By processKey; processes of the last sample. */
  readonly processes: ReadonlyMap<string, Remembered>;
  /** By job id; jobs of the last sample, and those that vanished a moment ago. */
  readonly jobs: ReadonlyMap<string, JobMemory>;
  /** By respawnKey: programs that one supervisor starts again and again. */
  readonly restarts: ReadonlyMap<string, Restarts>;
  /** Processes that were seen to adopt orphans (subreapers); pid 1 is always one. */
  readonly reapers: ReadonlySet<number>;
}

export interface Remembered {
  readonly id: ProcessId;
  readonly jobId: string;
  /** Changes with exec: what was a shell may have become Bun, and then belongs elsewhere. */
  readonly runtime: Runtime;
  readonly firstSeenMs: number;
  readonly parent: Parent;
  /** Pids of its ancestors when it was first seen, nearest first, up to 1: reparenting does not change these. */
  readonly ancestors: readonly number[];
  /** The task runner that it is the work of (starter.ts); null = it was started by itself. */
  readonly starter: Parent | null;
  /** Its first parent ended right after starting it: a daemon, meant to be on its own (evidence/orphan.ts). */
  readonly letGo: boolean;
  /** Its first parent is gone, and was there for longer than to let go of it. */
  readonly orphaned: boolean;
  /** What it runs: argv and cwd; equal for two runs of one command. */
  readonly signature: string;
  readonly cpu: CpuMemory;
  readonly progress: Progress;
  /** Since when it has made no progress; null = it makes some, or that cannot be told. */
  readonly stillSinceMs: number | null;
  /** Since when CPU use has been over its limit without a break; null = it is not. */
  readonly over: OverLimit | null;
  readonly memory: MemoryMemory;
  /** What was read last about whom it serves, and when; null = never asked. */
  readonly evidence: EvidenceMemory | null;
}

export interface EvidenceMemory {
  readonly atMs: number;
  /** Its parent at that time: another one since may be the end of whoever it served. */
  readonly ppid: number;
  readonly listeners: readonly Listener[] | null;
  readonly ties: Ties | null;
}

export interface Parent {
  readonly pid: number;
  readonly command: string | null;
}

export interface CpuMemory {
  readonly atMs: number;
  readonly cpuMs: number;
  readonly demandNs: number | null;
  readonly demandAtMs: number;
  /** Of one core, since the sample before; null on the first. */
  readonly percent: number | null;
  /** Time on a CPU plus time waiting for one; null where it was not read twice. */
  readonly demandPercent: number | null;
}

export type Motion = "moved" | "quiet" | "unknown";

export interface Progress {
  /** Where the current window began. */
  readonly mark: Counters;
  /** What the last whole window showed, and its differences; null before there was one. */
  readonly last: Window | null;
  /** Counters where the present stretch of known quiet began; null while it moves or cannot be read. */
  readonly quiet: Counters | null;
  /** Where the present stretch began in which it took nothing in and talked to nobody; null as above. */
  readonly alone: Counters | null;
}

/** Bytes moved and calls made; `written` is the part of the writes, where it is known. */
export interface IoCounts {
  readonly bytes: number;
  readonly calls: number;
  readonly written: { readonly bytes: number; readonly calls: number } | null;
}

export interface Counters {
  readonly atMs: number;
  readonly cpuMs: number;
  /** null = not told by this system. */
  readonly faults: number | null;
  readonly io: IoCounts | null;
  /** null = not read: it is asked for once the CPU use may be over its limit. */
  readonly traffic: Traffic | null;
}

export interface Window {
  readonly motion: Motion;
  readonly tookMs: number;
  readonly cpuMs: number;
  readonly faults: number | null;
  readonly io: IoCounts | null;
  /** Bytes over its connections; null = not known. */
  readonly socketBytes: number | null;
  /** Whether it took something in, or talked to somebody: more than touching memory and writing. */
  readonly exchange: Motion;
}

export interface OverLimit {
  readonly sinceMs: number;
  readonly limitPercent: number;
}

export interface MemoryMemory {
  readonly last: MemoryPoint | null;
  /** Between the last two samples; from birth for a process first seen; null = unknown. */
  readonly bytesPerS: number | null;
  /** Thinned and bounded, oldest first: the leak warning looks at minutes. */
  readonly points: readonly MemoryPoint[];
}

export interface MemoryPoint {
  readonly atMs: number;
  readonly bytes: number;
}

export interface JobMemory {
  readonly id: string;
  readonly beganMs: number;
  readonly generation: number;
  readonly root: {
    /** processKey */
    readonly key: string;
    readonly pid: number;
    readonly command: string;
    readonly signature: string;
    /** Equal for a root and its successor (lineage.ts). */
    readonly twin: string;
  };
  readonly orphanOf: Orphanhood | null;
  /** What it was seen to do for others, and may do again in a moment. */
  readonly served?: { readonly listening: Served | null; readonly connected: Served | null };
  /** When it was first found to be gone; null while it lives. */
  readonly missingSinceMs: number | null;
  readonly after: Job["after"];
  /** Its head bears our mark: so does whoever it goes on in. */
  readonly isMarked?: true;
  readonly unmarkedSinceMs?: number;
  /** When we had stopped it; missing = we have not. */
  readonly stoppedMs?: number;
}

export type Orphanhood = NonNullable<Job["orphanOf"]>;

/** Starts of one command under one parent, the living ones included; first-seen times within the window. */
export interface Restarts {
  readonly supervisor: Parent;
  readonly startsMs: readonly number[];
}

export const emptyHistory: History = {
  atMs: null,
  processes: new Map(),
  jobs: new Map(),
  restarts: new Map(),
  reapers: new Set([1]),
};

export const jobMarked = (history: History, jobId: string): History =>
  withJob(history, jobId, { isMarked: true });

/** We stopped the job and nothing of it was left then: the same command, started later, is a new job. */
export const jobStopped = (history: History, jobId: string, nowMs: number): History =>
  withJob(history, jobId, { stoppedMs: nowMs });

function withJob(history: History, jobId: string, change: Partial<JobMemory>): History {
  const job = history.jobs.get(jobId);
  if (job === undefined) return history;
  return { ...history, jobs: new Map([...history.jobs, [jobId, { ...job, ...change }]]) };
}
