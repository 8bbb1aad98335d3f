/**
 * What the kernel counts about sockets, and about which of them it counts nothing: inet_diag, unix_diag (sock_diag(7)).
 * TCP connections have the bytes that went each way; unix and UDP sockets have no such counters.
 */
import { attributes, dumpInet, dumpUnix, INET, type Message } from "../evidence/sock-diag.ts";
import { SocketState, type InetSocket } from "../evidence/sockets.ts";
import { isRuntimePath } from "../../runtime-directory.ts";

/** INET_DIAG_INFO in an answer. */
const INET_DIAG_INFO = 2;
/** struct tcp_info: tcpi_bytes_acked and tcpi_bytes_received, Linux 4.1. */
const TCP_INFO = { acked: 120, received: 128, bytes: 136 } as const;
/** TCP_TIMEWAIT_LEN: how long the kernel remembers a connection that both sides have closed. */
const TIME_WAIT_MS = 60_000;

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
  /** Connected unix sockets by inode; the other end's inode, 0 when it was closed or is a service of ours. */
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
  const ours = new Set<number>();
  const isRead =
    dumpInet("tcp", "all", (socket, message) => addTcp(socket, message, counts)) &&
    dumpInet("udp", "all", ({ inode }) => counts.udp.add(inode)) &&
    dumpUnix(({ inode, isConnected, name, peer }) => {
      if (isConnected) counts.unix.set(inode, peer?.inode ?? 0);
      if (isConnected && isRuntimePath(name)) ours.add(inode);
    });
  // a registered program talks to the page because somebody looks at it, and gets nowhere by that
  for (const [inode, peer] of counts.unix) if (ours.has(peer)) counts.unix.set(inode, 0);
  return isRead ? counts : null;
}

function addTcp(socket: InetSocket, message: Message, { tcp, listeners, closedAgoMs }: SocketCounts): void {
  const { inode, state, localPort, remotePort } = socket;
  if (state === SocketState.listen) listeners.set(inode, localPort);
  else if (state === SocketState.timeWait) {
    const agoMs = Math.max(0, TIME_WAIT_MS - message.getUint32(INET.expires, true));
    // the side that closes first remembers it: the client's, when that is on this machine
    for (const port of socket.local === socket.remote ? [localPort, remotePort] : [localPort])
      closedAgoMs.set(port, Math.min(agoMs, closedAgoMs.get(port) ?? Infinity));
  } else if (inode !== 0) tcp.set(inode, movedBytes(message)); // 0 = nobody has accepted it yet
}

function movedBytes(message: Message): number | null {
  const info = attributes(message, INET.bytes).get(INET_DIAG_INFO);
  if (info === undefined || info.byteLength < TCP_INFO.bytes) return null;
  const received = Number(info.getBigUint64(TCP_INFO.received, true));
  const acked = Number(info.getBigUint64(TCP_INFO.acked, true));
  return received - message.getUint32(INET.unread, true) + acked + message.getUint32(INET.unsent, true);
}
