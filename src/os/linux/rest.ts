/**
 * Waiting that nothing of Bun's interrupts: its garbage collector wakes an idle process several times a minute, for
 * ever. The event loop waits on an epoll descriptor, which can be waited for itself (epoll(7)): it is readable as soon as
 * the loop has something to do.
 */
import type { Clock } from "../../ports.ts";
import { address, allocate, syscall } from "./ffi.ts";
import { namesIn, readLink } from "./files.ts";

const PPOLL = process.arch === "arm64" ? 73 : 271;
/** struct pollfd, poll(2): descriptor, wanted and found events. */
const [POLLFD_BYTES, AT_EVENTS, POLLIN] = [8, 4, 1] as const;
/** struct timespec. */
const [TIMESPEC_BYTES, AT_NANOSECONDS] = [16, 8] as const;
/** Should the loop have something to do that it does not show, it waits no longer than this for it. */
const LONGEST_MS = 60_000;

export interface RestingClock extends Clock {
  /**
   * Stands still until the event loop has something to do, a signal comes, or the next of this clock's sleepers is to
   * be woken. Only for a process whose other timers have all passed.
   */
  readonly rest: () => void;
}

/** The same clock, which knows when its sleepers want to be woken; null where Bun waits in another way. */
export function restingClock(clock: Clock): RestingClock | null {
  const descriptor = loopDescriptor();
  if (descriptor === null) return null;
  const wakeups = new Set<{ readonly atMs: number }>();
  return {
    ...clock,
    sleep: async (ms, signal) => {
      const wakeup = { atMs: clock.monotonicMs() + ms };
      wakeups.add(wakeup);
      await clock.sleep(ms, signal);
      wakeups.delete(wakeup);
    },
    rest: () => {
      const next = Math.min(...[...wakeups].map(({ atMs }) => atMs));
      const leftMs = Math.min(next - clock.monotonicMs(), LONGEST_MS);
      if (leftMs > 0) waitFor(descriptor, leftMs);
    },
  };
}

/** The loop's epoll descriptor; null when there is not exactly one. */
function loopDescriptor(): number | null {
  const names = namesIn("/proc/self/fd");
  if (typeof names === "number") return null;
  const [first, ...others] = names.filter(
    (name) => readLink(`/proc/self/fd/${name}`) === "anon_inode:[eventpoll]",
  );
  return first === undefined || others.length > 0 ? null : Number(first);
}

function waitFor(descriptor: number, ms: number): void {
  const [pollfd, timeout] = [allocate(POLLFD_BYTES), allocate(TIMESPEC_BYTES)];
  const wanted = new DataView(pollfd.buffer);
  wanted.setInt32(0, descriptor, true);
  wanted.setInt16(AT_EVENTS, POLLIN, true);
  const time = new DataView(timeout.buffer);
  time.setBigInt64(0, BigInt(Math.floor(ms / 1_000)), true);
  time.setBigInt64(AT_NANOSECONDS, BigInt(Math.floor((ms % 1_000) * 1_000_000)), true);
  syscall(PPOLL, address(pollfd), 1, address(timeout));
}
