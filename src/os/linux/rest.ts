/**
 * Waiting that nothing of Bun's interrupts: its garbage collector wakes an idle process several times a minute, for
 * ever. The event loop waits on an epoll descriptor, which can be waited for itself (epoll(7)): it is readable as soon as
 * the loop has something to do.
 */
import type { Clock, Resting } from "../../ports.ts";
import { address, allocate, syscall } from "./ffi.ts";
import { namesIn, readLink } from "./files.ts";
import { Repetition } from "./repetition.ts";

const PPOLL = process.arch === "arm64" ? 73 : 271;
/** struct pollfd, poll(2): descriptor, wanted and found events. */
const [POLLFD_BYTES, AT_EVENTS, POLLIN] = [8, 4, 1] as const;
/** struct timespec. */
const [TIMESPEC_BYTES, AT_NANOSECONDS] = [16, 8] as const;
/** Should the loop have something to do that it does not show, it waits no longer than this for it. */
const LONGEST_MS = 60_000;

/** Only for a process whose other timers than this clock's have all passed when it rests. */
export type RestingClock = Clock & Resting;

/** The same clock, which knows when its sleepers want to be woken; null where Bun waits in another way. */
export function restingClock(clock: Clock): RestingClock | null {
  const descriptor = loopDescriptor();
  if (descriptor === null) return null;
  const sleepers = new Set<{ readonly atMs: number }>();
  const repetitions = new Set<Repetition>();
  return {
    ...clock,
    sleep: async (ms, signal) => {
      const sleeper = { atMs: clock.monotonicMs() + ms };
      sleepers.add(sleeper);
      await clock.sleep(ms, signal);
      sleepers.delete(sleeper);
    },
    repeat: async (firstMs, look, signal) => {
      const repetition = new Repetition(clock, firstMs, look);
      repetitions.add(repetition);
      try {
        await repetition.toEnd(signal);
      } finally {
        repetitions.delete(repetition);
      }
    },
    rest: () => {
      const endMs = Math.min(nextOf(sleepers), clock.monotonicMs() + LONGEST_MS);
      for (;;) {
        for (const each of repetitions) each.lookIfDue();
        const leftMs = Math.min(endMs, nextOf(repetitions)) - clock.monotonicMs();
        if ([...repetitions].some(({ isOver }) => isOver) || clock.monotonicMs() >= endMs) return;
        if (leftMs > 0 && isWoken(descriptor, leftMs)) return;
      }
    },
  };
}

const nextOf = (all: Iterable<{ readonly atMs: number }>): number =>
  Math.min(Infinity, ...[...all].map(({ atMs }) => atMs));

/** The loop's epoll descriptor; null when there is not exactly one. */
function loopDescriptor(): number | null {
  const names = namesIn("/proc/self/fd");
  if (typeof names === "number") return null;
  const [first, ...others] = names.filter(
    (name) => readLink(`/proc/self/fd/${name}`) === "anon_inode:[eventpoll]",
  );
  return first === undefined || others.length > 0 ? null : Number(first);
}

/** Waits `ms` at most; false: that time has passed, and nothing has happened. */
function isWoken(descriptor: number, ms: number): boolean {
  const [pollfd, timeout] = [allocate(POLLFD_BYTES), allocate(TIMESPEC_BYTES)];
  const wanted = new DataView(pollfd.buffer);
  wanted.setInt32(0, descriptor, true);
  wanted.setInt16(AT_EVENTS, POLLIN, true);
  const time = new DataView(timeout.buffer);
  time.setBigInt64(0, BigInt(Math.floor(ms / 1_000)), true);
  time.setBigInt64(AT_NANOSECONDS, BigInt(Math.floor((ms % 1_000) * 1_000_000)), true);
  return syscall(PPOLL, address(pollfd), 1, address(timeout)) !== 0;
}
