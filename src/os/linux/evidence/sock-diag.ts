/**
 * Sockets of this process's network namespace, asked of the kernel directly (sock_diag(7)). For listeners it walks those
 * alone; /proc/net/tcp walks the table of all connections, whose size grows with the machine's memory: 3.3 ms per read
 * with 24 GB, against 0.02 ms here. And it alone says who is at the other end of a unix socket.
 *
 * Linux 3.3 or newer with INET_DIAG, UDP_DIAG and UNIX_DIAG; each function says when there is none.
 */
import { address, allocate, close, syscall, SYS } from "../ffi.ts";
import { SocketState, type InetSocket, type UnixSocket } from "./sockets.ts";

type Bytes = Uint8Array<ArrayBuffer>;

const [AF_UNIX, AF_INET, AF_INET6, AF_NETLINK] = [1, 2, 10, 16];
const [SOCK_RAW, SOCK_CLOEXEC] = [3, 0o2000000];
const NETLINK_SOCK_DIAG = 4;
const SOCK_DIAG_BY_FAMILY = 20;
/** NLM_F_REQUEST | NLM_F_DUMP, netlink(7). */
const REQUEST_ALL = 0x301;
const [NLMSG_ERROR, NLMSG_DONE] = [2, 3];
const MSG_DONTWAIT = 0x40;
const IPPROTO = { tcp: 6, udp: 17 } as const;

/** struct nlmsghdr. */
const HEADER_BYTES = 16;
/** struct inet_diag_req_v2 and struct unix_diag_req. */
const [INET_REQUEST_BYTES, UNIX_REQUEST_BYTES] = [56, 24];
/**
 * struct inet_diag_msg: family, state, then the socket's id (ports in network order, source and destination of 16
 * bytes each), and the inode at its end; attributes follow.
 */
export const INET = {
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
/** Asks for INET_DIAG_INFO, which only TCP has. */
const WITH_INFO = 1 << 1;
const ALL = 0xffff_ffff;
/** struct unix_diag_msg: family, type, state, inode, cookie; attributes follow. */
const UNIX = { state: 2, inode: 4, bytes: 16 } as const;
/** What to tell of a unix socket: UDIAG_SHOW_NAME | UDIAG_SHOW_PEER. */
const NAME_AND_PEER = 0b101;
const [UNIX_DIAG_NAME, UNIX_DIAG_PEER] = [0, 2];
/** What the kernel fills at once at most. */
const ANSWER_BYTES = 32 * 1024;

/** A message of the kernel's answer, without its header. */
export type Message = DataView;

/**
 * Calls back with each message of one datagram; "more" until the kernel says that it was the last. An error, a size of
 * nothing and a torn message conclude nothing.
 */
export function parseAnswer(
  bytes: Bytes,
  length: number,
  visit: (message: Message) => void,
): "more" | "done" | "refused" {
  const view = new DataView(bytes.buffer, bytes.byteOffset, length);
  for (let at = 0; at + HEADER_BYTES <= length;) {
    const size = view.getUint32(at, true);
    const type = view.getUint16(at + 4, true);
    if (type === NLMSG_DONE) return "done";
    if (type === NLMSG_ERROR || size < HEADER_BYTES) return "refused";
    if (at + size > length) return "refused";
    if (type === SOCK_DIAG_BY_FAMILY)
      visit(new DataView(bytes.buffer, bytes.byteOffset + at + HEADER_BYTES, size - HEADER_BYTES));
    // messages are padded to four bytes
    at += (size + 3) & ~3;
  }
  return "more";
}

/** The attributes behind a message's fixed part (struct nlattr), by type. */
export function attributes(message: Message, from: number): ReadonlyMap<number, DataView> {
  const found = new Map<number, DataView>();
  for (let at = from; at + 4 <= message.byteLength;) {
    const size = message.getUint16(at, true);
    if (size < 4 || at + size > message.byteLength) break;
    found.set(
      message.getUint16(at + 2, true),
      new DataView(message.buffer, message.byteOffset + at + 4, size - 4),
    );
    at += (size + 3) & ~3;
  }
  return found;
}

export function inetSocket(message: Message, protocol: InetSocket["protocol"]): InetSocket | null {
  if (message.byteLength < INET.bytes) return null;
  const isV4 = message.getUint8(0) === AF_INET;
  return {
    protocol,
    inode: message.getUint32(INET.inode, true),
    state: message.getUint8(INET.state),
    local: addressAt(message, INET.local, isV4),
    localPort: message.getUint16(INET.localPort, false),
    remote: addressAt(message, INET.remote, isV4),
    remotePort: message.getUint16(INET.remotePort, false),
  };
}

/** Bytes in network order as /proc/net would print them by word is the same for equal addresses: hexadecimal. */
function addressAt(message: Message, at: number, isV4: boolean): string {
  const bytes = new Uint8Array(message.buffer, message.byteOffset + at, isV4 ? 4 : 16);
  return Buffer.from(bytes).toString("hex");
}

export function unixSocket(message: Message): UnixSocket | null {
  if (message.byteLength < UNIX.bytes) return null;
  const told = attributes(message, UNIX.bytes);
  const [name, peer] = [told.get(UNIX_DIAG_NAME), told.get(UNIX_DIAG_PEER)];
  const state = message.getUint8(UNIX.state);
  return {
    inode: message.getUint32(UNIX.inode, true),
    listens: state === SocketState.listen,
    isConnected: state === SocketState.established,
    name: name === undefined ? "" : nameOf(name),
    peer: { inode: peer !== undefined && peer.byteLength >= 4 ? peer.getUint32(0, true) : null },
  };
}

/** A path, or an abstract name, whose first byte is NUL and is written "@". */
function nameOf(content: DataView): string {
  const bytes = new Uint8Array(content.buffer, content.byteOffset, content.byteLength);
  const text = new TextDecoder().decode(bytes);
  return text.startsWith("\0") ? `@${text.slice(1)}` : text.replace(/\0+$/, "");
}

/**
 * TCP or UDP sockets in one of these states; "all": with what TCP counts, in the message. false when this kernel does not
 * answer, and nothing can be concluded.
 */
export const dumpInet = (
  protocol: InetSocket["protocol"],
  states: readonly number[] | "all",
  visit: (socket: InetSocket, message: Message) => void,
): boolean =>
  [AF_INET, AF_INET6].every((family) => {
    const [request, body] = newRequest(INET_REQUEST_BYTES, family);
    body.setUint8(1, IPPROTO[protocol]);
    if (protocol === "tcp" && states === "all") body.setUint8(2, WITH_INFO);
    body.setUint32(4, states === "all" ? ALL : stateBits(states), true);
    return dump(request, (message) => {
      const socket = inetSocket(message, protocol);
      if (socket !== null) visit(socket, message);
    });
  });

/** All unix sockets; false as above. */
export function dumpUnix(visit: (socket: UnixSocket) => void): boolean {
  const [request, body] = newRequest(UNIX_REQUEST_BYTES, AF_UNIX);
  body.setUint32(4, ALL, true);
  body.setUint32(12, NAME_AND_PEER, true);
  return dump(request, (message) => {
    const socket = unixSocket(message);
    if (socket !== null) visit(socket);
  });
}

const stateBits = (states: readonly number[]): number =>
  states.reduce((bits, state) => bits | (1 << state), 0);

/** For a dump of this address family: all of it, and its body. */
function newRequest(bodyBytes: number, family: number): [Bytes, DataView] {
  const bytes = allocate(HEADER_BYTES + bodyBytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, bytes.length, true);
  view.setUint16(4, SOCK_DIAG_BY_FAMILY, true);
  view.setUint16(6, REQUEST_ALL, true);
  view.setUint8(HEADER_BYTES, family);
  return [bytes, new DataView(bytes.buffer, HEADER_BYTES)];
}

function dump(request: Bytes, visit: (message: Message) => void): boolean {
  const socket = syscall(SYS.socket, AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
  if (socket < 0) return false;
  const answer = allocate(ANSWER_BYTES);
  try {
    if (syscall(SYS.sendto, socket, address(request), request.length) < 0) return false;
    for (;;) {
      // a dump is filled in by the receiving call itself: nothing to wait for
      const length = syscall(SYS.recvfrom, socket, address(answer), answer.length, MSG_DONTWAIT);
      if (length <= 0) return false;
      const state = parseAnswer(answer, length, visit);
      if (state !== "more") return state === "done";
    }
  } finally {
    close(socket);
  }
}
