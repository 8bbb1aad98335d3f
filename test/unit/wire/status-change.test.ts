/** A document and the change to the next one give the next one, whatever has happened between them. */
import { expect, test } from "bun:test";
import {
  aged,
  statusChange,
  withChange,
  type StatusChange,
  type StatusDocument,
} from "../../../src/wire/documents/status-change.ts";
import { statusNews, withNews } from "../../../src/wire/documents/status-news.ts";
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

test.each(LOOKS.map(([name], at) => [name, at] as const))("%s", (_, at) => {
  const before = documentAt(1_000, LOOKS[at - 1]?.[1] ?? []);
  const after = documentAt(2_000, LOOKS[at]?.[1] ?? []);
  const change: StatusChange = JSON.parse(JSON.stringify(statusChange(before, after, Bun.deepEquals)));
  expect(sorted(withChange(before, change))).toEqual(sorted(after));
});

test.each(LOOKS.map(([name], at) => [name, at] as const))("asked by numbers: %s", (_, at) => {
  const before = documentAt(1_000, LOOKS[at - 1]?.[1] ?? []);
  const after = documentAt(2_000, LOOKS[at]?.[1] ?? []);
  const known = statusNews(before, []).numbers;
  const news = statusNews(after, known);
  expect(sorted(aged(withNews(before, news)))).toEqual(sorted(after));
  // who knows all of it hears nothing of any job
  const nothing = statusNews(after, statusNews(after, []).numbers);
  expect([nothing.jobs, nothing.processes, nothing.gone]).toEqual([[], [], []]);
  expect(withNews(null, statusNews(after, []))).toEqual(after);
});

test("what has not changed is not told", () => {
  const processes = [bun(10), bun(20)];
  const {
    rest,
    jobs,
    processes: rows,
  } = statusChange(documentAt(1_000, processes), documentAt(1_000, processes), Bun.deepEquals);
  expect([rest, jobs, rows]).toEqual([{}, { changed: [], gone: [] }, { changed: [], gone: [] }]);
});

test("ages follow from the starts", () => {
  const before = documentAt(5_000, [bun(10)]);
  const [start = 0] = before.processes.map(({ startTimeMs }) => startTimeMs);
  const later = withChange(before, statusChange(before, documentAt(9_000, [bun(10)]), Bun.deepEquals));
  expect(later.processes.map(({ ageMs }) => ageMs)).toEqual([9_000 - start]);
});
