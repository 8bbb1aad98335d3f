/** The limits that hold for all: too loose, fine, off, or not to be judged yet. */
import { describe, expect, test } from "bun:test";
import { allAdvice } from "../../../../src/history/report/advice/all.ts";
import { adviseConcurrency } from "../../../../src/history/report/advice/concurrency.ts";
import { adviseCpu } from "../../../../src/history/report/advice/cpu.ts";
import {
  adviseGeneral,
  MEMORY,
  TIMEOUT,
  type Measure,
} from "../../../../src/history/report/advice/general.ts";
import type { Crowding, Need, Pressed, Advice } from "../../../../src/history/report/period.ts";
import { aPolicy, GB, MB } from "../../../support/build.ts";
import {
  aCrowding,
  aNeed,
  aPressed,
  DAY,
  MINUTE,
  someFacts,
  someTotals,
  spread,
} from "../../../support/report.ts";

const valueOf = ({ suggestion }: Advice): number | null =>
  suggestion?.kind === "key" ? suggestion.value : null;

const WEEK = { watchedMs: 7 * DAY, isTightForSome: false };

describe("memory and timeout", () => {
  test.each<
    [string, Measure, number | null, Partial<Need>, Partial<typeof WEEK>, Advice["finding"], number | null]
  >([
    ["a twelfth was used: four times that", MEMORY, GB, { highest: 85 * MB }, {}, "too-loose", 384],
    ["next to nothing was used: the floor", MEMORY, GB, { highest: 20 * MB }, {}, "too-loose", 256],
    ["four times that is more than half of it", MEMORY, GB, { highest: 150 * MB }, {}, "fine", null],
    ["a half was used", MEMORY, GB, { highest: 512 * MB }, {}, "fine", null],
    ["more than it was used, unstopped", MEMORY, GB, { highest: 3 * GB }, {}, "not-enough-data", null],
    ["too few processes", MEMORY, GB, { highest: 20 * MB, count: 49 }, {}, "not-enough-data", null],
    ["two days", MEMORY, GB, { highest: 20 * MB }, { watchedMs: 2 * DAY }, "not-enough-data", null],
    ["nothing at all", MEMORY, GB, { highest: null, count: 0 }, { watchedMs: 0 }, "not-enough-data", null],
    ["too tight for a command", MEMORY, GB, { highest: 20 * MB }, { isTightForSome: true }, "fine", null],
    ["no limit", MEMORY, null, { highest: 20 * MB }, {}, "off", null],
    [
      "short runs: four times the longest",
      TIMEOUT,
      60 * MINUTE,
      { highest: 2.2 * MINUTE },
      {},
      "too-loose",
      600_000,
    ],
    ["very short runs: a minute", TIMEOUT, 5 * MINUTE, { highest: 3_000 }, {}, "too-loose", 60_000],
    ["runs of a minute in five", TIMEOUT, 5 * MINUTE, { highest: MINUTE }, {}, "fine", null],
  ])("%s", (_, measure, limit, need, context, finding, value) => {
    const advice = adviseGeneral(limit, aNeed(need), measure, { ...WEEK, ...context });
    expect(advice.finding).toBe(finding);
    expect(valueOf(advice)).toBe(value);
  });

  test("never less than three times what was needed", () => {
    for (const measure of [MEMORY, TIMEOUT]) {
      for (let highest = 1_000; highest < 1e12; highest *= 1.37) {
        const advice = adviseGeneral(1e12, aNeed({ highest }), measure, WEEK);
        const value = valueOf(advice);
        if (value !== null) expect(value).toBeGreaterThanOrEqual(measure.inFile(highest) * 3);
      }
    }
  });
});

describe("concurrency", () => {
  const AVAILABLE = { leastAvailableBytes: 8 * GB };
  test.each<
    [string, number | null, Partial<Crowding>, Partial<typeof AVAILABLE>, Advice["finding"], number | null]
  >([
    ["nobody was stopped for it", 3, {}, {}, "fine", null],
    [
      "healthy victims: as many as wanted to run",
      3,
      { stops: 6, healthyStops: 5, mostAtStop: 5 },
      {},
      "too-tight",
      5,
    ],
    [
      "many more wanted to run: twice as many",
      3,
      { stops: 6, healthyStops: 5, mostAtStop: 20 },
      {},
      "too-tight",
      6,
    ],
    [
      "two healthy victims are an afternoon",
      3,
      { stops: 2, healthyStops: 2, mostAtStop: 4 },
      {},
      "fine",
      null,
    ],
    [
      "most victims were orphans or stuck",
      3,
      { stops: 20, healthyStops: 4, mostAtStop: 9 },
      {},
      "fine",
      null,
    ],
    [
      "the machine has no memory for more",
      3,
      { stops: 6, healthyStops: 6, mostAtStop: 5 },
      { leastAvailableBytes: GB },
      "too-tight",
      null,
    ],
    ["a hundred allowed, four seen", 100, { peakCounted: 4 }, {}, "too-loose", 8],
    ["a hundred allowed, one seen: still three", 100, { peakCounted: 1 }, {}, "too-loose", 3],
    ["few jobs", 100, { peakCounted: 4, jobs: 12 }, {}, "not-enough-data", null],
    ["over it and never stopped", 3, { peakCounted: 9, overLimitMs: DAY }, {}, "not-enough-data", null],
    ["nobody looked", 3, { peakCounted: null, watchedMs: 0, jobs: 0 }, {}, "not-enough-data", null],
    ["no limit", null, {}, {}, "off", null],
  ])("%s", (_, limit, seen, context, finding, value) => {
    const advice = adviseConcurrency(limit, aCrowding(seen), { ...AVAILABLE, ...context });
    expect(advice.finding).toBe(finding);
    expect(valueOf(advice)).toBe(value);
  });
});

const computing = (stops: number, n: number, longestMs: number): Pressed =>
  aPressed({ limit: 80, stops, samples: spread(n, longestMs / 2, longestMs) });

describe("CPU", () => {
  test.each<
    [string, number | null, readonly Pressed[], Partial<Need>, Advice["finding"], Advice["suggestion"]]
  >([
    ["loops were stopped, nothing else came near", 80, [computing(9, 0, 0)], {}, "fine", null],
    [
      "silent computing that ends by itself is stopped at times",
      80,
      [computing(3, 12, 58_000)],
      {},
      "too-tight",
      { kind: "key", key: "cpuHoldMs", value: 120_000 },
    ],
    ["stopped once", 80, [computing(1, 12, 58_000)], {}, "fine", null],
    ["what ended by itself was over it for a moment", 80, [computing(9, 12, 31_000)], {}, "fine", null],
    ["too few ended by themselves", 80, [computing(3, 5, 58_000)], {}, "fine", null],
    ["a hold of a quarter of an hour is no hold", 80, [computing(3, 12, 500_000)], {}, "too-tight", null],
    [
      "no loop on one thread reaches two cores",
      200,
      [],
      { highest: 40 },
      "too-loose",
      { kind: "key", key: "maxCpuUsagePercent", value: 80 },
    ],
    ["builds use three cores and need them", 400, [], { highest: 290 }, "fine", null],
    ["few processes", 200, [], { count: 10 }, "not-enough-data", null],
    ["no limit", null, [], {}, "off", null],
  ])("%s", (_, cpuPercent, pressed, need, finding, suggestion) => {
    const { limits } = aPolicy({});
    const policy = { limits: { ...limits, cpuPercent }, cpuHoldMs: 60_000 };
    const advice = adviseCpu(policy, { pressed, need: aNeed({ highest: 60, ...need }) }, 7 * DAY);
    expect(advice.finding).toBe(finding);
    expect(advice.suggestion).toEqual(suggestion);
  });
});

describe("all of it", () => {
  const policy = { ...aPolicy({ projectRoot: "/srv/shop" }), home: "/home/someone" };

  test("one finding per limit when all is well", () => {
    const found = allAdvice(someFacts(), policy);
    expect(found.map(({ limit, finding }) => [limit, finding])).toEqual([
      ["concurrency", "fine"],
      ["cpu", "fine"],
      ["memory", "fine"],
      ["timeout", "fine"],
    ]);
  });

  test("of one project: only what concerns its commands; the limits hold for others too", () => {
    const pressed = [aPressed()];
    const facts = someFacts(
      { project: "/srv/shop" },
      { timeout: { pressed, need: aNeed({ highest: 1_000 }) } },
    );
    expect(allAdvice(facts, policy)).toMatchObject([{ limit: "timeout", command: pressed[0]?.command }]);
  });

  test.each([
    ["needs more", aPressed()],
    ["may need more", aPressed({ samples: [] })],
  ])("a command that %s keeps the general limit from going down", (_, pressed) => {
    const need = aNeed({ highest: 1_000 });
    const findings = (all: readonly Pressed[]): readonly string[] =>
      allAdvice(someFacts({}, { timeout: { pressed: all, need } }), policy).map(({ finding }) => finding);
    expect(findings([])).toContain("too-loose");
    expect(findings([pressed])).not.toContain("too-loose");
  });

  test("an empty history says that nothing can be said", () => {
    const nothing = { count: 0, highest: null, command: null };
    const facts = someFacts(
      { totals: someTotals({ watchedMs: 0, jobs: 0 }), historyBeganMs: null },
      {
        timeout: { pressed: [], need: nothing },
        memory: { pressed: [], need: nothing, leastAvailableBytes: null },
        cpu: { pressed: [], need: nothing },
        concurrency: aCrowding({ watchedMs: 0, atLimitMs: 0, peakCounted: null }),
      },
    );
    expect(new Set(allAdvice(facts, policy).map(({ finding }) => finding))).toEqual(
      new Set(["not-enough-data"]),
    );
  });
});
