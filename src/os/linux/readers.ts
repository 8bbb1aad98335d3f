/** Finds the processes that read what this one writes. Freezing such a reader blocks us in a write, with nobody left to thaw it. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { address, allocate, syscall } from "./ffi.ts";

const isArm = process.arch === "arm64";
const NR_GETSOCKOPT = isArm ? 209 : 55;
const SOL_SOCKET = 1;
const SO_PEERCRED = 17;
const ACCESS_MODE = 0o3;
const O_WRONLY = 1;
const OUTPUTS = [1, 2];

/** "pipe:[123]", "socket:[456]", "/dev/pts/0"; null = closed, gone or hidden. */
const target = (path: string): string | null => valueOrNull(() => readlinkSync(path));

/** Those of `pids` that hold the other end of our standard output or error. */
export const readersOfOurOutput = (pids: readonly number[]): ReadonlySet<number> => {
  const ours = OUTPUTS.map((fd) => target(`/proc/self/fd/${fd}`));
  const pipes = new Set(ours.filter((link) => link?.startsWith("pipe:") ?? false));
  // The ends of a socket pair have different numbers; the kernel remembers who made it: whoever started us.
  const makers = new Set(OUTPUTS.filter((_, i) => ours[i]?.startsWith("socket:")).map(socketMaker));
  return new Set(pids.filter((pid) => makers.has(pid) || readsOneOf(pid, pipes)));
};

const readsOneOf = (pid: number, pipes: ReadonlySet<string | null>): boolean => {
  if (pipes.size === 0) return false;
  const fds = valueOrNull(() => readdirSync(`/proc/${pid}/fd`)) ?? [];
  return fds.some((fd) => pipes.has(target(`/proc/${pid}/fd/${fd}`)) && !isWriteOnly(pid, fd));
};

/** Another writer of the same pipe (a child that inherited our stdout) reads nothing. */
const isWriteOnly = (pid: number, fd: string): boolean => {
  const info = valueOrNull(() => readFileSync(`/proc/${pid}/fdinfo/${fd}`, "utf8"));
  const flags = /^flags:\s*([0-7]+)$/m.exec(info ?? "")?.[1];
  return flags !== undefined && (Number.parseInt(flags, 8) & ACCESS_MODE) === O_WRONLY;
};

/** SO_PEERCRED of socketpair(2): the process that made the pair; 0 where that is not known. */
const socketMaker = (fd: number): number => {
  const credentials = allocate(12);
  const length = allocate(4);
  length[0] = credentials.length;
  const result = syscall(NR_GETSOCKOPT, fd, SOL_SOCKET, SO_PEERCRED, address(credentials), address(length));
  return result < 0 ? 0 : new DataView(credentials.buffer).getInt32(0, true);
};

const EXPECTED = new Set(["ENOENT", "ESRCH", "EACCES", "EPERM", "EBADF", "EMFILE", "ENFILE"]);

/** null for what is gone or another account's, or without a descriptor to look: such a process is not known to read from us. */
const valueOrNull = <T>(read: () => T): T | null => {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && "code" in error && EXPECTED.has(String(error.code))) return null;
    throw error;
  }
};
