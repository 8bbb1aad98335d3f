import { expect, test } from "bun:test";
import {
  type JobWatch,
  newJobWatch,
  nextLookMs,
  type SampledLimits,
  watchJob,
} from "../../../src/core/slots/launched-job.ts";
import type { ProcessSample } from "../../../src/core/process/process.ts";
import { aHelper, aProcess, aSnapshot, GB, MB } from "../../support/build.ts";

const MEMORY: SampledLimits = { memoryBytes: GB, cpu: null };
const CPU: SampledLimits = { memoryBytes: null, cpu: { percent: 80, holdMs: 10_000 } };

const decisions = ({ verdicts }: JobWatch): readonly string[] => verdicts.map(({ decision }) => decision);
const look = (
  before: JobWatch,
  nowMs: number,
  limits: SampledLimits,
  ...members: ProcessSample[]
): JobWatch => watchJob(before, aSnapshot(members, nowMs), limits);

test("memory is all members' together, Bun or not", () => {
  const one = aProcess({ pid: 10, memoryBytes: 600 * MB });
  expect(decisions(look(newJobWatch, 0, MEMORY, one))).toEqual(["ok"]);
  const two = look(newJobWatch, 0, MEMORY, one, aHelper({ pid: 11, memoryBytes: 600 * MB }));
  expect(decisions(two)).toEqual(["runaway"]);
  expect(two.verdicts[0]?.evidence).toBe("uses 1.2 GB of memory in 2 processes (limit 1 GB)");
});

const worker = (pid: number): ProcessSample => aProcess({ pid, memoryBytes: 600 * MB, pssBytes: 350 * MB });

test("shared pages count once where that is known, and what cannot be read counts as nothing", () => {
  expect(decisions(look(newJobWatch, 0, MEMORY, worker(10), worker(11)))).toEqual(["ok"]);
  expect(decisions(look(newJobWatch, 0, MEMORY, aProcess({ pid: 10, memoryBytes: null })))).toEqual(["ok"]);
});

test("the peak stays when the job has let go of it", () => {
  const high = look(newJobWatch, 0, MEMORY, aProcess({ pid: 10, memoryBytes: 700 * MB }));
  expect(look(high, 1_000, MEMORY, aProcess({ pid: 10, memoryBytes: 10 * MB })).peakBytes).toBe(700 * MB);
});

/** A spin: CPU time passes, nothing is read or written. */
const spin = (pid: number, nowMs: number, cpuMs = nowMs): ProcessSample =>
  aProcess({ pid, cpuMs, faults: 0, ioBytes: 0, ioCalls: 0, writtenBytes: 0, writeCalls: 0 });

test("CPU: over for the whole hold without progress, and a first look decides nothing", () => {
  let watch = newJobWatch;
  const seen: string[] = [];
  for (const nowMs of [0, 2_000, 4_000, 6_000, 8_000, 10_000]) {
    watch = look(watch, nowMs, CPU, spin(10, nowMs));
    seen.push(...decisions(watch));
  }
  expect(seen).toEqual(["ok", "suspect", "suspect", "suspect", "suspect", "runaway"]);
  expect(watch.verdicts[0]?.evidence).toStartWith("bun script.ts (pid 10) uses 100 % of a core for 10 s");
});

test("CPU: a pause begins the hold anew", () => {
  let watch = newJobWatch;
  const cpuMs = [0, 5_000, 5_000, 10_000, 15_000];
  for (const [at, used] of cpuMs.entries()) watch = look(watch, at * 5_000, CPU, spin(10, at * 5_000, used));
  expect(decisions(watch)).toEqual(["runaway"]);
  expect(watch.verdicts[0]?.heldMs).toBe(10_000);
});

test.each([
  ["no growth: once a second", [100, 100], 1_000],
  ["it will be there in 400 ms: half of that", [100, 562], 200],
  ["about to be there: as often as it goes", [100, 1_000], 100],
])("next look at the memory: %s", (_name, [before = 0, now = 0], expected) => {
  const at = (nowMs: number, megabytes: number, watch: JobWatch): JobWatch =>
    look(watch, nowMs, MEMORY, aProcess({ pid: 10, memoryBytes: megabytes * MB }));
  const watch = at(400, now, at(0, before, newJobWatch));
  expect(nextLookMs(watch, aSnapshot([]), MEMORY)).toBeCloseTo(expected, 0);
});

test("next look: the machine's last memory makes it soon, and the end of a hold is met", () => {
  const quiet = look(newJobWatch, 0, MEMORY, aProcess({ pid: 10 }));
  expect(nextLookMs(quiet, { machine: { cpus: 2, availableBytes: 2 * GB } }, MEMORY)).toBeLessThan(500);
  let watch = newJobWatch;
  for (const nowMs of [0, 3_000, 9_400]) watch = look(watch, nowMs, CPU, spin(10, nowMs));
  expect(nextLookMs(watch, aSnapshot([]), CPU)).toBe(620);
});
