/** When a limit is too tight for one command, and when what it stopped was rightly stopped. */
import { describe, expect, test } from "bun:test";
import type { Policy } from "../../../../src/core/judge/policy.ts";
import { MEMORY, TIMEOUT } from "../../../../src/history/report/advice/general.ts";
import { tightCommands } from "../../../../src/history/report/advice/tight.ts";
import type { Pressed, Advice } from "../../../../src/history/report/period.ts";
import { aPolicy, GB, MB } from "../../../support/build.ts";
import { aPressed, MINUTE, spread } from "../../../support/report.ts";

const policy = { ...aPolicy({ projectRoot: "/srv/shop" }), home: "/home/someone" };

const timeout = (changes: Partial<Pressed>): Advice | undefined =>
  tightCommands([aPressed(changes)], { policy, measure: TIMEOUT, most: null })[0];

const minutes = (advice: Advice | undefined): number | null => {
  const { suggestion } = advice ?? { suggestion: null };
  return suggestion?.kind === "rule" ? (suggestion.rule.processTimeoutMs ?? 0) / MINUTE : null;
};

describe("timeout", () => {
  test.each<[string, Partial<Pressed>, Advice["finding"] | undefined, number | null]>([
    ["healthy runs come near it, some are stopped: half as much again", { stops: 2 }, "too-tight", 10],
    ["more than a tenth is stopped: twice as much", { stops: 4 }, "too-tight", 10],
    [
      "healthy runs stay far below: what was stopped hung",
      { samples: spread(20, 2_000, MINUTE) },
      undefined,
      null,
    ],
    ["stopped once: an accident", { stops: 1 }, undefined, null],
    ["stopped for other faults only", { stops: 0, otherwiseBad: 9 }, undefined, null],
    ["too few runs to tell", { samples: spread(3, 4 * MINUTE, 4.9 * MINUTE) }, "not-enough-data", null],
    ["none ever ended by itself: a server, or a hang", { stops: 30, samples: [] }, "not-enough-data", null],
    [
      "only observed: runs took longer than it allows and ended",
      { stops: 0, samples: spread(20, 4 * MINUTE, 9 * MINUTE) },
      "too-tight",
      15,
    ],
    [
      "one run of a night is no measure",
      { stops: 0, samples: [...spread(19, 4 * MINUTE, 5.1 * MINUTE), 600 * MINUTE] },
      "too-tight",
      30,
    ],
  ])("%s", (_, changes, finding, value) => {
    const advice = timeout(changes);
    expect(advice?.finding).toBe(finding);
    expect(minutes(advice)).toBe(value);
  });

  test("what is suggested is above everything that was needed, and above the limit", () => {
    for (let highest = 4.2; highest < 60; highest += 0.7) {
      for (const stops of [0, 2, 40]) {
        const samples = spread(40, MINUTE, highest * MINUTE);
        const advice = timeout({ stops, samples });
        const value = minutes(advice);
        if (value === null) continue;
        expect(value).toBeGreaterThan(highest);
        expect(value).toBeGreaterThan(5);
      }
    }
  });

  test("the numbers and the sentence say the same", () => {
    const advice = timeout({ stops: 3, samples: spread(101, 0, 290_000) });
    expect(advice?.numbers).toEqual({
      stops: 3,
      otherwiseBad: 0,
      endedByThemselves: 101,
      limitMs: 300_000,
      p50Ms: 145_000,
      p95Ms: 275_500,
      p99Ms: 287_100,
      highestMs: 290_000,
    });
    expect(advice?.evidence).toBe(
      "stopped 3 times at its limit of 5 min; 95 % of the 101 runs that ended by themselves stayed below 4.6 min, the longest was 4.8 min",
    );
  });

  test("the rule means this command in this project, and no other", () => {
    const here = timeout({})?.suggestion;
    const elsewhere = timeout({ project: "/srv/api" })?.suggestion;
    const atHome = timeout({ project: "/home/someone/api" })?.suggestion;
    const anywhere = timeout({ project: null })?.suggestion;
    expect([here, elsewhere, atHome, anywhere]).toMatchObject([
      { rule: { match: { cwd: "." } } },
      { rule: { match: { cwd: "/srv/api" } } },
      { rule: { match: { cwd: "~/api" } } },
      { rule: { match: { command: String.raw`(^|/)bun test src/checkout\.test\.ts$` } } },
    ]);
    expect(JSON.stringify(anywhere)).not.toContain("cwd");
  });
});

describe("memory", () => {
  const near = aPressed({ limit: GB, samples: spread(20, 500 * MB, 1_000 * MB) });

  test("more is suggested where the machine has it", () => {
    const [advice] = tightCommands([near], { policy, measure: MEMORY, most: null });
    expect(advice).toMatchObject({
      finding: "too-tight",
      current: 1_024,
      suggestion: { kind: "rule", rule: { maxMemoryUsageMB: 2_048 } },
    });
  });

  test("where it has not, the finding stays and nothing is suggested", () => {
    const most = { value: GB, because: "but there were times with only 2 GB to be had" };
    const [advice] = tightCommands([near], { policy, measure: MEMORY, most });
    expect(advice).toMatchObject({ finding: "too-tight", suggestion: null });
    expect(advice?.evidence).toEndWith(most.because);
  });
});

const rule = (match: object, timeoutMs: number | null) => ({ name: "own", match, limits: { timeoutMs } });

describe("a limit that was changed since needs no advice", () => {
  const { command } = aPressed();
  test.each<[string, Policy, boolean]>([
    ["unchanged", policy, true],
    ["the general limit is another", aPolicy({ limits: { ...policy.limits, timeoutMs: 900_000 } }), false],
    ["the general limit is off", aPolicy({ limits: { ...policy.limits, timeoutMs: null } }), false],
    ["it has a rule of its own", aPolicy({ rules: [rule({ command: "checkout" }, 900_000)] }), false],
    ["a rule for another command", aPolicy({ rules: [rule({ command: "import" }, 900_000)] }), true],
    ["a rule for another project", aPolicy({ rules: [rule({ cwd: "/srv/api" }, 900_000)] }), true],
    ["a rule that may hold, and may be the one", aPolicy({ rules: [rule({ listening: true }, null)] }), true],
    ["its rule says just that limit", aPolicy({ rules: [rule({ command }, 300_000)] }), true],
  ])("%s", (_, changed, isAdvised) =>
    expect(
      tightCommands([aPressed()], { policy: { ...changed, home: null }, measure: TIMEOUT, most: null }),
    ).toHaveLength(isAdvised ? 1 : 0),
  );
});
