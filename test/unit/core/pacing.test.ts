import { describe, expect, test } from "bun:test";
import { reprieves } from "../../../src/core/plan/planning.ts";
import { breakerAfterKill, breakerAt, closedBreaker, type Breaker } from "../../../src/core/plan/breaker.ts";
import { nextDelayMs } from "../../../src/core/plan/next-delay.ts";
import { backOffOf, noRepeats, repeatsAfterKill, type Repeats } from "../../../src/core/judge/repeats.ts";
import { aPolicy, aProcess, MB, World } from "../../support/build.ts";

const afterKills = (...killsMs: readonly number[]): Breaker =>
  killsMs.reduce((breaker, at) => breakerAfterKill(breaker, at, 3), closedBreaker);

describe("breaker (I7)", () => {
  test.each<[string, Breaker, number, boolean]>([
    ["closed at first", closedBreaker, 0, false],
    ["closed below the limit", afterKills(0, 1), 2, false],
    ["open at it", afterKills(0, 1, 2), 3, true],
    ["kills far apart do not add up", afterKills(0, 40_000, 80_000), 80_000, false],
    ["stays open while the last minute has a kill", afterKills(0, 1, 50_000), 65_000, true],
    ["closes after a quiet minute", afterKills(0, 1, 2), 60_002, false],
  ])("%s", (_, breaker, nowMs, open) => expect(breakerAt(breaker, nowMs, 3).open).toBe(open));
});

/** Of 700, and that old. */
const child = (ageMs: number) => aProcess({ pid: 10, ppid: 700, ageMs });
const kill = (repeats: Repeats, at: number, ageMs: number): Repeats =>
  repeatsAfterKill(repeats, child(ageMs), at);

/** Started again right after each kill. */
const after = (...killsMs: readonly number[]): Repeats =>
  killsMs.reduce<Repeats>(
    (repeats, at, n) => repeatsAfterKill(repeats, child(at - (killsMs[n - 1] ?? 0)), at),
    noRepeats,
  );

describe("back-off (Z09)", () => {
  test.each<[string, readonly number[], number | null]>([
    ["none before the third kill", [0, 10_000], null],
    ["a minute after the third", [0, 10_000, 20_000], 80_000],
    ["and doubles", [0, 10_000, 20_000, 80_000], 200_000],
    ["up to an hour", Array.from({ length: 30 }, (_, n) => n), 29 + 3_600_000],
  ])("%s", (_, killsMs, untilMs) => {
    const bornMs = (killsMs.at(-1) ?? 0) + 1;
    const killsAt = (nowMs: number) => backOffOf(after(...killsMs), child(nowMs - bornMs), nowMs);
    const waits = untilMs === null ? null : killsMs.length;
    expect([killsAt(bornMs), killsAt((untilMs ?? bornMs) - 1)]).toEqual([waits, waits]);
    expect(killsAt(untilMs ?? bornMs)).toBeNull();
  });

  test("what lived before the kill has not come back from it (b06)", () => {
    const orphans = [1_000, 2_200, 3_400, 4_600].reduce<Repeats>(
      (repeats, at) => repeatsAfterKill(repeats, child(at + 4_000), at),
      noRepeats,
    );
    expect([...orphans.values()]).toEqual([[1_000]]);
    expect(backOffOf(after(0, 1_000, 2_000), child(3_000), 3_000)).toBeNull();
    expect(backOffOf(after(0, 1_000, 2_000), child(1_000), 3_000)).not.toBeNull();
  });

  test("several copies that come back together are one return", () => {
    const round = kill(kill(kill(noRepeats, 1_000, 500), 1_010, 500), 1_020, 500);
    expect([...kill(kill(round, 2_000, 900), 2_010, 900).values()]).toEqual([[1_000, 2_000]]);
  });

  test("what is started minutes after the kill was started by decision", () => {
    expect([...repeatsAfterKill(after(0, 1_000, 2_000), child(1_000), 200_000).values()]).toEqual([
      [200_000],
    ]);
    expect(backOffOf(after(0, 1_000, 2_000), child(1_000), 200_000)).toBeNull();
  });

  test("another parent is another matter", () =>
    expect(backOffOf(after(0, 1, 2), aProcess({ pid: 12, ppid: 701, ageMs: 0 }), 3)).toBeNull());

  test("old kills are forgotten", () =>
    expect(repeatsAfterKill(after(0, 1, 2), aProcess({ pid: 20, ageMs: 0 }), 10_000_000).size).toBe(1));
});

describe("reprieve for what ran before the monitor", () => {
  const STARTED_MS = 100_000;
  const world = new World().see(STARTED_MS, [
    aProcess({ pid: 10, ageMs: 600_000 }),
    aProcess({ pid: 11, ageMs: 0, argv: ["bun", "later.ts"] }),
  ]);

  test("the old job has it for three intervals, the new one has none", () =>
    expect([...reprieves(world.jobs, STARTED_MS, STARTED_MS, aPolicy())]).toEqual([["10:10", 130_000]]));

  test("then it is over", () => expect(reprieves(world.jobs, STARTED_MS, 130_000, aPolicy()).size).toBe(0));
});

interface MemorySample {
  readonly atMs: number;
  readonly ageMs: number;
  readonly megabytes: number;
}

const seen = (atMs: number, ageMs: number, megabytes: number): MemorySample => ({ atMs, ageMs, megabytes });

const delay = (samples: readonly MemorySample[]): number => {
  const world = new World();
  for (const { atMs, ageMs, megabytes } of samples)
    world.see(atMs, [aProcess({ pid: 10, ageMs, memoryBytes: megabytes * MB })]);
  return nextDelayMs(world.judge(), world.history, world.policy);
};

describe("the next look", () => {
  test.each<[string, number, readonly MemorySample[]]>([
    ["nothing runs", 10_000, []],
    ["nothing grows", 10_000, [seen(0, 1e6, 40), seen(10_000, 1e6, 40)]],
    ["first seen: it started with nothing (Z15)", 512, [seen(0, 1_024, 512)]],
    ["half the time until the limit falls", 5_000, [seen(0, 1e6, 0), seen(10_000, 1e6, 512)]],
    ["a timeout falls before the next interval", 4_020, [seen(0, 296_000, 40)]],
    ["over the timeout already", 10_000, [seen(0, 400_000, 40)]],
    ["slow growth", 10_000, [seen(0, 1e6, 0), seen(10_000, 1e6, 10)]],
    ["never shorter than a quarter of a second", 250, [seen(0, 10, 900)]],
    ["over the limit already", 10_000, [seen(0, 1_000, 2_048)]],
  ])("%s: %d ms", (_, ms, samples) => expect(Math.round(delay(samples))).toBe(ms));

  test("not for what is protected", () => {
    const agent = aProcess({ pid: 10, runtime: "compiled", argv: ["agent"], memoryBytes: 900 * MB });
    const world = new World().see(0, [agent]);
    expect(nextDelayMs(world.judge(), world.history, world.policy)).toBe(10_000);
  });
});
