/** The day in one line. */
import { expect, test } from "bun:test";
import { periodReport } from "../../../../src/history/report/advice/all.ts";
import { reportSummary } from "../../../../src/history/report/summary.ts";
import type { ReportFacts } from "../../../../src/history/report/period.ts";
import { aPolicy, GB } from "../../../support/build.ts";
import { aNeed, aPressed, DAY, someFacts, someTotals } from "../../../support/report.ts";

const policy = { ...aPolicy({ projectRoot: "/srv/shop" }), home: "/home/someone" };
const of = (changes: Partial<ReportFacts>, evidence: Partial<ReportFacts["evidence"]> = {}) =>
  periodReport(someFacts({ toMs: DAY, ...changes }, evidence), policy);

const BUSY = someTotals({
  stops: 7,
  stopsByRule: { timeout: 4, memory: 3 },
  targets: 12,
  survivors: 1,
  observed: 2,
  breakerOpenings: 1,
});
const offender = { stops: 4, episodes: 9, cpuMs: 60_000, peakMemoryBytes: GB };

test("a quiet day", () => {
  expect(reportSummary(of({}))).toBe("24 h: nothing was stopped; at most 6 jobs and 3 GB at once");
});

test("a day that nobody watched", () => {
  expect(
    reportSummary(of({ totals: someTotals({ watchedMs: 0, peakJobs: null, peakMemoryBytes: null }) })),
  ).toBe("24 h: nothing was stopped");
});

test("a busy day says what, why, who, and that a limit does not fit", () => {
  const commands = [{ ...offender, name: "bun test src/checkout.test.ts" }];
  const report = of(
    { totals: BUSY, offenders: { projects: [], commands } },
    { timeout: { pressed: [aPressed()], need: aNeed() } },
  );
  expect(reportSummary(report)).toBe(
    "24 h: 7 runaways stopped (12 processes), 1 survived, 2 runaways only observed; timeout 4, memory 3; most often bun test src/checkout.test.ts (4); at most 6 jobs and 3 GB at once; the breaker opened 1 time; 1 limit to look at: bun-watchdog report",
  );
});

test("a stop whose outcome was never written down is not called dead", () => {
  const totals = someTotals({ stops: 2, stopsByRule: { timeout: 2 }, targets: 2, unknown: 1 });
  expect(reportSummary(of({ totals }))).toStartWith(
    "24 h: 2 runaways stopped, what became of 1 is not known; ",
  );
});

test("whatever a process calls itself, it stays one printable line of 300 characters", () => {
  const commands = [{ ...offender, name: "\u001B[31m\n".repeat(200) }];
  const line = reportSummary(of({ totals: BUSY, offenders: { projects: [], commands } }));
  expect(line.length).toBeLessThanOrEqual(300);
  expect(line).not.toContain("\n");
  expect(line).not.toContain("\u001B");
});
