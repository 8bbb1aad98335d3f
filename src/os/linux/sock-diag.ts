/**
 * Listening TCP sockets of this process's network namespace, asked of the kernel directly (sock_diag(7)). It walks the
 * listening sockets alone; /proc/net/tcp walks the table of all connections, whose size grows with the machine's
 * memory: 3.3 ms per read with 24 GB, against 0.02 ms here.
 *
 * Linux 3.3 or newer with INET_DIAG; dumpTcpListeners says when there is none.
 */
import type { Listener } from "../../core/process.ts";
import { address, allocate, close, syscall, SYS } from "./ffi.ts";

type Bytes = Uint8Array<ArrayBuffer>;

const [AF_INET, AF_INET6, AF_NETLINK] = [2, 10, 16];
const [SOCK_RAW, SOCK_CLOEXEC] = [3, 0o2000000];
const NETLINK_SOCK_DIAG = 4;
const SOCK_DIAG_BY_FAMILY = 20;
/** NLM_F_REQUEST | NLM_F_DUMP, netlink(7). */
const REQUEST_ALL = 0x301;
const [NLMSG_ERROR, NLMSG_DONE] = [2, 3];
const MSG_DONTWAIT = 0x40;
const IPPROTO_TCP = 6;
/** A bit per state; TCP_LISTEN is 10. */
const LISTENING = 1 << 10;

/** struct nlmsghdr, and behind it struct inet_diag_req_v2. */
const HEADER_BYTES = 16;
const REQUEST_BYTES = HEADER_BYTES + 56;
/** In struct inet_diag_msg: the local port (network order) begins the socket's id, the inode ends the message. */
const PORT_AT = HEADER_BYTES + 4;
const INODE_AT = HEADER_BYTES + 68;
/** What the kernel fills at once at most. */
const ANSWER_BYTES = 32 * 1024;

function request(family: number): Bytes {
  const bytes = allocate(REQUEST_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, REQUEST_BYTES, true);
  view.setUint16(4, SOCK_DIAG_BY_FAMILY, true);
  view.setUint16(6, REQUEST_ALL, true);
  view.setUint8(HEADER_BYTES, family);
  view.setUint8(HEADER_BYTES + 1, IPPROTO_TCP);
  view.setUint32(HEADER_BYTES + 4, LISTENING, true);
  return bytes;
}

/** Puts the listeners of one datagram into `into`; "more" until the kernel says that it was the last. */
export function parseAnswer(
  bytes: Bytes,
  length: number,
  into: Map<number, Listener>,
): "more" | "done" | "refused" {
  const view = new DataView(bytes.buffer, bytes.byteOffset, length);
  for (let at = 0; at + HEADER_BYTES <= length;) {
    const size = view.getUint32(at, true);
    const type = view.getUint16(at + 4, true);
    if (type === NLMSG_DONE) return "done";
    if (type === NLMSG_ERROR || size < HEADER_BYTES) return "refused";
    if (type === SOCK_DIAG_BY_FAMILY && at + INODE_AT + 4 <= length) {
      const port = view.getUint16(at + PORT_AT, false);
      into.set(view.getUint32(at + INODE_AT, true), { protocol: "tcp", address: String(port) });
    }
    // messages are padded to four bytes
    at += (size + 3) & ~3;
  }
  return "more";
}

/** Adds all listening TCP sockets by inode; false when this kernel does not answer, and nothing can be concluded. */
export function dumpTcpListeners(into: Map<number, Listener>): boolean {
  const answer = allocate(ANSWER_BYTES);
  return [AF_INET, AF_INET6].every((family) => dump(family, answer, into));
}

function dump(family: number, answer: Bytes, into: Map<number, Listener>): boolean {
  const socket = syscall(SYS.socket, AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
  if (socket < 0) return false;
  try {
    const wish = request(family);
    if (syscall(SYS.sendto, socket, address(wish), wish.length) < 0) return false;
    for (;;) {
      // a dump is filled in by the receiving call itself: nothing to wait for
      const length = syscall(SYS.recvfrom, socket, address(answer), answer.length, MSG_DONTWAIT);
      if (length <= 0) return false;
      const state = parseAnswer(answer, length, into);
      if (state !== "more") return state === "done";
    }
  } finally {
    close(socket);
  }
}
