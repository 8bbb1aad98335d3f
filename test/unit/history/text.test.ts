/** A report as people read it; what it says is decided elsewhere. */
import { describe, expect, test } from "bun:test";
import { localDays } from "../../../src/history/store/read.ts";
import { renderReport } from "../../../src/history/text/report.ts";
import { sparkline } from "../../../src/history/text/report-trend.ts";
import { periodReport } from "../../../src/history/report/advice/all.ts";
import type { ReportFacts } from "../../../src/history/report/period.ts";
import { aPolicy, GB } from "../../support/build.ts";
import { aNeed, aPressed, DAY, someFacts, someTotals } from "../../support/report.ts";
import { typed } from "../../../src/trust/typed.ts";

const NOW = 7 * DAY;
const policy = { ...aPolicy({ projectRoot: "/srv/shop" }), home: null };
const text = (
  changes: Partial<ReportFacts> = {},
  evidence: Partial<ReportFacts["evidence"]> = {},
  mode: "enforce" | "observe" = "enforce",
): string =>
  renderReport(periodReport(someFacts(changes, evidence), { ...policy, mode }), {
    nowMs: NOW,
    configPath: "/srv/shop/.kiro/bun-process-config.json",
  });

describe("sparkline", () => {
  test.each<[readonly (number | null)[], string]>([
    [[], ""],
    [[0, 0], "▁▁"],
    [[1, 2, 3, 4, 5, 6, 7], "▂▃▄▅▆▇█"],
    [[0, 1, 1_000], "▁▂█"],
    [[null, 3, null], "·█·"],
    [[0.2], "█"],
  ])("%j is %s", (values, bars) => expect(sparkline(values).join("")).toBe(bars));
});

const at = (moment: string): number => new Date(moment).getTime();

describe("localDays", () => {
  test("the first and the last are cut, no time is lost between them", () => {
    const days = localDays(at("2026-03-27T18:00"), at("2026-03-30T06:00"));
    expect(days.map(({ date }) => date)).toEqual(["2026-03-27", "2026-03-28", "2026-03-29", "2026-03-30"]);
    expect(days[0]?.fromMs).toBe(at("2026-03-27T18:00"));
    expect(days.at(-1)?.toMs).toBe(at("2026-03-30T06:00"));
    for (const [index, day] of days.slice(1).entries()) expect(day.fromMs).toBe(days[index]?.toMs ?? NaN);
  });

  test("a period that ends at midnight has no empty day after it", () =>
    expect(localDays(at("2026-11-01T00:00"), at("2026-11-02T00:00"))).toHaveLength(1));
});

test("an empty history says how it comes about", () => {
  expect(text({ historyBeganMs: null })).toBe(
    `The history is empty so far. It is written while a monitor runs (${typed("monitor")}), and its first rows come within a minute.`,
  );
});

test("nothing was stopped", () => {
  const lines = text().split("\n");
  expect(lines.slice(0, 2)).toEqual([
    "The last 7 days: nothing had to be stopped.",
    "A monitor watched for 7 days: 400 jobs.",
  ]);
  expect(lines).not.toContain("What was stopped, and why");
  expect(lines).not.toContain("Top offenders");
});

test("observe: what would have been stopped", () => {
  const observed = [
    {
      rule: "memory",
      project: null,
      command: "bun a.ts",
      episodes: 2,
      lastMs: NOW - 1_000,
      evidence: "uses 2 GB",
    },
  ] as const;
  const seen = text({ observed, totals: someTotals({ observed: 2 }) }, {}, "observe");
  expect(seen).toContain("nothing was stopped, 2 runaways only observed.");
  expect(seen).toContain("What would have been stopped\nTIMES  LAST");
});

test("a monitor that did not always watch, and a list that is not whole, say so", () => {
  const stopped = [
    {
      rule: "cpu",
      project: null,
      command: "bun a.ts",
      stops: 2,
      survivors: 0,
      lastMs: NOW - 1_000,
      evidence: "spins",
    },
  ] as const;
  const totals = someTotals({ watchedMs: 2 * DAY, stops: 9, targets: 9, monitorStarts: 30 });
  const seen = text({ totals, stopped, historyBeganMs: 5 * DAY });
  expect(seen).toContain("9 runaways stopped, none survived.");
  expect(seen).toMatch(
    /^A monitor watched for 2 days of 7 days \(the history begins .*\), started 30 times: 400\sjobs\.$/mu,
  );
  expect(seen).toContain("and 7 other stops; --top shows more");
});

test("who was one too many, and whom a person stopped, did not run away", () => {
  const rules = ["cpu", "concurrency", "manual"] as const;
  const stopped = rules.map((rule, index) => ({
    rule,
    project: null,
    command: `bun ${rule}.ts`,
    stops: index + 1,
    survivors: 0,
    lastMs: NOW - 1_000,
    evidence: "…",
  }));
  const totals = someTotals({ stops: 6, targets: 6, stopsByRule: { cpu: 1, concurrency: 2, manual: 3 } });
  const seen = text({ totals, stopped });
  expect(seen).toContain(
    "1 runaway stopped, 2 jobs stopped for the number of jobs, 3 jobs stopped by hand, none survived.",
  );
  const order = [
    "What was stopped, and why",
    "cpu.ts",
    "Stopped for the number of jobs",
    "concurrency.ts",
    "Stopped by hand",
    "manual.ts",
  ];
  const places = order.map((each) => seen.indexOf(each));
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(places).not.toContain(-1);
});

test("a survivor is the headline", () => {
  const totals = someTotals({ stops: 3, targets: 5, survivors: 1 });
  expect(text({ totals }).split("\n")[0]).toBe(
    "The last 7 days: 3 runaways stopped (5 processes), 1 survived.",
  );
});

test("a stop whose outcome was never written down is not called dead", () => {
  const totals = someTotals({ stops: 3, targets: 3, unknown: 1 });
  expect(text({ totals }).split("\n")[0]).toBe(
    "The last 7 days: 3 runaways stopped, what became of 1 is not known.",
  );
});

test("the first minute of a monitor is not nobody's", () => {
  const seen = text({ totals: someTotals({ watchedMs: 0, monitorStarts: 1 }) });
  expect(seen).toContain("A monitor has watched for less than a minute.");
});

test("what is advised can be pasted: it is JSON", () => {
  const seen = text(
    {},
    {
      timeout: { pressed: [aPressed(), aPressed({ command: String.raw`bun "x\y".ts` })], need: aNeed() },
      memory: { pressed: [], need: aNeed({ highest: 1_000_000 }), leastAvailableBytes: GB },
    },
  );
  const [, snippet = ""] = seen.split("before rules of your own:\n");
  expect(JSON.parse(`{${snippet}}`)).toMatchObject({
    maxMemoryUsageMB: 256,
    rules: [
      { name: "bun test src/checkout.test.ts", match: { cwd: "." }, processTimeoutMs: 600_000 },
      { name: String.raw`bun "x\y".ts`, processTimeoutMs: 600_000 },
    ],
  });
});

test("a year fits beside its numbers", () => {
  const days = Array.from({ length: 365 }, (_, index) => ({
    date: `day ${index}`,
    fromMs: index * DAY,
    toMs: (index + 1) * DAY,
    ...someTotals(),
    stops: index % 9,
  }));
  const seen = text({ days, before: someTotals() });
  const trend = seen.slice(seen.indexOf("Day by day"), seen.indexOf("Limits")).split("\n");
  for (const line of trend) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(80);
});
