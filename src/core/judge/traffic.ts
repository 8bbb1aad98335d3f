/**
 * Bytes that no read or write call carries: what went over sockets by send and recv is not in /proc/PID/io. A server
 * that answers at full CPU is told from a loop that only holds a connection by this.
 */
import type { Motion } from "./history.ts";
import type { Traffic } from "../process/process.ts";

/** What a heartbeat of a few bytes twice a minute moves (a ping and its pong), and a ping each second. */
const HEARTBEAT_BYTES = 16;
const HEARTBEAT_BYTES_PER_S = 4;
/**
 * A process that talks makes system calls, and one that has nothing more to read waits: a loop on its thread never does (0 waits in 6 s;
 * a server of four busy clients 6, of one 1,132). A thread that ran for less than this has no answers to give: an idle main
 * thread beside a spinning Worker runs 0.3 ms a second.
 */
const IDLE_MS = 1;
const IDLE_MS_PER_S = 0.5;

const PER_S = 1_000;

interface Exchange {
  readonly motion: Motion;
  /** Over connections that are counted; null = that was not read twice. */
  readonly bytes: number | null;
}

/** Between two readings, `tookMs` apart. null = not read, which is no evidence of silence. */
export function exchangeBetween(from: Traffic | null, to: Traffic | null, tookMs: number): Exchange {
  if (to === null) return { motion: "unknown", bytes: null };
  // what it has nothing to talk over, it has not talked over since a moment ago
  if (from === null) return { motion: isAlone(to) ? "quiet" : "unknown", bytes: null };
  const seconds = tookMs / PER_S;
  const bytes = movedBytes(from, to);
  const hasClosed = [...from.tcp.keys()].some((inode) => !to.tcp.has(inode));
  const hasEnded = to.closedAgoMs !== null && to.closedAgoMs < tookMs;
  if (hasClosed || hasEnded || bytes > HEARTBEAT_BYTES + HEARTBEAT_BYTES_PER_S * seconds)
    return { motion: "moved", bytes };
  const isMeasured = from.uncounted === 0 && to.uncounted === 0;
  // a server whose clients always have another question never waits either
  const isUnserved = servesNobody(from) && servesNobody(to) && neverWaited(from, to, seconds);
  return { motion: isMeasured || isUnserved ? "quiet" : "unknown", bytes };
}

const isAlone = ({ tcp, uncounted, listens }: Traffic): boolean =>
  tcp.size === 0 && uncounted === 0 && !listens;

/** Over connections that nobody counts; of who shows none of them, what its threads do is all there is. */
const servesNobody = ({ uncounted, streams = 0 }: Traffic): boolean =>
  uncounted === null || uncounted === streams;

/** A connection that is new began at nothing. */
const movedBytes = (from: Traffic, to: Traffic): number =>
  [...to.tcp].reduce((sum, [inode, bytes]) => sum + Math.max(0, bytes - (from.tcp.get(inode) ?? 0)), 0);

function neverWaited(from: Traffic, to: Traffic, seconds: number): boolean {
  if (from.threads === null || to.threads === null) return false;
  for (const [id, now] of to.threads) {
    const before = from.threads.get(id) ?? { ranMs: 0, waits: 0 };
    const hasWaited = now.waits > before.waits;
    if (hasWaited && now.ranMs - before.ranMs > IDLE_MS + IDLE_MS_PER_S * seconds) return false;
  }
  return true;
}

/** Of the time that it ran; a loop on its thread has none. Copying a file in pieces that are in memory already takes some 5 %. */
const SYSTEM_SHARE = 0.02;
/** Told in ticks of 10 ms, of which the interrupts of the machine itself are a few. */
const SYSTEM_MS = 20;

/**
 * A process that shows nothing of itself is known to have read and written nothing all the same when it never waited and spent no
 * time in the kernel: both are told of everybody's threads.
 */
export function madeNoCalls(from: Traffic | null, to: Traffic | null, tookMs: number): boolean {
  if (from === null || to === null || !neverWaited(from, to, tookMs / PER_S)) return false;
  let [ranMs, systemMs] = [0, 0];
  for (const [id, now] of to.threads ?? []) {
    const before = from.threads?.get(id) ?? { ranMs: 0, systemMs: 0 };
    if (now.systemMs === undefined || before.systemMs === undefined) return false;
    ranMs += now.ranMs - before.ranMs;
    systemMs += now.systemMs - before.systemMs;
  }
  return systemMs <= SYSTEM_MS + SYSTEM_SHARE * ranMs;
}
