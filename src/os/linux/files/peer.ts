/**
 * Tells which account is at the other end of a unix socket, by the kernel's word (SO_PEERCRED, unix(7)): the account that listens, for
 * who connects; the account that connected, for who listens. Linux.
 */
import { readdirSync } from "node:fs";
import { orElse } from "../../../text/system-error.ts";
import { address, allocate, close, cString, SYS, syscall } from "../ffi.ts";

const AF_UNIX = 1;
/** SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC: a full backlog is an answer (EAGAIN) and no wait. */
const STREAM = 1 | 0o4000 | 0o2000000;
const [SOL_SOCKET, SO_PEERCRED] = [1, 17];
/** struct sockaddr_un: two bytes of family, then the path. */
const [ADDRESS_BYTES, PATH_AT] = [110, 2];

/** Overwritten by the next call. */
const credentials = new DataView(allocate(12).buffer);
const takenLength = new Uint32Array(allocate(4).buffer);
const credentialsAddress = address(new Uint8Array(credentials.buffer));
const lengthAddress = address(new Uint8Array(takenLength.buffer));

/** struct ucred of the other end; for a pair, of who made it. null = it is no such socket. */
export const peerOf = (fd: number): { readonly pid: number; readonly uid: number } | null => {
  takenLength[0] = credentials.byteLength;
  const result = syscall(SYS.getsockopt, fd, SOL_SOCKET, SO_PEERCRED, credentialsAddress, lengthAddress);
  return result < 0 ? null : { pid: credentials.getInt32(0, true), uid: credentials.getUint32(4, true) };
};

/** The account that listens on `path`; null when nobody can be reached there. */
export function listenerUid(path: string): number | null {
  const name = cString(path);
  // unix(7): 108 bytes, with the NUL; longer ones cannot be listened on
  if (name.length > ADDRESS_BYTES - PATH_AT) return null;
  const fd = syscall(SYS.socket, AF_UNIX, STREAM, 0);
  if (fd < 0) return null;
  try {
    const to = allocate(ADDRESS_BYTES);
    new DataView(to.buffer).setUint16(0, AF_UNIX, true);
    to.set(name, PATH_AT);
    const connected = syscall(SYS.connect, fd, address(to), PATH_AT + name.length);
    return connected < 0 ? null : (peerOf(fd)?.uid ?? null);
  } finally {
    close(fd);
  }
}

/**
 * The accounts that are connected to `path`, on which this process listens; for its own listening descriptor the kernel
 * says our own. Empty where /proc cannot be read.
 */
export function connectedUids(path: string): ReadonlySet<number> {
  const accounts = new Set<number>();
  for (const name of descriptors()) {
    const peer = peerOf(Number(name));
    // most are of accounts that are found already: of those no name is read
    if (peer !== null && !accounts.has(peer.uid) && nameOf(Number(name)) === path) accounts.add(peer.uid);
  }
  return accounts;
}

/** None where /proc is not mounted, or no descriptor is left to list them with. */
const descriptors = (): readonly string[] => orElse([], () => readdirSync("/proc/self/fd"));

/** The path that a unix socket is bound to; null for everything else. */
function nameOf(fd: number): string | null {
  const [bound, length] = [allocate(ADDRESS_BYTES), allocate(4)];
  const view = new DataView(length.buffer);
  view.setUint32(0, bound.length, true);
  if (syscall(SYS.getsockname, fd, address(bound), address(length)) < 0) return null;
  if (new DataView(bound.buffer).getUint16(0, true) !== AF_UNIX) return null;
  const end = bound.indexOf(0, PATH_AT);
  return new TextDecoder().decode(bound.subarray(PATH_AT, end < 0 ? view.getUint32(0, true) : end));
}
