/** The moments a schedule names, in time zones that have their ways. A process per zone: it is read once, at start. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { expressionProblem, slotsBetween } from "../../src/upkeep/store/slots.ts";

const fixture = join(import.meta.dir, "../fixtures/maintenance/slots.ts");

function slots(zone: string, expression: string, ...instants: readonly string[]): readonly string[] {
  const { stdout, stderr } = Bun.spawnSync([process.execPath, fixture, expression, ...instants], {
    env: { ...process.env, TZ: zone },
  });
  expect(stderr.toString()).toBe("");
  return stdout.toString().trim().split("\n");
}

test.each<[zone: string, expression: string, instant: string, latest: string, next: string]>([
  ["UTC", "0 6 * * *", "2026-11-26T05:59:59.999Z", "2026-11-25 06:00:00 +0", "2026-11-26 06:00:00 +0"],
  ["UTC", "0 6 * * *", "2026-11-26T06:00:00.000Z", "2026-11-26 06:00:00 +0", "2026-11-27 06:00:00 +0"],
  ["UTC", "15 6 * * 1", "2026-11-26T12:00:00Z", "2026-11-23 06:15:00 +0", "2026-11-30 06:15:00 +0"],
  ["UTC", "15 6 * * mon", "2026-11-26T12:00:00Z", "2026-11-23 06:15:00 +0", "2026-11-30 06:15:00 +0"],
  ["UTC", "30 6 1 * *", "2027-01-15T12:00:00Z", "2027-01-01 06:30:00 +0", "2027-02-01 06:30:00 +0"],
  ["UTC", "0 0 L * *", "2028-03-01T00:00:00Z", "2028-02-29 00:00:00 +0", "2028-03-31 00:00:00 +0"],
  ["UTC", "0 0 * * 5#2", "2026-11-26T00:00:00Z", "2026-11-13 00:00:00 +0", "2026-12-11 00:00:00 +0"],
  ["UTC", "0 3 29 2 *", "2026-01-01T00:00:00Z", "2024-02-29 03:00:00 +0", "2028-02-29 03:00:00 +0"],
  ["UTC", "0 3 29 2 1", "2026-01-01T00:00:00Z", "2016-02-29 03:00:00 +0", "2044-02-29 03:00:00 +0"],
  ["UTC", "* * * * * *", "2026-01-01T00:00:00.500Z", "2026-01-01 00:00:00 +0", "2026-01-01 00:00:01 +0"],
  ["UTC", "59 59 23 * * *", "2026-01-01T00:00:00Z", "2025-12-31 23:59:59 +0", "2026-01-01 23:59:59 +0"],
  ["UTC", "0 6 5 * 1", "2026-11-26T00:00:00Z", "2026-10-05 06:00:00 +0", "2027-04-05 06:00:00 +0"],
  [
    "Asia/Kolkata",
    "0 6 * * *",
    "2026-11-26T00:29:59Z",
    "2026-11-25 06:00:00 +5.5",
    "2026-11-26 06:00:00 +5.5",
  ],
  [
    "Pacific/Kiritimati",
    "0 6 * * *",
    "2026-11-25T16:00:00Z",
    "2026-11-26 06:00:00 +14",
    "2026-11-27 06:00:00 +14",
  ],
  // 2:30 does not exist on 29 March: it is what the clock then calls 3:30
  ["Europe/Berlin", "30 2 * * *", "2026-03-29T01:29:59Z", "2026-03-28 02:30:00 +1", "2026-03-29 03:30:00 +2"],
  ["Europe/Berlin", "30 2 * * *", "2026-03-29T01:30:00Z", "2026-03-29 03:30:00 +2", "2026-03-30 02:30:00 +2"],
  // 2:30 exists twice on 25 October: the first one counts
  ["Europe/Berlin", "30 2 * * *", "2026-10-25T00:30:00Z", "2026-10-25 02:30:00 +2", "2026-10-26 02:30:00 +1"],
  ["Europe/Berlin", "30 2 * * *", "2026-10-25T01:45:00Z", "2026-10-25 02:30:00 +2", "2026-10-26 02:30:00 +1"],
  ["Europe/Berlin", "0 6 * * *", "2026-10-25T05:00:00Z", "2026-10-25 06:00:00 +1", "2026-10-26 06:00:00 +1"],
  [
    "America/New_York",
    "30 2 * * 0",
    "2026-03-08T08:00:00Z",
    "2026-03-08 03:30:00 -4",
    "2026-03-15 02:30:00 -4",
  ],
  [
    "Australia/Lord_Howe",
    "15 2 * * *",
    "2026-10-03T15:50:00Z",
    "2026-10-04 02:45:00 +11",
    "2026-10-05 02:15:00 +11",
  ],
  // midnight does not exist
  [
    "America/Santiago",
    "0 0 * * *",
    "2026-09-06T04:00:00Z",
    "2026-09-06 01:00:00 -3",
    "2026-09-07 00:00:00 -3",
  ],
  // a whole day does not exist
  ["Pacific/Apia", "0 6 * * *", "2011-12-31T00:00:00Z", "2011-12-31 06:00:00 +14", "2012-01-01 06:00:00 +14"],
])("%s, %s at %s", (zone, expression, instant, latest, next) => {
  expect(slots(zone, expression, instant)).toEqual([`${latest} | ${next}`]);
});

test("through a year, each day of each zone has its slot once, and what is next becomes what is latest", () => {
  for (const zone of [
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "UTC",
  ]) {
    const hours = Array.from({ length: 365 * 4 }, (_, index) =>
      new Date(Date.UTC(2026, 0, 1, 6 * index)).toISOString(),
    );
    const seen = slots(zone, "30 2 * * *", ...hours);
    const latest = [...new Set(seen.map((line) => line.split(" | ")[0] ?? ""))];
    const days = latest.map((slot) => slot.slice(0, 10));
    expect(new Set(days).size).toBe(days.length);
    expect(days.length).toBeGreaterThanOrEqual(365);
    expect(latest.toSorted()).toEqual(latest);
    // every slot that came was announced before
    const announced = new Set(seen.map((line) => line.split(" | ")[1]));
    expect(latest.slice(1).filter((slot) => !announced.has(slot))).toEqual([]);
  }
});

test.each([
  ["0 6 * * *", null],
  ["*/5 * * * * *", null],
  ["61 6 * * *", "61 is a invalid expression for minute"],
  ["0 6 * * 8", "8 is a invalid expression for week day"],
  ["0 3 31 2 *", "31 2 is an impossible day of month for the given month"],
  ["-5 99 * * *", "-5 is a invalid expression for minute; 99 is a invalid expression for hour"],
  ["0 6 * *", "expected 5 or 6 fields but got 4"],
])("%s: %j", (expression, problem) => {
  expect(expressionProblem(expression)).toBe(problem);
});

test("what can be read and never comes has no slot", () => {
  // the fifth Monday of a month that has only one of its days
  const never = slotsBetween("0 0 1 1 1#5");
  expect(never.latestMs(Date.parse("2026-01-01T00:00:00Z"))).toBeNull();
  expect(never.nextMs(Date.parse("2026-01-01T00:00:00Z"))).toBeNull();
});
