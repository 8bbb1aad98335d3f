/** Counts what a process has moved over its sockets, as far as anybody counts it. For one round of questions. */
import type { ThreadActivity, Traffic } from "../../../core/process/process.ts";
import { readDescriptors, socketInode } from "../evidence/descriptors.ts";
import { inetSockets, SocketState, unixSockets } from "../evidence/sockets.ts";
import { getpid, ticksPerSecond } from "../ffi.ts";
import { ENTRY, type ProcFiles } from "../proc/proc-files.ts";
import { Field, newStat, parseStat } from "../proc/stat.ts";
import { readSocketCounts, type SocketCounts } from "./socket-counts.ts";

const NS_PER_MS = 1_000_000;

export class TrafficReader {
  readonly #stat = newStat();
  #counts: SocketCounts | null | undefined;

  constructor(private readonly proc: ProcFiles) {}

  /** null = the kernel's counts cannot be read. Of whose descriptors cannot be, what its threads do is all there is. */
  of(pid: number): Traffic | null {
    const descriptors = readDescriptors(this.proc, pid);
    if (descriptors === null) return { ...NO_SOCKETS, uncounted: null, threads: this.#threadsOf(pid, true) };
    const sockets = descriptors.flatMap(({ target }) => socketInode(target) ?? []);
    const streams = new Set(
      descriptors.flatMap(({ number, target }) => (number <= STDERR ? (socketInode(target) ?? []) : [])),
    );
    if (sockets.length === 0) return NO_SOCKETS;
    const isHere = this.proc.linkText(pid, ENTRY.netns) === this.proc.linkText(getpid(), ENTRY.netns);
    if (isHere) this.#counts ??= readSocketCounts();
    const counted = isHere ? this.#counts : null;
    const traffic = counted ? trafficOf(sockets, counted, streams) : this.#elsewhere(pid, sockets, streams);
    return traffic !== null && traffic.uncounted !== null && traffic.uncounted > 0
      ? { ...traffic, threads: this.#threadsOf(pid) }
      : traffic;
  }

  /** In another network namespace, or where the kernel answers no such question, the tables tell who is connected and not how much went there. */
  #elsewhere(pid: number, sockets: readonly number[], streams: ReadonlySet<number>): Traffic | null {
    const tables = ["tcp", "tcp6", "udp", "udp6", "unix"].flatMap((name): [string, string][] => {
      const table = this.proc.wholeText(`${pid}/net/${name}`);
      return table === null ? [] : [[name, table]];
    });
    // without IPv6 two are missing; without any nothing is known
    if (tables.length === 0) return null;
    return { ...NO_SOCKETS, ...connectedIn(new Map(tables), new Set(sockets), streams) };
  }

  #threadsOf(pid: number, withSystem = false): ReadonlyMap<number, ThreadActivity> | null {
    const threads = this.proc.numbers(`${pid}/task`);
    if (typeof threads === "number") return null;
    const found = new Map<number, ThreadActivity>();
    for (const thread of threads) {
      const ran = this.proc.wholeText(`${pid}/task/${thread}/schedstat`);
      const status = this.proc.wholeText(`${pid}/task/${thread}/status`);
      // it has ended meanwhile
      if (ran === null || status === null) continue;
      const waits = /^voluntary_ctxt_switches:\s*(\d+)$/m.exec(status)?.[1];
      const ranNs = /^\d+/.exec(ran)?.[0];
      if (waits === undefined || ranNs === undefined) return null;
      const systemMs = withSystem ? this.#systemMsOf(`${pid}/task/${thread}/stat`) : null;
      found.set(thread, {
        ranMs: Number(ranNs) / NS_PER_MS,
        waits: Number(waits),
        ...(systemMs !== null && { systemMs }),
      });
    }
    return found;
  }

  #systemMsOf(path: string): number | null {
    const bytes = this.proc.readAll(path);
    if (typeof bytes === "number" || !parseStat(bytes, bytes.length, this.#stat)) return null;
    return ((this.#stat[Field.systemTicks] ?? 0) * 1_000) / ticksPerSecond();
  }
}

const STDERR = 2;

const NO_SOCKETS: Traffic = {
  tcp: new Map(),
  uncounted: 0,
  listens: false,
  closedAgoMs: null,
  threads: null,
};

/** Of these sockets, what the kernel counts. A pair with both ends in the process itself is talk with nobody. */
function trafficOf(sockets: readonly number[], counts: SocketCounts, standard: ReadonlySet<number>): Traffic {
  const own = new Set(sockets);
  const tcp = new Map<number, number>();
  let [uncounted, streams] = [0, 0];
  const closedAgoMs: number[] = [];
  for (const inode of own) {
    const bytes = counts.tcp.get(inode);
    if (typeof bytes === "number") tcp.set(inode, bytes);
    const peer = counts.unix.get(inode) ?? 0;
    const isTalk = peer !== 0 && !own.has(peer);
    if (bytes === null || counts.udp.has(inode) || isTalk) uncounted++;
    if (isTalk && standard.has(inode)) streams++;
    const port = counts.listeners.get(inode);
    const ago = port === undefined ? undefined : counts.closedAgoMs.get(port);
    if (ago !== undefined) closedAgoMs.push(ago);
  }
  return {
    tcp,
    uncounted,
    streams,
    listens: sockets.some((inode) => counts.listeners.has(inode)),
    closedAgoMs: closedAgoMs.length === 0 ? null : Math.min(...closedAgoMs),
    threads: null,
  };
}

function connectedIn(
  tables: ReadonlyMap<string, string>,
  own: ReadonlySet<number>,
  standard: ReadonlySet<number>,
): Pick<Traffic, "uncounted" | "streams" | "listens"> {
  let [uncounted, streams, listens] = [0, 0, false];
  for (const [name, table] of tables) {
    const protocol = name.startsWith("udp") ? "udp" : "tcp";
    if (name === "unix")
      unixSockets(table, ({ inode, isConnected }) => {
        if (!isConnected || !own.has(inode)) return;
        uncounted++;
        if (standard.has(inode)) streams++;
      });
    else
      inetSockets(protocol, table, ({ inode, state }) => {
        if (!own.has(inode)) return;
        // who came there and went is not told either
        listens ||= protocol === "tcp" && state === SocketState.listen;
        if (protocol === "udp" || state !== SocketState.unconnected) uncounted++;
      });
  }
  return { uncounted, streams, listens };
}
