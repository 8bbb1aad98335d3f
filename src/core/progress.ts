/**
 * Whether a process gets anywhere. An infinite loop and useful silent computing are the same from outside; but what
 * reads, writes or touches new memory is at work (facts measured over 4 s: a spin has 0 calls and 0 page faults per
 * second, `bun test` 45 and 26, `bun build` 81,000 and 110,000, an idle `--watch` 1 and 1).
 */
import type { Counters, Motion, Progress, Window } from "./history.ts";
import type { ProcessSample } from "./process.ts";

/** Below this a single garbage collection would count as progress. A one-second look must still be long enough. */
const SHORTEST_WINDOW_MS = 500;
/** Between an idle `--watch` (1) and `bun test` (26). */
const FAULTS_PER_S = 5;
const FAULTS_AT_LEAST = 10;
/** A line of text per second is a heartbeat, not work. */
const BYTES_PER_S = 1_024;
/** `bun test` makes 45, `bun build` 81,000 that all carry something. */
export const STORM_CALLS_PER_S = 1_000;
/** What an eventfd or a self-pipe moves per call: waking a thread is not moving data. */
const WAKE_UP_BYTES = 8;

const PER_S = 1_000;

type Io = NonNullable<Window["io"]>;

export function progressOf(before: Progress | undefined, process: ProcessSample, nowMs: number): Progress {
  const mark = countersOf(process, nowMs);
  if (before === undefined) return { mark, last: null, quiet: null };
  if (nowMs - before.mark.atMs < SHORTEST_WINDOW_MS) return before;
  const last = windowBetween(before.mark, mark);
  return { mark, last, quiet: last.motion === "quiet" ? (before.quiet ?? before.mark) : null };
}

const countersOf = ({ cpuMs, faults, ioBytes, ioCalls }: ProcessSample, atMs: number): Counters => ({
  atMs,
  cpuMs,
  faults,
  io: typeof ioBytes === "number" && typeof ioCalls === "number" ? { bytes: ioBytes, calls: ioCalls } : null,
});

export function windowBetween(from: Counters, to: Counters): Window {
  const difference = {
    tookMs: to.atMs - from.atMs,
    faults: to.faults - from.faults,
    io:
      from.io === null || to.io === null
        ? null
        : { bytes: to.io.bytes - from.io.bytes, calls: to.io.calls - from.io.calls },
  };
  return { ...difference, motion: motionOf(difference) };
}

/**
 * Page faults alone prove progress, but not of a storm: every failed write makes an error and so garbage, whose
 * collection alone faults 200 to 400 times a second. Only known reads and writes can prove that there is none.
 */
function motionOf({ tookMs, faults, io }: Omit<Window, "motion">): Motion {
  const seconds = tookMs / PER_S;
  if (io !== null && isStorm(io, seconds)) return "quiet";
  if (faults > Math.max(FAULTS_AT_LEAST, FAULTS_PER_S * seconds)) return "moved";
  if (io === null) return "unknown";
  const movedBytes = io.bytes - WAKE_UP_BYTES * io.calls;
  return movedBytes > BYTES_PER_S * Math.max(1, seconds) ? "moved" : "quiet";
}

/** Reads and writes that, by and large, fail (Z05: 390,000 a second, no byte). */
const isStorm = ({ bytes, calls }: Io, seconds: number): boolean =>
  calls > STORM_CALLS_PER_S * seconds && bytes < calls;
