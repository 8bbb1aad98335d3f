/**
 * Descriptors that a process got from whoever started it: a shell's `<(…)`, make's job server, a parent's IPC. Bun closes
 * them for whatever it starts.
 */
import { SYS, syscall } from "../ffi.ts";
import { namesIn, readLink, textIn } from "../files/files.ts";

const [LOOP, COUNTER] = ["anon_inode:[eventpoll]", "anon_inode:[eventfd]"] as const;

/**
 * Above the standard streams, in order. To be asked before anything is opened: a fresh Bun (1.4.5) has an epoll descriptor
 * and the counter behind it, and marks all others close-on-exec, which tells nobody whose they are.
 */
export function inheritedDescriptors(): readonly number[] {
  const found = namesIn("/proc/self/fd")
    .map(Number)
    .filter((fd) => fd > 2)
    .toSorted((a, b) => a - b)
    // what this very look has opened is gone by now
    .flatMap((fd) => {
      const link = readLink(`/proc/self/fd/${fd}`);
      return typeof link === "number" ? [] : [{ fd, link }];
    });
  const loop = found.find(({ link }) => link === LOOP)?.fd ?? Infinity;
  const counter = found.find(({ fd, link }) => link === COUNTER && fd > loop)?.fd;
  return found.map(({ fd }) => fd).filter((fd) => fd !== loop && fd !== counter);
}

/** No limit on descriptors is lower in practice: below it none has to be read. */
const LOWEST_LIMIT = 20;

/** Opened before the limit was lowered (getrlimit(2)), it can be used, and given to no program under its number. @throws then. */
export function requirePassable(inherited: readonly number[]): void {
  const highest = inherited.at(-1) ?? 0;
  if (highest < LOWEST_LIMIT) return;
  const limit = openFilesLimit();
  if (highest < limit) return;
  throw Object.assign(
    new Error(
      `Descriptor ${highest} was inherited, and with a limit of ${limit} it cannot be passed on. ` +
        `Nothing was started. Close it (exec ${highest}>&-), or allow more of them (ulimit -n ${highest + 64}).`,
    ),
    { code: "TOO_FEW_DESCRIPTORS" },
  );
}

const F_SETFD = 2;

/** So that they outlive an exec of ours. */
export function keepOpen(descriptors: readonly number[]): void {
  for (const fd of descriptors) syscall(SYS.fcntl, fd, F_SETFD, 0);
}

/** How many files this process may have open, proc_pid_limits(5): the soft limit; 1,024, the usual one, where it cannot be read. */
export const openFilesLimit = (): number => {
  const soft = /^Max open files\s+(\d+|unlimited)/m.exec(textIn("/proc/self/limits"))?.[1];
  return soft === "unlimited" ? Number.MAX_SAFE_INTEGER : Number(soft ?? 1024);
};
