/** Why a process may be meant to stay: who it serves, talks to, watches for. Costs some 10 µs for each of its descriptors. */
import type { Connection, Ties } from "../../../core/process/ties.ts";
import type { Listener } from "../../../core/process/process.ts";
import { isRuntimePath } from "../../runtime-directory.ts";
import { ENTRY, type ProcFiles } from "../proc/proc-files.ts";
import { socketInode, type Descriptor } from "./descriptors.ts";
import { Adopters, Services } from "./adopted.ts";
import { Holders } from "./holders.ts";
import { OwnWatches } from "./own-watches.ts";
import { SocketTables, type Connected, type SocketTable } from "./socket-tables.ts";

/** For one round of questions: what several processes share is read once, for whichever asks first. */
export class EvidenceReader {
  readonly #tables: SocketTables;
  readonly #holders: Holders;
  readonly #services: Services;
  readonly #adopters: Adopters;
  readonly #ownWatches: OwnWatches;

  constructor(private readonly proc: ProcFiles) {
    this.#tables = new SocketTables(proc);
    this.#holders = new Holders(proc);
    this.#services = new Services(proc);
    this.#adopters = new Adopters(proc, this.#services);
    this.#ownWatches = new OwnWatches(proc);
  }

  /** By pid: whether it was all of one process is for the caller to find out. */
  of(pid: number): { readonly listeners: readonly Listener[] | null; readonly ties: Ties } {
    const descriptors = this.#holders.descriptorsOf(pid);
    const sockets = (descriptors ?? []).flatMap((each) => socketInode(each.target) ?? []);
    // whoever has no socket needs no table
    const hasNone = descriptors !== null && sockets.length === 0;
    const table = descriptors === null || hasNone ? null : this.#tables.of(pid);
    return {
      listeners: hasNone ? [] : table && sockets.flatMap((inode) => table.listener(inode) ?? []),
      ties: {
        connections: hasNone
          ? []
          : descriptors && table && this.#connections(pid, descriptors, sockets, table),
        watchesFiles:
          descriptors === null ? null : descriptors.some((each) => this.#ownWatches.isOther(pid, each)),
        input: this.#holders.inputOf(pid, () => table),
        inspectedBy: inspectorOf(this.proc, pid),
        service: this.#services.of(pid),
        adoptedBy: this.#adopters.of(pid),
      },
    };
  }

  #connections(
    pid: number,
    descriptors: readonly Descriptor[],
    sockets: readonly number[],
    table: SocketTable,
  ): readonly Connection[] | null {
    const streams = new Set(standardStreams(descriptors));
    const found: Connection[] = [];
    let isUntold = false;
    for (const inode of new Set(sockets)) {
      if (streams.has(inode) || table.listener(inode) !== null) continue;
      const connected = table.connected(inode);
      if (connected === null) isUntold = true;
      else if (connected !== "no") found.push(...this.#asConnection(pid, inode, connected));
    }
    return found.length === 0 && isUntold ? null : found;
  }

  /**
   * A pair without names says nothing by itself: whoever starts a process with pipes makes some. Nor does a connection to us, which
   * a registered program has because somebody looks at it.
   */
  #asConnection(pid: number, inode: number, { protocol, peer, peerInode }: Connected): readonly Connection[] {
    if (peerInode === 0) return [];
    if (peer !== "")
      return protocol === "unix" && isRuntimePath(peer) ? [] : [{ protocol, inode, peer, peerInode }];
    const holders = peerInode === null ? [] : this.#holders.ofSocket(pid, peerInode);
    return holders.length === 0 ? [] : [{ protocol, inode, peer: "", peerInode, holders }];
  }
}

/** Also where they were given a second number: whoever reads what it prints is no client. */
const standardStreams = (descriptors: readonly Descriptor[]): readonly number[] =>
  descriptors.filter(({ number }) => number <= 2).flatMap(({ target }) => socketInode(target) ?? []);

const TRACER = /^TracerPid:\s*(\d+)$/m;
const INSPECTED = /(?:^|\0)BUN_INSPECT(?:_CONNECT_TO)?=[^\0]|(?:^|\0)BUN_OPTIONS=[^\0]*--inspect/;

/** A tracer (gdb, strace), or Bun's own inspector, which an editor asks for in the environment. */
function inspectorOf(proc: ProcFiles, pid: number): string | null {
  const length = proc.read(pid, ENTRY.status);
  if (length <= 0) return null;
  const tracer = Number(TRACER.exec(proc.latin1(length))?.[1] ?? 0);
  if (tracer > 0) return `is traced by pid ${tracer}`;
  const environment = proc.wholeText(`${pid}/environ`);
  if (environment === null) return null;
  return INSPECTED.test(environment) ? "is inspected (BUN_INSPECT)" : "";
}
