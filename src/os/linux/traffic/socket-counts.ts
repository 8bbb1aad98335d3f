/**
 * What the kernel counts about sockets, and about which of them it counts nothing: inet_diag, unix_diag (sock_diag(7)).
 * TCP connections have the bytes that went each way; unix and UDP sockets have no such counters.
 */
import { dump, eachAttribute, header, HEADER_BYTES } from "../evidence/sock-diag.ts";

const [AF_UNIX, AF_INET, AF_INET6] = [1, 2, 10];
const [IPPROTO_TCP, IPPROTO_UDP] = [6, 17];
/** struct inet_diag_req_v2 and struct unix_diag_req. */
const [INET_REQUEST_BYTES, UNIX_REQUEST_BYTES] = [56, 24];
/** INET_DIAG_INFO: its bit in the request, its type in the answer. */
const INET_DIAG_INFO = 2;
/** struct inet_diag_msg. Ports and addresses are in network order. */
const INET = {
  state: 1,
  localPort: 4,
  remotePort: 6,
  local: 8,
  remote: 24,
  expires: 52,
  unread: 56,
  unsent: 60,
  inode: 68,
  bytes: 72,
} as const;
/** struct tcp_info: tcpi_bytes_acked and tcpi_bytes_received, Linux 4.1. */
const TCP_INFO = { acked: 120, received: 128, bytes: 136 } as const;
/** struct unix_diag_msg. */
const UNIX = { state: 2, inode: 4, bytes: 16 } as const;
const UDIAG_SHOW_PEER = 4;
const UNIX_DIAG_PEER = 2;
const ALL = 0xffff_ffff;

/** include/net/tcp_states.h; unix and UDP sockets use the same numbers. */
const [ESTABLISHED, TIME_WAIT, LISTEN] = [1, 6, 10];
/** TCP_TIMEWAIT_LEN: how long the kernel remembers a connection that both sides have closed. */
const TIME_WAIT_MS = 60_000;
const ADDRESS_BYTES = 16;

export interface SocketCounts {
  /**
   * TCP connections by inode: bytes that the process itself has taken in and given out, so without what waits to be read
   * by it, and with what waits to be sent. null = this kernel does not count them.
   */
  readonly tcp: Map<number, number | null>;
  /** TCP listeners by inode, with their port. */
  readonly listeners: Map<number, number>;
  /** Ports whose connections both sides have closed, with the ms since the last of them was. */
  readonly closedAgoMs: Map<number, number>;
  /** UDP sockets by inode. */
  readonly udp: Set<number>;
  /** Connected unix sockets by inode; the other end's inode, 0 when it was closed. */
  readonly unix: Map<number, number>;
}

/** Of this process's network namespace; null when the kernel does not answer. */
export function readSocketCounts(): SocketCounts | null {
  const counts: SocketCounts = {
    tcp: new Map(),
    listeners: new Map(),
    closedAgoMs: new Map(),
    udp: new Set(),
    unix: new Map(),
  };
  const isRead =
    dumpInet(IPPROTO_TCP, (message) => addTcp(message, counts)) &&
    dumpInet(IPPROTO_UDP, (message) => counts.udp.add(message.getUint32(INET.inode, true))) &&
    dumpUnix((message) => addUnix(message, counts));
  return isRead ? counts : null;
}

function dumpInet(protocol: number, visit: (message: DataView) => void): boolean {
  return [AF_INET, AF_INET6].every((family) => {
    const bytes = header(INET_REQUEST_BYTES, family);
    const body = new DataView(bytes.buffer, HEADER_BYTES);
    body.setUint8(1, protocol);
    if (protocol === IPPROTO_TCP) body.setUint8(2, 1 << (INET_DIAG_INFO - 1));
    body.setUint32(4, ALL, true);
    return dump(bytes, (message) => {
      if (message.byteLength >= INET.bytes) visit(message);
    });
  });
}

function dumpUnix(visit: (message: DataView) => void): boolean {
  const bytes = header(UNIX_REQUEST_BYTES, AF_UNIX);
  const body = new DataView(bytes.buffer, HEADER_BYTES);
  body.setUint32(4, 1 << ESTABLISHED, true);
  body.setUint32(12, UDIAG_SHOW_PEER, true);
  return dump(bytes, (message) => {
    if (message.byteLength >= UNIX.bytes) visit(message);
  });
}

export function addTcp(message: DataView, { tcp, listeners, closedAgoMs }: SocketCounts): void {
  const inode = message.getUint32(INET.inode, true);
  const port = message.getUint16(INET.localPort);
  switch (message.getUint8(INET.state)) {
    case LISTEN:
      listeners.set(inode, port);
      return;
    case TIME_WAIT: {
      const agoMs = Math.max(0, TIME_WAIT_MS - message.getUint32(INET.expires, true));
      const note = (at: number): void =>
        void closedAgoMs.set(at, Math.min(agoMs, closedAgoMs.get(at) ?? Infinity));
      note(port);
      // the side that closes first remembers it: the client's, when that is on this machine
      if (isWithinMachine(message)) note(message.getUint16(INET.remotePort));
      return;
    }
    default:
      // 0 = nobody has accepted it yet
      if (inode !== 0) tcp.set(inode, movedBytes(message));
  }
}

/** Both ends have the same address. */
function isWithinMachine(message: DataView): boolean {
  for (let at = 0; at < ADDRESS_BYTES; at++)
    if (message.getUint8(INET.local + at) !== message.getUint8(INET.remote + at)) return false;
  return true;
}

function attribute(message: DataView, from: number, wanted: number): DataView | null {
  const found: DataView[] = [];
  eachAttribute(message, from, (type, content) => {
    if (type === wanted) found.push(content);
  });
  return found[0] ?? null;
}

function movedBytes(message: DataView): number | null {
  const info = attribute(message, INET.bytes, INET_DIAG_INFO);
  if (info === null || info.byteLength < TCP_INFO.bytes) return null;
  const received = Number(info.getBigUint64(TCP_INFO.received, true));
  const acked = Number(info.getBigUint64(TCP_INFO.acked, true));
  return received - message.getUint32(INET.unread, true) + acked + message.getUint32(INET.unsent, true);
}

function addUnix(message: DataView, { unix }: SocketCounts): void {
  const peer = attribute(message, UNIX.bytes, UNIX_DIAG_PEER);
  unix.set(message.getUint32(UNIX.inode, true), peer === null ? 0 : peer.getUint32(0, true));
}
