/**
 * A server hands over to another process that listens on the same port (SO_REUSEPORT, socket(7)). The kernel deals
 * connections out to all listening sockets of a port, and resets what waits in one that closes. So for a moment it gives all
 * new ones to the newest socket: the last of its group, whose number a filter returns (SO_ATTACH_REUSEPORT_CBPF). The sockets
 * are reached as copies of the processes' own descriptors (pidfd_getfd(2), Linux 5.6); whoever may not have these changes nothing.
 */
import type { ProcessId } from "../../../core/process/process.ts";
import { offspringOf } from "../contain/glance.ts";
import { readDescriptors, socketInode } from "../evidence/descriptors.ts";
import { address, allocate, close, SYS, syscall } from "../ffi.ts";
import { textIn } from "../files/files.ts";
import { isAlive } from "../proc/process-id.ts";
import { ProcFiles } from "../proc/proc-files.ts";

const [SOL_SOCKET, IPPROTO_TCP] = [1, 6];
const [SO_REUSEPORT, SO_ACCEPTCONN, SO_ATTACH_REUSEPORT_CBPF, SO_DETACH_REUSEPORT_BPF] = [15, 30, 51, 68];
/** tcp_info: of a listening socket, the connections that nobody has accepted yet. */
const [TCP_INFO, UNACKED_AT, INFO_BYTES] = [11, 24, 104];

/** All new connections to the ports of `root` go to it, until this is disposed. null: it shares no port that we may direct. */
export function directTo(root: ProcessId): Disposable | null {
  const held = listenersOf(root).flatMap(({ fd, last }) => {
    if (last > 0 && setFilter(fd, last)) return [fd];
    close(fd);
    return [];
  });
  if (held.length === 0) return null;
  return {
    [Symbol.dispose]: () => {
      for (const fd of held.splice(0)) {
        setOption(fd, SO_DETACH_REUSEPORT_BPF, allocate(4));
        close(fd);
      }
    },
  };
}

/** Whether there are connections that it has not accepted yet. */
export function hasWaiting(root: ProcessId): boolean {
  const counts = listenersOf(root).map(({ fd }) => {
    const info = option(fd, IPPROTO_TCP, TCP_INFO, INFO_BYTES);
    close(fd);
    return info?.getUint32(UNACKED_AT, true) ?? 0;
  });
  return counts.some((count) => count > 0);
}

interface Listener {
  /** A copy: whoever has it closes it soon, since the socket lives as long. */
  readonly fd: number;
  /** The number of the last socket in its group. */
  readonly last: number;
}

/** Of it, and of what it has started. */
function listenersOf(root: ProcessId): readonly Listener[] {
  if (!isAlive(root)) return [];
  using proc = new ProcFiles();
  return offspringOf(root.pid).flatMap((pid) => {
    const handle = syscall(SYS.pidfd_open, pid, 0);
    if (handle < 0) return [];
    const found = (readDescriptors(proc, pid) ?? []).flatMap(({ number, target }) => {
      const inode = socketInode(target);
      const last = inode === null ? -1 : lastOfGroup(pid, inode);
      const fd = last < 0 ? -1 : syscall(SYS.pidfd_getfd, handle, number, 0);
      if (fd < 0) return [];
      if (isShared(fd)) return [{ fd, last }];
      close(fd);
      return [];
    });
    close(handle);
    return found;
  });
}

/** Its number may be another socket's by now. */
const isShared = (fd: number): boolean =>
  [SO_ACCEPTCONN, SO_REUSEPORT].every((name) => option(fd, SOL_SOCKET, name, 4)?.getUint32(0, true) === 1);

const LISTEN = "0A";
/** Fields of a line of /proc/PID/net/tcp, proc_pid_net(5). */
const [LOCAL, STATE, UID, INODE] = [1, 3, 7, 9] as const;

/** -1: it is no listening TCP socket. */
function lastOfGroup(pid: number, inode: number): number {
  for (const table of ["tcp", "tcp6"]) {
    const listeners = textIn(`/proc/${pid}/net/${table}`)
      .split("\n")
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[STATE] === LISTEN);
    const own = listeners.find((fields) => Number(fields[INODE]) === inode);
    if (own === undefined) continue;
    return listeners.filter((fields) => fields[LOCAL] === own[LOCAL] && fields[UID] === own[UID]).length - 1;
  }
  return -1;
}

/** BPF_RET | BPF_K: an instruction of eight bytes, code and value. */
const RETURN = 6;

function setFilter(fd: number, socket: number): boolean {
  const program = allocate(8);
  const code = new DataView(program.buffer);
  code.setUint16(0, RETURN, true);
  code.setUint32(4, socket, true);
  // struct sock_fprog: how many instructions, and where
  const filter = allocate(16);
  const view = new DataView(filter.buffer);
  view.setUint16(0, 1, true);
  view.setBigUint64(8, BigInt(address(program)), true);
  return setOption(fd, SO_ATTACH_REUSEPORT_CBPF, filter) && program.length > 0;
}

const setOption = (fd: number, name: number, value: Uint8Array<ArrayBuffer>): boolean =>
  syscall(SYS.setsockopt, fd, SOL_SOCKET, name, address(value), value.length) === 0;

function option(fd: number, level: number, name: number, bytes: number): DataView | null {
  const [value, length] = [allocate(bytes), allocate(4)];
  new DataView(length.buffer).setUint32(0, bytes, true);
  const result = syscall(SYS.getsockopt, fd, level, name, address(value), address(length));
  return result < 0 ? null : new DataView(value.buffer);
}
