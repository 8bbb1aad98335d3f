/** A document and the change to the next one give the next one, whatever has happened between them. */
import { expect, test } from "bun:test";
import {
  withChange,
  type StatusChange,
  type StatusDocument,
} from "../../../src/wire/documents/status-change.ts";
import { shownIn, statusNews, type Known } from "../../../src/wire/documents/status-news.ts";
import { statusDocument } from "../../../src/wire/documents/status.ts";
import type { ProcessSample } from "../../../src/core/process/process.ts";
import { aPolicy, aProcess, GB, SHELL, World } from "../../support/build.ts";

const policy = aPolicy();

/** Sample times begin at 0, so a process is as old as the look is late. */
const documentAt = (atMs: number, processes: readonly ProcessSample[]): StatusDocument => {
  const judgement = new World(policy).see(atMs, processes).judge();
  return statusDocument({ atMs, policy, config: null, judgement, monitorPid: 1 }, { policy, path: null }, 0);
};

const bun = (pid: number, facts: Partial<Parameters<typeof aProcess>[0]> = {}): ProcessSample =>
  aProcess({ pid, ppid: SHELL, ...facts });

const sorted = (document: StatusDocument): unknown => ({
  ...document,
  jobs: document.jobs.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  processes: document.processes
    .map(({ verdicts, ...rest }) => ({
      ...rest,
      ageMs: 0,
      // what is ok is told once
      verdicts: verdicts.every(({ decision }) => decision === "ok") ? "ok" : verdicts,
    }))
    .toSorted((a, b) => a.pid - b.pid),
});

const LOOKS: readonly (readonly [string, readonly ProcessSample[]])[] = [
  ["nobody", []],
  ["two begin", [bun(10), bun(20)]],
  ["the same two", [bun(10), bun(20)]],
  ["one grows over its limit", [bun(10), bun(20, { memoryBytes: 2 * GB })]],
  ["one ends, one begins", [bun(20, { memoryBytes: 2 * GB }), bun(30)]],
  ["nobody is left", []],
];

/** As it comes to a page. */
const changeOf = (after: StatusDocument, known: Known): StatusChange =>
  JSON.parse(statusNews(after, { known, whole: false }).change ?? "");

const numbersOf = (document: StatusDocument): Known =>
  statusNews(document, { known: [], whole: false }).numbers;

test.each(LOOKS.map(([name], at) => [name, at] as const))("%s", (_, at) => {
  const before = documentAt(1_000, LOOKS[at - 1]?.[1] ?? []);
  const after = documentAt(2_000, LOOKS[at]?.[1] ?? []);
  expect(sorted(withChange(before, changeOf(after, numbersOf(before))))).toEqual(sorted(after));
});

const using = (memoryBytes: number): StatusDocument => documentAt(1_000, [bun(10, { memoryBytes }), bun(20)]);

test("what has not changed is not told, and what is only read anew comes without its words", () => {
  const { rest, ...rows } = changeOf(using(1), numbersOf(using(1)));
  expect(Object.keys(rest)).toEqual(["at", "totals"]);
  expect(rows).toEqual({ jobs: [], processes: [], readings: [], gone: [] });
  const { jobs, processes, readings } = changeOf(using(2), numbersOf(using(1)));
  expect([jobs, processes, readings]).toMatchObject([[], [], [{ memoryBytes: 2 }]]);
});

test("ages follow from the starts", () => {
  const before = documentAt(5_000, [bun(10)]);
  const [start = 0] = before.processes.map(({ startTimeMs }) => startTimeMs);
  const later = withChange(before, changeOf(documentAt(9_000, [bun(10)]), numbersOf(before)));
  expect(later.processes.map(({ ageMs }) => ageMs)).toEqual([9_000 - start]);
});

test("who knows nothing gets the whole as text, and each process is found in it", () => {
  const document = documentAt(1_000, [bun(10, { command: 'bun "a"\n{"id":"20-0",' }), bun(20)]);
  const { whole, change } = statusNews(document, { known: [], whole: false });
  if (whole === null) throw new Error("no whole");
  expect([JSON.parse(whole), change]).toEqual([document, null]);
  for (const process of document.processes)
    expect(shownIn(whole, process.id)).toMatchObject({
      process,
      job: document.jobs.find(({ id }) => id === process.job),
      limits: document.limits,
    });
  expect(shownIn(whole, "30-0")).toMatchObject({ process: null, job: null });
  const nobody = statusNews(documentAt(1_000, []), { known: [], whole: true }).whole ?? "";
  expect(shownIn(nobody, "10-0").process).toBeNull();
});
