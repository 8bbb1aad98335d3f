/** What a process's sockets are, by inode, in the tables of its network namespace. Those are read once for one round of questions. */
import type { Listener } from "../../../core/process/process.ts";
import { Errno, getpid } from "../ffi.ts";
import { ENTRY, type ProcFiles } from "../proc/proc-files.ts";
import { dumpInet, dumpUnix } from "./sock-diag.ts";
import {
  endpoint,
  inetSockets,
  SocketState,
  unixSockets,
  withoutMapping,
  type InetSocket,
  type UnixSocket,
} from "./sockets.ts";

export interface Connected {
  readonly protocol: "tcp" | "udp" | "unix";
  /** The other end in words: "10.0.0.5:6379", a path; "" = a pair without names. */
  readonly peer: string;
  /** Of the other end where it is on this machine; 0 = it was closed; null = elsewhere, or not told. */
  readonly peerInode: number | null;
}

export interface SocketTable {
  listener(inode: number): Listener | null;
  /** Walks all connections of the machine on the first call; null = they cannot be read. */
  connected(inode: number): Connected | "no" | null;
}

/** In which a UDP socket can be that anybody may write to: bound, and connected to nobody. */
const LISTENING = { tcp: [SocketState.listen], udp: [SocketState.unconnected] } as const;

export class SocketTables {
  readonly #byNamespace = new Map<string, SocketTable | null>();

  constructor(private readonly proc: ProcFiles) {}

  of(pid: number): SocketTable | null {
    const namespace = this.proc.linkText(pid, ENTRY.netns);
    if (namespace === null) return null;
    const known = this.#byNamespace.get(namespace);
    if (known !== undefined) return known;
    // the kernel answers for the namespace of who asks
    const table = openTable(this.proc, pid, namespace === this.proc.linkText(getpid(), ENTRY.netns));
    this.#byNamespace.set(namespace, table);
    return table;
  }
}

function openTable(proc: ProcFiles, pid: number, isOurs: boolean): SocketTable | null {
  const read = (name: string): string | null => readTable(proc, pid, name);
  const unix = readUnix(read, isOurs);
  const listeners = new Map<number, Listener>();
  for (const protocol of ["tcp", "udp"] as const) {
    const add = (socket: InetSocket): void => {
      if (socket.localPort > 0) listeners.set(socket.inode, { protocol, address: String(socket.localPort) });
    };
    if (!readInet(protocol, LISTENING[protocol], read, isOurs, add)) return null;
  }
  if (unix === null) return null;
  for (const { inode, listens, name } of unix.values())
    if (listens) listeners.set(inode, { protocol: "unix", address: name });
  let established: ReadonlyMap<number, Connected> | null | undefined;
  return {
    listener: (inode) => listeners.get(inode) ?? null,
    connected: (inode) => {
      const pair = unix.get(inode);
      if (pair !== undefined) return unixPeer(pair, unix);
      if (established === undefined) established = readEstablished(read, isOurs);
      return established === null ? null : (established.get(inode) ?? "no");
    },
  };
}

type Read = (name: string) => string | null;

/** Empty where the protocol is not there (no IPv6); null where it may not be read. */
function readTable(proc: ProcFiles, pid: number, name: string): string | null {
  const bytes = proc.readAll(`${pid}/net/${name}`);
  if (typeof bytes !== "number") return new TextDecoder().decode(bytes);
  return bytes === -Errno.ENOENT ? "" : null;
}

/** false = neither the kernel nor the tables tell. */
function readInet(
  protocol: InetSocket["protocol"],
  states: readonly number[],
  read: Read,
  isOurs: boolean,
  visit: (socket: InetSocket) => void,
): boolean {
  if (isOurs && dumpInet(protocol, states, visit)) return true;
  return [protocol, `${protocol}6`].every((name) => {
    const table = read(name);
    if (table === null) return false;
    inetSockets(protocol, table, (socket) => {
      if (states.includes(socket.state)) visit(socket);
    });
    return true;
  });
}

function readUnix(read: Read, isOurs: boolean): ReadonlyMap<number, UnixSocket> | null {
  const found = new Map<number, UnixSocket>();
  const visit = (socket: UnixSocket): void => void found.set(socket.inode, socket);
  if (isOurs && dumpUnix(visit)) return found;
  found.clear();
  const table = read("unix");
  if (table === null) return null;
  unixSockets(table, visit);
  return found;
}

/** A pair has no names at all; a server's end has the name that its clients connected to. */
function unixPeer(own: UnixSocket, all: ReadonlyMap<number, UnixSocket>): Connected | "no" | null {
  if (!own.isConnected || own.listens) return "no";
  if (own.peer === null)
    return own.name === "" ? null : { protocol: "unix", peer: own.name, peerInode: null };
  const peerInode = own.peer.inode ?? 0;
  const peer = all.get(peerInode)?.name ?? "";
  return { protocol: "unix", peer: peer === "" ? own.name : peer, peerInode };
}

/** Both ends of a connection within the machine are in the table, each by its own side. */
function readEstablished(read: Read, isOurs: boolean): ReadonlyMap<number, Connected> | null {
  const sockets: InetSocket[] = [];
  for (const protocol of ["tcp", "udp"] as const)
    if (!readInet(protocol, [SocketState.established], read, isOurs, (socket) => sockets.push(socket)))
      return null;
  const byEnds = new Map(sockets.map((socket) => [endsOf(socket), socket.inode]));
  return new Map(
    sockets.map((socket) => [
      socket.inode,
      {
        protocol: socket.protocol,
        peer: endpoint(socket.remote, socket.remotePort),
        peerInode: byEnds.get(endsOf(reversed(socket))) ?? null,
      },
    ]),
  );
}

const endsOf = ({ protocol, local, localPort, remote, remotePort }: InetSocket): string =>
  `${protocol} ${withoutMapping(local)}:${localPort} ${withoutMapping(remote)}:${remotePort}`;

const reversed = (socket: InetSocket): InetSocket => ({
  ...socket,
  local: socket.remote,
  localPort: socket.remotePort,
  remote: socket.local,
  remotePort: socket.localPort,
});
