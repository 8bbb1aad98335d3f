/** The readings that cost more than a sample may: /proc/PID/io, smaps_rollup and the threads. */
import type { Details } from "../../../core/process/process.ts";
import type { Reading } from "../../../ports/sampler.ts";
import type { EvidenceReader } from "../evidence/reader.ts";
import { readMarks } from "../proc/marks.ts";
import { ENTRY, type ProcFiles } from "../proc/proc-files.ts";
import type { TrafficReader } from "../traffic/traffic.ts";

/** Read by pid: whether it was all of one process is for the caller to find out. */
export const readDetails = (
  proc: ProcFiles,
  pid: number,
  readings: ReadonlySet<Reading>,
  demand: DemandMeter,
  evidence: EvidenceReader,
  traffic: TrafficReader,
): Details => ({
  ...(readings.has("demand") && readDemand(proc, pid, demand)),
  ...(readings.has("io") && readIo(proc, pid)),
  ...(readings.has("pss") && { pssBytes: readPss(proc, pid) }),
  ...(readings.has("evidence") && evidence.of(pid)),
  ...(readings.has("marks") && { marks: readMarks(proc, pid) }),
  ...(readings.has("traffic") && { traffic: traffic.of(pid) }),
});

/** As of the middle of the reading: whoever reads waits for a core too. */
function readDemand(proc: ProcFiles, pid: number, demand: DemandMeter): Details {
  const beganMs = performance.now();
  const demandNs = demand.read(proc, pid);
  return { demandNs, demandAtMs: (beganMs + performance.now()) / 2 };
}

interface Io {
  /** Bytes that read and write calls moved: files, pipes, sockets, terminals. */
  readonly ioBytes: number | null;
  readonly ioCalls: number | null;
  /** The writing part of both. */
  readonly writtenBytes: number | null;
  readonly writeCalls: number | null;
}

const UNREADABLE: Io = { ioBytes: null, ioCalls: null, writtenBytes: null, writeCalls: null };

/** proc_pid_io(5); all null where it may not be read (another account's). */
export const readIo = (proc: ProcFiles, pid: number): Io => {
  const length = proc.read(pid, ENTRY.io);
  return length > 0 ? parseIo(proc.latin1(length)) : UNREADABLE;
};

export const parseIo = (text: string): Io => ({
  ioBytes: sum(text, /^(?:rchar|wchar): (\d+)$/gm),
  ioCalls: sum(text, /^(?:syscr|syscw): (\d+)$/gm),
  writtenBytes: sum(text, /^wchar: (\d+)$/gm),
  writeCalls: sum(text, /^syscw: (\d+)$/gm),
});

/** Shared pages split among those who share them: Pss_Anon + Pss_Shmem + SwapPss, bytes; 100 µs and more. */
export const readPss = (proc: ProcFiles, pid: number): number | null => {
  const length = proc.read(pid, ENTRY.smapsRollup);
  return length > 0 ? parsePss(proc.latin1(length)) : null;
};

export const parsePss = (text: string): number | null => {
  const kilobytes = sum(text, /^(?:Pss_Anon|Pss_Shmem|SwapPss): +(\d+) kB$/gm);
  return kilobytes === null ? null : kilobytes * 1024;
};

/** null when not a single line matches: this kernel does not tell. */
const sum = (text: string, lines: RegExp): number | null => {
  let found: number | null = null;
  for (const [, digits] of text.matchAll(lines)) found = (found ?? 0) + Number(digits);
  return found;
};

/**
 * What a process would use if it had the machine alone: time on a CPU plus time waiting for one, of all its
 * threads (schedstat, Documentation/scheduler/sched-stats). /proc/PID/schedstat covers the first thread only.
 * Never falls: what an ended thread had used stays counted, as far as it was seen.
 */
export class DemandMeter {
  #retiredNs = 0;
  readonly #threads = new Map<number, number>();

  /** Nanoseconds since the threads began; null when they cannot be read. */
  read(proc: ProcFiles, pid: number): number | null {
    const threads = proc.numbers(`${pid}/task`);
    if (typeof threads === "number") return null;
    const living = new Set<number>();
    for (const thread of threads) {
      const ns = parseSchedstat(proc.wholeText(`${pid}/task/${thread}/schedstat`) ?? "");
      if (ns === null) continue;
      living.add(thread);
      this.#update(thread, ns);
    }
    for (const [thread, ns] of this.#threads) if (!living.has(thread)) this.#retire(thread, ns);
    if (living.size === 0) return null;
    let total = this.#retiredNs;
    for (const ns of this.#threads.values()) total += ns;
    return total;
  }

  #update(thread: number, ns: number): void {
    const before = this.#threads.get(thread);
    // A smaller number is a new thread under an old id.
    if (before !== undefined && ns < before) this.#retire(thread, before);
    this.#threads.set(thread, ns);
  }

  #retire(thread: number, ns: number): void {
    this.#retiredNs += ns;
    this.#threads.delete(thread);
  }
}

/** "run wait slices" in ns; null without CONFIG_SCHED_INFO (all zero or empty). */
export const parseSchedstat = (text: string): number | null => {
  const [run, wait] = text.split(" ").map(Number);
  return run === undefined || wait === undefined || Number.isNaN(run + wait) ? null : run + wait;
};
