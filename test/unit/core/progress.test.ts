import { expect, test } from "bun:test";
import type { Motion } from "../../../src/core/judge/history.ts";
import type { ProcessSample } from "../../../src/core/process/process.ts";
import { progressOf } from "../../../src/core/judge/progress.ts";
import { aProcess } from "../../support/build.ts";

/** Per second, as measured (facts: what separates a runaway from work). */
test.each<[string, { bytes: number; calls: number; faults: number }, Motion]>([
  ["a spin", { bytes: 0, calls: 0, faults: 0 }, "quiet"],
  ["an idle --watch", { bytes: 8, calls: 1, faults: 1 }, "quiet"],
  ["a spin that collects garbage now and then", { bytes: 0, calls: 0, faults: 4 }, "quiet"],
  ["a storm of writes to a closed pipe (Z05)", { bytes: 0, calls: 400_000, faults: 0 }, "quiet"],
  ["the same, with the garbage it makes", { bytes: 20, calls: 390_000, faults: 400 }, "quiet"],
  ["workers that wake each other and touch memory", { bytes: 8 * 5_000, calls: 5_000, faults: 400 }, "moved"],
  ["a storm of eventfd wake-ups", { bytes: 8 * 50_000, calls: 50_000, faults: 0 }, "quiet"],
  ["a loop that logs a word per second", { bytes: 6, calls: 1, faults: 0 }, "quiet"],
  ["bun test", { bytes: 45 * 400, calls: 45, faults: 26 }, "moved"],
  ["bun test that only touches memory", { bytes: 0, calls: 0, faults: 26 }, "moved"],
  ["bun build", { bytes: 81_000 * 4_096, calls: 81_000, faults: 110_000 }, "moved"],
  ["reading a file among wake-ups", { bytes: 8 * 1_000 + 65_536, calls: 1_001, faults: 0 }, "moved"],
])("%s: %p → %s", (_, perSecond, motion) => {
  for (const seconds of [1, 10, 60]) {
    const at = (times: number): ProcessSample =>
      aProcess({
        pid: 10,
        ioBytes: perSecond.bytes * times,
        ioCalls: perSecond.calls * times,
        faults: perSecond.faults * times,
      });
    const before = progressOf(undefined, at(0), 0);
    expect(progressOf(before, at(seconds), seconds * 1_000).last?.motion).toBe(motion);
  }
});

test.each<[string, { read: number; reads: number; wrote: number; writes: number }, Motion]>([
  ["bun test, 20 short tests a second", { read: 333, reads: 9, wrote: 600, writes: 20 }, "moved"],
  [
    "a setImmediate storm and its garbage collector",
    { read: 2_600, reads: 70, wrote: 0, writes: 0 },
    "quiet",
  ],
  ["a loop that logs a line per second", { read: 37, reads: 1, wrote: 80, writes: 1 }, "quiet"],
  ["eventfd wake-ups", { read: 8 * 5_000, reads: 5_000, wrote: 8 * 5_000, writes: 5_000 }, "quiet"],
  ["reading a file", { read: 65_536, reads: 1, wrote: 0, writes: 0 }, "moved"],
])("where reads and writes are told apart, %s: %p → %s", (_, perSecond, motion) => {
  for (const seconds of [1, 10, 60]) {
    const at = (times: number): ProcessSample =>
      aProcess({
        pid: 10,
        ioBytes: (perSecond.read + perSecond.wrote) * times,
        ioCalls: (perSecond.reads + perSecond.writes) * times,
        writtenBytes: perSecond.wrote * times,
        writeCalls: perSecond.writes * times,
        cpuMs: 1_000 * times,
      });
    const before = progressOf(undefined, at(0), 0);
    expect(progressOf(before, at(seconds), seconds * 1_000).last?.motion).toBe(motion);
  }
});

const starved = (seconds: number): ProcessSample =>
  aProcess({
    pid: 10,
    cpuMs: 300 * seconds,
    ioBytes: 180 * seconds,
    ioCalls: 6 * seconds,
    writtenBytes: 180 * seconds,
    writeCalls: 6 * seconds,
  });

test("who gets a third of a core writes a third as much, and is at work all the same", () => {
  const before = progressOf(undefined, starved(0), 0);
  expect(progressOf(before, starved(10), 10_000).last?.motion).toBe("moved");
});

const faulting = (faults: number, ioBytes?: null): ProcessSample =>
  aProcess({ pid: 10, faults, ...(ioBytes === null ? { ioBytes, ioCalls: ioBytes } : {}) });

const moving = (seconds: number, ioBytes: number): ProcessSample =>
  aProcess({ pid: 10, ioBytes, ioCalls: 1, cpuMs: seconds * 1_000 });

test("without a reading of its I/O, silence is not known; page faults still prove progress", () => {
  const before = progressOf(undefined, faulting(0), 0);
  expect(progressOf(before, faulting(0), 10_000).last?.motion).toBe("unknown");
  expect(progressOf(before, faulting(0, null), 10_000).last?.motion).toBe("unknown");
  expect(progressOf(before, faulting(5_000), 10_000).last?.motion).toBe("moved");
});

test("quiet begins where the first quiet window did, and ends with the first that is not", () => {
  const first = progressOf(undefined, moving(0, 0), 0);
  const second = progressOf(first, moving(10, 0), 10_000);
  const third = progressOf(second, moving(20, 0), 20_000);
  expect(third.quiet?.atMs).toBe(0);
  const moved = progressOf(third, moving(30, 1_000_000), 30_000);
  expect(moved.quiet).toBeNull();
  expect(progressOf(moved, moving(40, 1_000_000), 40_000).quiet?.atMs).toBe(30_000);
});

test("two looks within a moment are one window", () => {
  const spin = aProcess({ pid: 10, ioBytes: 0, ioCalls: 0 });
  const first = progressOf(undefined, spin, 0);
  expect(progressOf(first, { ...spin, faults: 8 }, 3)).toBe(first);
});
