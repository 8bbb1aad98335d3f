import { describe, expect, test } from "bun:test";
import { evaluate } from "../../../src/core/evaluate.ts";
import { group } from "../../../src/core/group.ts";
import { emptyHistory } from "../../../src/core/history.ts";
import { ownersOf, type GatedJob } from "../../../src/core/owner.ts";
import type { SlotRecord } from "../../../src/core/slot.ts";
import { aPolicy, aProcess, aSelf, aSnapshot } from "../../support/build.ts";

const record = (change: Partial<SlotRecord> = {}): SlotRecord => ({
  schemaVersion: 1,
  jobId: "1-20-20-1",
  name: "api",
  command: "bun x.ts",
  wrapper: { pid: 20, startTicks: 20, exe: "8:1" },
  root: { pid: 30, startTicks: 30, exe: "8:1" },
  place: { kind: "marker" },
  pidNamespace: "1",
  bootId: "b",
  sinceMs: 0,
  depth: 0,
  counts: true,
  ...change,
});
const gated = (change: Partial<SlotRecord> = {}, pids: readonly number[] = []): GatedJob => ({
  record: record(change),
  pids: new Set(pids),
});

const wrapper = aProcess({ pid: 20, ppid: 500, argv: ["bun", "/p/scripts/bun-wrapper.ts", "x.ts"] });
const root = aProcess({ pid: 30, ppid: 20, argv: ["bun", "x.ts"], ageMs: 9_000_000, memoryBytes: 2 ** 40 });
/** A double fork: nothing of the tree leads to the wrapper. */
const escaped = aProcess({ pid: 40, ppid: 1, argv: ["bun", "y.ts"], ageMs: 9_000_000 });
const other = aProcess({ pid: 50, ppid: 500, argv: ["bun", "z.ts"], ageMs: 9_000_000 });
const snapshot = aSnapshot([wrapper, root, escaped, other]);
const jobs = group(snapshot, emptyHistory, aSelf());
const jobOf = (pid: number) => jobs.find(({ members }) => members.some(({ id }) => id.pid === pid));
const ownerOf = (pid: number, all: readonly GatedJob[]) => ownersOf(jobs, all).get(jobOf(pid)?.id ?? "");

describe("a job belongs to a wrapper", () => {
  test.each<[string, number, GatedJob, boolean]>([
    ["that launched its root", 30, gated(), true],
    ["that it descends from, before its root is on record", 30, gated({ root: null }), true],
    ["whose group it is in, whatever became of its parents", 40, gated({}, [30, 40]), true],
    ["not without a group and a line to it", 40, gated(), false],
    ["not beside it", 50, gated({}, [30, 40]), false],
    [
      "not when the pid was used again",
      30,
      gated({
        root: { pid: 30, startTicks: 29, exe: null },
        wrapper: { pid: 20, startTicks: 19, exe: null },
      }),
      false,
    ],
  ])("%s (%p)", (_what, pid, each, belongs) => {
    expect(ownerOf(pid, [each]) !== undefined).toBe(belongs);
  });

  test("the inner one of two", () => {
    const outer = gated(
      { jobId: "1-19-19-1", wrapper: { pid: 19, startTicks: 19, exe: null } },
      [20, 30, 40],
    );
    const inner = gated({ depth: 1, counts: false }, [30]);
    expect(ownerOf(30, [outer, inner])).toMatchObject({ pid: 20, counts: false });
    expect(ownerOf(40, [outer, inner])).toMatchObject({ pid: 19 });
  });
});

test("nothing is held against it here; it counts as its record says, and nobody is stopped for it", () => {
  const policy = aPolicy({
    limits: { concurrency: 1, cpuPercent: 1, memoryBytes: 1, timeoutMs: 1 },
    rules: [],
  });
  const judged = (all: readonly GatedJob[]) =>
    evaluate(jobs, emptyHistory, policy, aSelf(), "monitor", all).jobs.find(({ job }) => job === jobOf(30));
  const verdicts = (all: readonly GatedJob[]) => judged(all)?.processes.flatMap((each) => each.verdicts);
  expect(verdicts([])?.some(({ decision }) => decision === "runaway")).toBe(true);
  expect(verdicts([gated()])).toEqual([]);
  expect(judged([gated()])).toMatchObject({ counts: true, owner: { pid: 20, name: "api" } });
  expect(judged([gated({ counts: false })])?.counts).toBe(false);
});
