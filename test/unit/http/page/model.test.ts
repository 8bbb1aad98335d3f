/** What the page makes of the documents: the headline, the gauges, the words, and what it remembers of kills. */
import { expect, test } from "bun:test";
import type { EventDocument } from "../../../../src/http/page/model/documents.ts";
import { freshness, isStale } from "../../../../src/http/page/model/freshness.ts";
import { gaugesOf, headlineOf } from "../../../../src/http/page/model/gauges.ts";
import { jobRows } from "../../../../src/http/page/model/jobs.ts";
import {
  endingOf,
  merged,
  MOST_KILLS,
  withEvent,
  type KillRow,
} from "../../../../src/http/page/model/kills.ts";
import { continued, Measurements, sparkPoints } from "../../../../src/http/page/model/series.ts";
import { recordedMarks } from "../../../../src/http/page/model/marks.ts";
import { firstState } from "../../../../src/http/page/model/state.ts";
import { inRow, shortCommandOf, wholeName } from "../../../../src/http/page/model/words.ts";
import { worldOf } from "../../../support/browser/world.ts";

const at = worldOf({ startMs: 1_800_000_000_000 });

test("the headline says what matters most", () => {
  expect(headlineOf(at(30))).toEqual({ text: "One process runs away.", tone: "bad" });
  expect(headlineOf(at(0))).toEqual({ text: "Nothing runs away; 2 processes are suspect.", tone: "warn" });
  expect(headlineOf({ ...at(0), processes: [] })).toEqual({ text: "No Bun process runs.", tone: "quiet" });
});

test("a gauge is about those whom its limit holds for", () => {
  const [jobs, cpu, memory, time] = gaugesOf(at(30));
  expect(jobs).toMatchObject({ value: "2", limit: "limit 3 · 5 others not counted", tone: "quiet" });
  expect(cpu).toMatchObject({
    limit: "limit 80 %",
    tone: "bad",
    of: { name: "bun jobs/import-orders.ts --since 2026-11-01" },
  });
  expect(memory).toMatchObject({ value: "842 MB", limit: "limit 1 GB" });
  // the servers are older, and spared
  expect(time).toMatchObject({ value: "3.5 min", of: { name: "bun test --watch src/cart" } });
  const off = gaugesOf({
    ...at(0),
    limits: { concurrency: null, cpuPercent: null, memoryBytes: null, timeoutMs: null },
  });
  expect(off.map(({ share }) => share)).toEqual([null, null, null, null]);
});

test("a job is the sum of its processes, and as bad as the worst of them", () => {
  const [first, second] = jobRows(at(30));
  expect(first).toMatchObject({ judged: { word: "runaway: cpu" }, processes: 1 });
  expect(second).toMatchObject({ command: "bun run dev", processes: 3, judged: { word: "suspect: leak" } });
});

const id = { pid: 7, startTicks: 1, exe: "8:1" };
const intent: EventDocument = {
  schemaVersion: 1,
  type: "intent",
  atMs: 1_000,
  stepId: "s",
  victim: { id, command: "bun x.ts" },
  targets: [{ id, command: "bun x.ts" }],
  rule: "cpu",
  evidence: "spins",
  signal: "SIGTERM",
  limit: 80,
  value: 100,
  jobId: "7:1",
  kind: "run",
  cwd: "/shop",
};
const gone = {
  id,
  startTimeMs: 0,
  command: "bun x.ts",
  result: { outcome: "gone" },
  signals: ["SIGTERM"],
  tookMs: 420,
} as const;
const outcome: EventDocument = {
  schemaVersion: 1,
  type: "outcome",
  atMs: 1_420,
  stepId: "s",
  victim: intent.victim,
  rule: "cpu",
  outcomes: [gone],
  left: [],
};

test("a kill is one row, whether it was seen or is read, and knows its end", () => {
  const begun = withEvent([], intent);
  expect(begun.map((row) => endingOf(row, false).words)).toEqual(["is being stopped"]);
  expect(begun.map((row) => endingOf(row, true).words)).toEqual(["its end is not known"]);
  const ended = withEvent(withEvent(begun, intent), outcome);
  expect(ended.map((row) => endingOf(row, false))).toEqual([
    { words: "dead after 0.4 s by SIGTERM", tone: "good" },
  ]);
  expect(merged(begun, ended)).toEqual([...ended]);
  expect(merged(ended, begun)).toEqual([...ended]);
});

test("a survivor is named", () => {
  const survived = { ...gone, result: { outcome: "survived" } } as const;
  const [row] = withEvent(withEvent([], intent), { ...outcome, outcomes: [survived] });
  expect(row && endingOf(row, false)).toEqual({ words: "7 survived SIGKILL", tone: "bad" });
  expect((row satisfies KillRow | undefined)?.survivors).toBe(1);
});

test("of kills the newest are kept", () => {
  const [row] = withEvent([], intent);
  if (row === undefined) throw new Error("an intent begins a row");
  const many = Array.from({ length: MOST_KILLS + 5 }, (_, atMs) => ({ ...row, step: `s${atMs}`, atMs }));
  expect(merged(many, []).at(-1)?.atMs).toBe(5);
  expect(withEvent(merged(many, []), { ...intent, atMs: 9_000 }).length).toBe(MOST_KILLS);
});

test("the same look twice counts once, and who has ended is forgotten", () => {
  const seen = new Measurements();
  for (const second of [0, 1, 1, 2]) seen.look(at(second));
  const first = at(0).processes[0]?.id ?? "";
  expect(seen.of(first).at.length).toBe(3);
  seen.look({ ...at(3), processes: [] });
  expect(seen.of(first).at.length).toBe(0);
  expect(seen.total.at.length).toBe(4);
});

test("what was measured here goes on where others remember", () => {
  const seen = new Measurements();
  for (const second of [0, 1]) seen.look(at(second));
  const ms = (seen.total.at[0] ?? 0) * 1_000;
  const earlier = [-20_000, -10_000, 500].map((by) => ({ atMs: ms + by, cpuPercent: null, memoryBytes: by }));
  const { at: seconds, cpu, memory } = continued(earlier, seen.total);
  expect(seconds.map((second) => second * 1_000 - ms)).toEqual([-20_000, -10_000, 0, 1_000]);
  expect([cpu.length, ...cpu.slice(0, 2), ...memory.slice(0, 2)]).toEqual([4, null, null, -20_000, -10_000]);
  expect(continued(earlier, new Measurements().total).at.length).toBe(3);
  const paused = [-700_000, -690_000, -680_000, -10_000].map((by) => ({
    atMs: ms + by,
    cpuPercent: 5,
    memoryBytes: by,
  }));
  expect(continued(paused, seen.total).cpu.slice(0, 5)).toEqual([5, 5, 5, null, 5]);
  const rare = [-1_800_000, -1_200_000, -600_000].map((by) => ({
    atMs: ms + by,
    cpuPercent: 5,
    memoryBytes: by,
  }));
  expect(continued(rare, seen.total).cpu.slice(0, 3)).toEqual([5, 5, 5]);
  const verdict = { rule: "cpu", firstMs: 2_000, lastMs: 9_000, decision: "runaway", evidence: "" };
  expect(
    recordedMarks({ verdicts: [{ ...verdict, firstMs: 5_000 }, verdict], kills: [], exit: null }),
  ).toEqual([
    { at: 2, word: "runaway: cpu" },
    { at: 5, word: "runaway: cpu" },
  ]);
});

test("a sparkline has a whole core at its full height, and a gap where nothing is known", () => {
  expect(sparkPoints([0, 100], 78, 20)).toBe("76.0,19.0 78.0,1.0");
  expect(sparkPoints([0, 400, null], 78, 20)).toBe("74.0,19.0 76.0,1.0");
  expect(sparkPoints([], 78, 20)).toBe("");
});

test("the page says whether it is true now", () => {
  const live = { ...firstState(), connection: { kind: "live" }, heardMs: 10_000, status: at(0) } as const;
  expect(freshness(live, 11_000)).toEqual({ word: "Live", tone: "good", banner: null });
  expect(isStale(live, 11_000)).toBe(false);
  expect(freshness(live, 30_000)).toMatchObject({ word: "Stale", tone: "warn" });
  const lost = { ...live, connection: { kind: "lost", because: "It is gone.", nextMs: 15_000 } } as const;
  expect(freshness(lost, 11_000)).toMatchObject({ word: "Stale", tone: "bad" });
  expect(freshness(lost, 11_000).banner).toContain("It is gone. Trying again in 4 s.");
  const denied = { ...firstState(), connection: { kind: "denied", because: "No." } } as const;
  expect(freshness(denied, 1).banner).toContain("bun-watchdog dashboard");
  expect(freshness({ ...live, status: { ...at(0), monitor: null } }, 11_000).banner).toContain(
    "bun-watchdog monitor",
  );
});

test("names that a process has chosen are one line, harmless and short", () => {
  expect(shortCommandOf("/usr/lib/node_modules/bun/bin/bun.exe /srv/shop/jobs/x.ts", "/srv/shop")).toBe(
    "bun jobs/x.ts",
  );
  expect(
    shortCommandOf(
      "/usr/bin/bun --config=/dev/null --no-env-file /srv/w/scripts/fix-runaway-bun.ts monitor",
      "/",
    ),
  ).toBe("bun-watchdog monitor");
  expect(shortCommandOf("bun x/bunctl-like.ts", null)).toBe("bun x/bunctl-like.ts");
  expect(shortCommandOf("bun /opt/tools/lib/jobs/x.ts --to /srv/shop/out", "/srv/shop")).toBe(
    "bun …/jobs/x.ts --to out",
  );
  expect(inRow("a\u202Eb\u001B[31m\n")).toBe("a\\u202eb\\x1b[31m\\n");
  expect(inRow("x".repeat(10_240)).length).toBe(200);
  expect(wholeName("x".repeat(10_240)).length).toBe(10_240);
});
