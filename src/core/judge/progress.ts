/**
 * Whether a process gets anywhere. An infinite loop and useful silent computing are the same from outside; but what
 * reads, writes or touches new memory is at work (facts measured over 4 s: a spin has 0 calls and 0 page faults per
 * second, `bun test` 45 and 26, `bun build` 81,000 and 110,000, an idle `--watch` 1 and 1).
 */
import type { Counters, IoCounts, Motion, Progress, Window } from "./history.ts";
import type { ProcessSample } from "../process/process.ts";
import { exchangeBetween, madeNoCalls } from "./traffic.ts";

/** Below this a single garbage collection would count as progress. A one-second look must still be long enough. */
const SHORTEST_WINDOW_MS = 500;
/** Between an idle `--watch` (1) and `bun test` (26). */
const FAULTS_PER_S = 5;
const FAULTS_AT_LEAST = 10;
const BYTES_PER_S = 1_024;
/** A line of text per second is a heartbeat; a test runner that reports 20 short tests a second writes 600. */
const WRITTEN_BYTES_PER_CPU_S = 256;
/**
 * What a collection of garbage reads of the process's own /proc/self/statm is 37 to 45 bytes: a setImmediate storm
 * reads 2,600 of them a second, and it gets nowhere.
 */
const OWN_STATUS_BYTES = 64;
/** `bun test` makes 45, `bun build` 81,000 that all carry something. */
export const STORM_CALLS_PER_S = 1_000;
/** The bytes that an eventfd or a self-pipe moves per call: to wake a thread is not to move data. */
const WAKE_UP_BYTES = 8;

const PER_S = 1_000;

export function progressOf(before: Progress | undefined, process: ProcessSample, nowMs: number): Progress {
  const mark = countersOf(process, nowMs);
  if (before === undefined) return { mark, last: null, quiet: null, alone: null };
  if (nowMs - before.mark.atMs < SHORTEST_WINDOW_MS) return before;
  const last = windowBetween(before.mark, mark);
  return {
    mark,
    last,
    quiet: last.motion === "quiet" ? (before.quiet ?? before.mark) : null,
    alone: last.exchange === "quiet" ? (before.alone ?? before.mark) : null,
  };
}

const isNumber = (reading: number | null | undefined): reading is number => typeof reading === "number";

function countersOf(process: ProcessSample, atMs: number): Counters {
  const { cpuMs, faults, ioBytes, ioCalls, writtenBytes, writeCalls, traffic = null } = process;
  const written =
    isNumber(writtenBytes) && isNumber(writeCalls) ? { bytes: writtenBytes, calls: writeCalls } : null;
  const io = isNumber(ioBytes) && isNumber(ioCalls) ? { bytes: ioBytes, calls: ioCalls, written } : null;
  return { atMs, cpuMs, faults, io, traffic };
}

const ioBetween = (from: IoCounts, to: IoCounts): IoCounts => ({
  bytes: to.bytes - from.bytes,
  calls: to.calls - from.calls,
  written:
    from.written === null || to.written === null
      ? null
      : { bytes: to.written.bytes - from.written.bytes, calls: to.written.calls - from.written.calls },
});

export function windowBetween(from: Counters, to: Counters): Window {
  const tookMs = to.atMs - from.atMs;
  const sockets = exchangeBetween(from.traffic, to.traffic, tookMs);
  const difference = {
    tookMs,
    cpuMs: to.cpuMs - from.cpuMs,
    faults: from.faults === null || to.faults === null ? null : to.faults - from.faults,
    io: from.io === null || to.io === null ? null : ioBetween(from.io, to.io),
    socketBytes: sockets.bytes,
  };
  return {
    ...difference,
    motion:
      difference.io === null && isStill(difference) && madeNoCalls(from.traffic, to.traffic, tookMs)
        ? "quiet"
        : motionOf(difference, sockets.motion),
    exchange: exchangeOf(difference, sockets.motion),
  };
}

type Difference = Omit<Window, "motion" | "exchange">;

const isStill = ({ tookMs, faults }: Difference): boolean => faults !== null && !touches(faults, tookMs);

const touches = (faults: number, tookMs: number): boolean =>
  faults > Math.max(FAULTS_AT_LEAST, (FAULTS_PER_S * tookMs) / PER_S);

/**
 * Page faults alone prove progress, but not of a storm: every failed write makes an error and so garbage, whose
 * collection alone faults 200 to 400 times a second. Only known reads and writes, and silence on its sockets, can prove
 * that there is none.
 */
function motionOf({ tookMs, cpuMs, faults, io }: Difference, sockets: Motion): Motion {
  const seconds = tookMs / PER_S;
  if (sockets === "moved") return "moved";
  if (io !== null && isStorm(io, seconds)) return "quiet";
  if (faults !== null && touches(faults, tookMs)) return "moved";
  if (io === null) return "unknown";
  if (hasMoved(io, Math.max(1, seconds), Math.min(seconds, cpuMs / PER_S))) return "moved";
  return faults === null ? "unknown" : sockets;
}

/** A loop that fails, and logs that, makes garbage and output for ever; what it takes in is somebody else's doing. */
function exchangeOf({ tookMs, io }: Difference, sockets: Motion): Motion {
  if (sockets === "moved") return "moved";
  if (io?.written === null || io === null) return "unknown";
  return hasRead(io.bytes - io.written.bytes, io.calls - io.written.calls, Math.max(1, tookMs / PER_S))
    ? "moved"
    : sockets;
}

/** Output is held against the time on a CPU: who gets a third of a core reports a third as many tests a second. */
function hasMoved({ bytes, calls, written }: IoCounts, seconds: number, cpuSeconds: number): boolean {
  if (written === null) return bytes - WAKE_UP_BYTES * calls > BYTES_PER_S * seconds;
  const wrote = written.bytes - WAKE_UP_BYTES * written.calls;
  return (
    wrote > WRITTEN_BYTES_PER_CPU_S * cpuSeconds ||
    hasRead(bytes - written.bytes, calls - written.calls, seconds)
  );
}

const hasRead = (bytes: number, calls: number, seconds: number): boolean =>
  bytes - OWN_STATUS_BYTES * calls > BYTES_PER_S * seconds;

/** Reads and writes that, by and large, fail (Z05: 390,000 a second, no byte). */
const isStorm = ({ bytes, calls }: IoCounts, seconds: number): boolean =>
  calls > STORM_CALLS_PER_S * seconds && bytes < calls;
