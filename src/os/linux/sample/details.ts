/** The readings that cost more than a sample may: /proc/PID/io and smaps_rollup. */
import type { Details } from "../../../core/process/process.ts";
import type { Reading } from "../../../ports/sampler.ts";
import type { DemandMeter } from "./demand.ts";
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
