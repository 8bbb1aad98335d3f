/**
 * Descriptors kept free while a job runs: to end it, to see that nothing is left and to say so takes some, and by then it
 * may be that none can be had (EMFILE).
 */
import { address, allocate, close, O_DIRECTORY, open, SYS, syscall } from "../ffi.ts";
import { FileStat } from "../proc/executable.ts";
import type { Reserve } from "../../../ports/reserve.ts";

/** To end a tree of a few processes: a guard with its pipes, a pin for each, a record. */
const TO_END = 10;
/** While it runs: the slot, the group, the program's handle, the kernel's word on memory, and a glance now and then. */
const AT_WORK = 6;
const NEEDED = TO_END + AT_WORK;

/** A service's own (lock, socket, log, journal, history, watches, guard), and to freeze and end a few processes at a time. */
const TO_SERVE = 24;

/** @throws an Error that says what is missing: one that starts all the same watches and can end nobody. */
export const requireDescriptors = (title: string): void => requireFree(TO_SERVE, `a ${title} needs`);

export const descriptorReserve: Reserve = {
  require: () => requireFree(NEEDED, "to look after a job takes"),
  hold: () => {
    const held = upTo(TO_END);
    if (held.length < TO_END) giveBack(held.splice(0, AT_WORK));
    return { [Symbol.dispose]: () => giveBack(held.splice(0)) };
  },
};

function requireFree(needed: number, forWhat: string): void {
  if (countedFree() >= needed) return;
  const held = upTo(needed, copied);
  giveBack(held);
  if (held.length === needed) return;
  throw Object.assign(
    new Error(
      `Only ${held.length} more files can be opened here, and ${forWhat} ${needed}. ` +
        "Nothing was started. Allow more of them (ulimit -n 64), and start again.",
    ),
    { code: "TOO_FEW_DESCRIPTORS" },
  );
}

const RLIMIT_NOFILE = 7;
/** struct rlimit64: soft, hard. */
const limits = new BigUint64Array(allocate(16).buffer);
const own = new FileStat();

/** In two calls and not in two for each. 0 where the kernel does not count them (before Linux 6.2). */
function countedFree(): number {
  const isRead = syscall(SYS.prlimit64, 0, RLIMIT_NOFILE, 0, address(new Uint8Array(limits.buffer))) >= 0;
  const count = isRead && own.readPath("/proc/self/fd") >= 0 ? own.sizeBytes : 0;
  return count === 0 ? 0 : Number(limits[0]) - count;
}

const opened = (): number => open("/", O_DIRECTORY);

const F_DUPFD_CLOEXEC = 1_030;

/** A copy takes a number and no file, and a fifth of the time. */
const copied = (of: number | undefined): number =>
  of === undefined ? opened() : syscall(SYS.fcntl, of, F_DUPFD_CLOEXEC, 0);

function upTo(count: number, next: (first: number | undefined) => number = opened): number[] {
  const held: number[] = [];
  while (held.length < count) {
    const fd = next(held[0]);
    if (fd < 0) break;
    held.push(fd);
  }
  return held;
}

const giveBack = (descriptors: readonly number[]): void => {
  for (const fd of descriptors) close(fd);
};
