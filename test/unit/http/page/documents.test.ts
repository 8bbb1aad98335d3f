/** What the page makes of the documents of the other routes: apps, reports, buffers, the configuration. */
import { expect, test } from "bun:test";
import { appState, appSums, appTroubles } from "../../../../src/http/page/model/apps.ts";
import { bufferTable } from "../../../../src/http/page/model/buffers.ts";
import { isSet, matches } from "../../../../src/http/page/model/config.ts";
import { originWords } from "../../../../src/config/origin-words.ts";
import { marksOf } from "../../../../src/http/page/model/marks.ts";
import { receive } from "../../../../src/http/page/model/receive.ts";
import { adviceWords, summaryOf, toPaste } from "../../../../src/http/page/model/report.ts";
import { runKindOf, runWords } from "../../../../src/http/page/model/runs.ts";
import { firstState } from "../../../../src/http/page/model/state.ts";
import { asOfNow } from "../../../../src/http/page/model/verdict.ts";
import { dayOf } from "../../../../src/http/page/model/words.ts";
import { statusNews } from "../../../../src/wire/documents/status-news.ts";
import {
  appsDocument,
  benchmarksDocument,
  bufferTimings,
  configDocument,
  reportDocument,
} from "../../../support/browser/documents.ts";
import { worldOf } from "../../../support/browser/world.ts";

const NOW = 1_800_000_000_000;
const [api, mailer, nightly] = appsDocument(NOW).apps;

test("an app: its state, its sums, and what there is to know", () => {
  if (api === undefined || mailer === undefined || nightly === undefined) throw new Error("no apps");
  expect([api, mailer, nightly].map(({ instances }) => appState(instances))).toEqual([
    { word: "online", tone: "good" },
    { word: "retrying", tone: "bad" },
    { word: "stopped", tone: "quiet" },
  ]);
  const mixed = [...api.instances, ...nightly.instances];
  expect(appState(mixed)).toEqual({ word: "2 of 3 online", tone: "warn" });
  expect(appState([])).toEqual({ word: "no instance", tone: "quiet" });
  expect(appSums(api.instances, NOW)).toMatchObject({ cpuPercent: 12, restarts: 1, upMs: 93_600_000 });
  expect(appSums(nightly.instances, NOW)).toMatchObject({ cpuPercent: null, memoryBytes: null, upMs: null });
  expect(appTroubles(mailer, NOW)).toEqual(["ended by itself with code 1 after 2 s; started again in 42 s"]);
  expect(appTroubles({ ...api, brokenConfig: "line 3" }, NOW)).toEqual([
    "It goes on as it was declared before: line 3",
  ]);
});

test("a report says what the terminal says, and what to paste is JSON", () => {
  const report = reportDocument(NOW);
  expect(summaryOf(report)).toBe(
    "14 runaways stopped, 1 job stopped for the number of jobs (34 processes), none survived, 2 runaways only observed.",
  );
  const [first, second] = report.advice.map(adviceWords);
  expect(first).toMatchObject({
    title: "Memory 1 GB of bun scripts/render-catalogue.ts",
    finding: "too tight",
    change: "1 GB → 1.5 GB",
  });
  expect(second).toMatchObject({ title: "Running time 5 min", finding: "fits", change: null });
  const pasted: unknown = JSON.parse(`{${toPaste(report.advice) ?? ""}}`);
  expect(pasted).toMatchObject({ rules: [{ name: "render-catalogue", maxMemoryUsageMB: 1_536 }] });
  expect(toPaste([])).toBeNull();
});

test("of buffers each size is a column, and the quickest way is marked", () => {
  const { sizes, rows } = bufferTable(bufferTimings(), { memory: "reused", filled: false });
  expect(sizes).toEqual([1_024, 16_384, 65_536, 1_048_576, 16_777_216, 67_108_864]);
  const best = rows.filter(({ cells }) => cells.at(-1)?.isBest === true).map(({ kind }) => kind);
  expect(best).toEqual(["Buffer.allocUnsafe"]);
  expect(bufferTable([], { memory: "fresh", filled: true })).toEqual({ sizes: [], rows: [] });
});

test("a value of the configuration is found by its key, its value, and where it comes from", () => {
  const { values } = configDocument();
  const found = (filter: string): readonly string[] =>
    values.filter((each) => matches(each, filter)).map(({ key }) => key);
  expect(found("TIMEOUT")).toEqual(["processTimeoutMs", "rules[0]"]);
  expect(found("environment")).toEqual([]);
  expect(found("interval_ms")).toEqual(["monitoringIntervalMs"]);
  expect(values.filter(isSet).length).toBe(7);
  expect(originWords({ kind: "built-in", where: "defaultRules" })).toBe("built in, by defaultRules");
});

test("the stream: a whole, then changes; what comes besides makes nothing new", () => {
  const at = worldOf({ startMs: NOW });
  const begun = receive(firstState(), { type: "status", id: null, data: JSON.stringify(at(0)) }, 1_000);
  const known = statusNews(at(0), { known: [], whole: false }).numbers;
  const change = statusNews(at(1), { known, whole: false }).change ?? "";
  const next = receive(begun, { type: "status-change", id: "f.1", data: change }, 2_000);
  expect(next.status?.processes.map(({ cpuPercent }) => cpuPercent)).toEqual(
    at(1).processes.map(({ cpuPercent }) => cpuPercent),
  );
  expect(next.heardMs).toBe(2_000);
  const apps = { type: "apps", id: null, data: JSON.stringify(appsDocument(NOW)) };
  expect(receive(next, apps, 9_000)).toMatchObject({ heardMs: 2_000, apps: { at: NOW } });
  const trouble = { type: "trouble", id: null, data: '{"what":"no answer"}' };
  expect(receive(next, trouble, 9_000)).toMatchObject({ heardMs: 2_000, trouble: "no answer" });
  expect(receive(next, { type: "of another version", id: null, data: "" }, 9_000)).toBe(next);
  expect(receive(firstState(), { type: "status-change", id: null, data: change }, 1).status).toBeNull();
});

test("what happens at one moment is all taken in, and what is told again is not", () => {
  const id = { pid: 7, startTicks: 1, exe: null };
  const event = {
    schemaVersion: 1,
    type: "held-back",
    rule: "cpu",
    evidence: "",
    because: "",
    atMs: 5,
  } as const;
  const one = { ...event, victim: { id, command: "bun x.ts" } };
  const other = { ...event, victim: { id: { ...id, pid: 8 }, command: "bun y.ts" } };
  const state = [one, other, one, other].reduce(
    (before, each) => receive(before, { type: "event", id: null, data: JSON.stringify(each) }, 1),
    firstState(),
  );
  expect(state.events).toEqual([other, one]);
});

test("marks are those of one process, oldest first; what is ok is as it is now", () => {
  const victim = { id: { pid: 7, startTicks: 1, exe: null }, command: "bun x.ts" };
  const event = { schemaVersion: 1, type: "suspect", victim, rule: "cpu", evidence: "" } as const;
  const other = { ...victim, id: { ...victim.id, pid: 8 } };
  const events = [
    { ...event, atMs: 3_000 },
    { ...event, atMs: 2_000, victim: other },
    { ...event, atMs: 1_000 },
    // who had that pid before
    { ...event, atMs: 500, victim: { ...victim, id: { ...victim.id, startTicks: 0 } } },
  ];
  expect(marksOf(events, "7-1")).toEqual([
    { at: 1, word: "suspect" },
    { at: 3, word: "suspect" },
  ]);
  const process = worldOf({ startMs: NOW })(0).processes.find(({ pid }) => pid === 40_118);
  const [cpu] = process?.verdicts ?? [];
  if (process === undefined || cpu === undefined) throw new Error("nobody is ok");
  expect(asOfNow({ ...process, cpuPercent: 33 }, cpu).value).toBe(33);
  expect(asOfNow({ ...process, cpuPercent: 33 }, { ...cpu, decision: "suspect", value: 91 }).value).toBe(91);
});

test("a day is told from the days around it", () => {
  const noon = new Date(2026, 10, 20, 12).getTime();
  expect([0, 1, 2].map((days) => dayOf(noon - days * 86_400_000, noon))).toEqual([
    "Today",
    "Yesterday",
    "2026-11-18",
  ]);
});

test("a run: its verdict, a row for each, and what was wrong", () => {
  const { runs, files } = benchmarksDocument(NOW);
  const [bench, tests] = runs.map(runWords);
  expect(bench).toMatchObject({ verdict: "failed, code 1", tone: "bad", notes: [] });
  expect(bench?.rows[0]).toEqual(["total", "12.4 µs", "1.1 %", "11.7 µs", "16.2 µs", "0", "20.0 µs"]);
  expect(bench?.rows[2]?.at(-1)).toEqual({ words: "1.00 ms, missed", tone: "bad" });
  expect(tests?.rows).toEqual([
    ["src/checkout/pay.test.ts", { words: "timeout", tone: "bad" }, "6", "0", "30 s", "29 s", "92 MB"],
  ]);
  expect(tests?.notes).toEqual([
    'src/checkout/pay.test.ts: was ended after 30 s, while "waits for the bank" (src/checkout/pay.test.ts:41) ran',
    "src/checkout/pay.test.ts left behind 1 process, which was ended",
  ]);
  const [first] = runs;
  if (first?.kind !== "bench") throw new Error("no run");
  expect(runWords({ ...first, exitCode: 0, document: null })).toMatchObject({ verdict: "passed", rows: [] });
  expect(
    ["bench/orders.bench.ts", "other.bench.mjs", "src/cart/total.test.ts"].map((file) =>
      runKindOf(file, files),
    ),
  ).toEqual(["bench", "bench", "test"]);
});
