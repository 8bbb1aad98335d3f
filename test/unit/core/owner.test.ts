import { describe, expect, test } from "bun:test";
import { evaluate } from "../../../src/core/judge/evaluate.ts";
import { group } from "../../../src/core/judge/group.ts";
import { emptyHistory } from "../../../src/core/judge/history.ts";
import type { Job } from "../../../src/core/process/job.ts";
import { gatedOf, ownerIn, type Abandoned, type GatedJob } from "../../../src/core/judge/owner.ts";
import { NO_LIMITS, type SlotRecord } from "../../../src/core/process/slot.ts";
import type { Look, Verdict } from "../../../src/core/judge/verdict.ts";
import { aPolicy, aProcess, aSelf, aSnapshot, MB, World } from "../../support/build.ts";
import { reasons } from "../../../src/render/row.ts";

const record = (change: Partial<SlotRecord> = {}): SlotRecord => ({
  schemaVersion: 1,
  jobId: "1-20-20-1",
  name: "api",
  command: "bun x.ts",
  owner: { kind: "gate", pid: 20, startTicks: 20, exe: "8:1" },
  root: { pid: 30, startTicks: 30, exe: "8:1" },
  place: { kind: "marker" },
  pidNamespace: "1",
  bootId: "b",
  sinceMs: 0,
  depth: 0,
  counts: true,
  project: null,
  limits: NO_LIMITS,
  keep: false,
  ...change,
});
const gated = (change: Partial<SlotRecord> = {}, pids: readonly number[] = []): GatedJob => ({
  record: record(change),
  pids: new Set(pids),
  abandoned: null,
});

const wrapper = aProcess({ pid: 20, ppid: 500, argv: ["bun", "/p/scripts/bun-wrapper.ts", "x.ts"] });
const root = aProcess({ pid: 30, ppid: 20, argv: ["bun", "x.ts"], ageMs: 9_000_000, memoryBytes: 2 ** 40 });
/** A double fork: nothing of the tree leads to the wrapper. */
const escaped = aProcess({ pid: 40, ppid: 1, argv: ["bun", "y.ts"], ageMs: 9_000_000 });
const other = aProcess({ pid: 50, ppid: 500, argv: ["bun", "z.ts"], ageMs: 9_000_000 });
const snapshot = aSnapshot([wrapper, root, escaped, other]);
const jobs = group(snapshot, emptyHistory, aSelf());
const jobOf = (pid: number) => jobs.find(({ members }) => members.some(({ id }) => id.pid === pid));
const ownersOf = (of: readonly Job[], all: readonly GatedJob[]) =>
  new Map([...gatedOf(of, all)].map(([id, job]) => [id, ownerIn(job)]));
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
        owner: { kind: "gate", pid: 20, startTicks: 19, exe: null },
      }),
      false,
    ],
  ])("%s (%p)", (_what, pid, each, belongs) => {
    expect(ownerOf(pid, [each]) !== undefined).toBe(belongs);
  });

  test("the inner one of two", () => {
    const outer = gated(
      { jobId: "1-19-19-1", owner: { kind: "gate", pid: 19, startTicks: 19, exe: null } },
      [20, 30, 40],
    );
    const inner = gated({ depth: 1, counts: false }, [30]);
    expect(ownerOf(30, [outer, inner])).toMatchObject({ pid: 20, counts: false });
    expect(ownerOf(40, [outer, inner])).toMatchObject({ pid: 19 });
  });
});

test("an owner of several jobs is above all of them: each is found by its root", () => {
  const manager = { kind: "manager", pid: 20, startTicks: 20, exe: null } as const;
  const apps = [aProcess({ pid: 31, ppid: 30 }), aProcess({ pid: 41, ppid: 40 })];
  const world = new World().see(0, [
    aProcess({ pid: 20, ppid: 500, argv: ["bun", "/p/scripts/bun-wrapper.ts"], isOurScript: true }),
    aProcess({ pid: 30, ppid: 20 }),
    aProcess({ pid: 40, ppid: 20 }),
    ...apps,
  ]);
  const app = (pid: number) => ({
    jobId: `1-20-20-${pid}`,
    owner: manager,
    root: { pid, startTicks: pid, exe: null },
  });
  const owners = [...ownersOf(world.jobs, [gated(app(30)), gated(app(40))])];
  expect(owners.map(([id, { kind, jobId }]) => [id, kind, jobId])).toEqual([
    ["30:30", "manager", "1-20-20-30"],
    ["40:40", "manager", "1-20-20-40"],
  ]);
});

test("one member in the wrapper's group is enough", () => {
  const world = new World().see(0, [aProcess({ pid: 30 }), aProcess({ pid: 31, ppid: 30 })]);
  const elsewhere = { kind: "runner", pid: 99, startTicks: 99, exe: null } as const;
  expect(ownersOf(world.jobs, [gated({ root: null, owner: elsewhere }, [31])]).get("30:30")?.pid).toBe(99);
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

const aged = (pid: number) => aProcess({ pid, argv: ["bun", `${pid}.ts`], ageMs: (60 - pid) * 100_000 });

test("nobody is stopped for one job too many whose wrapper lives", () => {
  const crowd = [aged(10), aged(11), aged(12), aged(30)];
  const world = new World(aPolicy({ limits: { ...aPolicy().limits, timeoutMs: null } }));
  world.see(0, crowd).see(10_000, crowd);
  const victims = (all: readonly GatedJob[]) =>
    evaluate(world.jobs, world.history, world.policy, world.self, "monitor", all)
      .jobs.filter(({ processes }) =>
        processes.some(({ verdicts }) => verdicts.some(({ rule }) => rule === "concurrency")),
      )
      .map(({ job: { root: first } }) => first.id.pid);
  expect(victims([])).toEqual([30]);
  expect(victims([gated()])).toEqual([12]);
});

const worker = (pid: number, ppid: number) =>
  aProcess({ pid, ppid, memoryBytes: 600 * MB, pssBytes: 350 * MB });

describe("a job whose wrapper is dead", () => {
  /** A server: nothing of the policy's own is held against it. */
  const policy = aPolicy({
    limits: { concurrency: null, cpuPercent: null, memoryBytes: null, timeoutMs: null },
    rules: [],
    killGraceMs: 5_000,
  });
  const verdictsOf = (
    change: Partial<SlotRecord>,
    abandoned: Abandoned,
    look: Look = "monitor",
  ): readonly Verdict[] => {
    const all = [{ ...gated(change, [30]), abandoned }];
    const judged = evaluate(jobs, emptyHistory, policy, aSelf(), look, all).jobs.find(
      ({ job }) => job === jobOf(30),
    );
    expect(judged?.owner).toBeNull();
    return judged?.processes.flatMap((each) => each.verdicts) ?? [];
  };
  const kept: Partial<SlotRecord> = { keep: true };
  const young: Abandoned = { deadForMs: 0, overdueMs: null };

  test.each<[string, Partial<SlotRecord>, Abandoned, Look, readonly Partial<Verdict>[]]>([
    ["is ended by a person's command", {}, young, "one-shot", [{ rule: "leftover", decision: "runaway" }]],
    ["is ended by a monitor", {}, young, "monitor", [{ rule: "leftover", decision: "suspect" }]],
    [
      "… after a grace",
      {},
      { deadForMs: 5_000, overdueMs: null },
      "monitor",
      [{ rule: "leftover", decision: "runaway" }],
    ],
    ["that was to be kept lives", kept, young, "one-shot", []],
    [
      "has its deadline, kept or not",
      { ...kept, sinceMs: 1_000, limits: { ...NO_LIMITS, deadlineMs: 61_000 } },
      { deadForMs: 0, overdueMs: 500 },
      "monitor",
      [{ rule: "timeout", limit: 60_000, value: 60_500, decision: "runaway" }],
    ],
    [
      "… which has not come",
      { ...kept, limits: { ...NO_LIMITS, deadlineMs: 61_000 } },
      { deadForMs: 0, overdueMs: -500 },
      "monitor",
      [],
    ],
    [
      "has its memory limit",
      { ...kept, limits: { ...NO_LIMITS, memoryBytes: 2 ** 39 } },
      young,
      "monitor",
      [{ rule: "memory", limit: 2 ** 39, value: 2 ** 40, decision: "runaway" }],
    ],
    ["… and keeps it", { ...kept, limits: { ...NO_LIMITS, memoryBytes: 2 ** 41 } }, young, "monitor", []],
  ])("%s", (_what, change, abandoned, look, found) => {
    const verdicts = verdictsOf(change, abandoned, look);
    expect(verdicts).toMatchObject([...found]);
    for (const { evidence } of verdicts) expect(evidence).toContain("its wrapper (pid 20) is dead");
  });

  const abandonedOne = (change: Partial<SlotRecord>): GatedJob => ({
    ...gated(change, [30, 31]),
    abandoned: young,
  });

  test("stays where it is protected", () => {
    const protecting = { ...policy, protect: [{ name: "x", match: { command: "x\\.ts" } }] };
    const judged = evaluate(jobs, emptyHistory, protecting, aSelf(), "one-shot", [
      abandonedOne({}),
    ]).jobs.find(({ job }) => job === jobOf(30));
    expect(judged).toMatchObject({
      protectedBecause: 'the configuration protects "x"',
      processes: [{ verdicts: [] }],
    });
  });

  test("an app whose manager is dead runs on, neither too old nor one too many", () => {
    const manager = { kind: "manager", pid: 20, startTicks: 20, exe: null } as const;
    const strict = aPolicy({
      limits: { concurrency: 1, cpuPercent: 80, memoryBytes: MB, timeoutMs: 1 },
      rules: [],
    });
    const all = (change: Partial<SlotRecord>) => [
      { ...gated({ owner: manager, counts: false, ...change }, [30]), abandoned: young },
    ];
    const found = (change: Partial<SlotRecord>) =>
      evaluate(jobs, emptyHistory, strict, aSelf(), "one-shot", all(change)).jobs.find(
        ({ job }) => job === jobOf(30),
      );
    const judged = found({});
    expect(judged?.counts).toBe(false);
    expect(judged === undefined ? [] : reasons(judged)).toMatchObject([
      { word: "unmanaged", text: expect.stringMatching(/bunctl(?:\.ts)? daemon start/u) },
    ]);
    expect(
      judged?.processes.flatMap(({ verdicts }) => verdicts).filter(({ decision }) => decision === "runaway"),
    ).toEqual([]);
    // its own limit holds all the same
    const limited = found({ limits: { ...NO_LIMITS, memoryBytes: MB } });
    const over = limited?.processes.flatMap(({ verdicts }) => verdicts) ?? [];
    expect(over.filter(({ decision }) => decision === "runaway")).toMatchObject([
      { rule: "memory", evidence: expect.stringContaining("its manager (pid 20) is dead") },
    ]);
  });

  test("has its common pages counted once", () => {
    const world = new World(policy).see(0, [worker(30, 500), worker(31, 30)]);
    const rules = (memoryBytes: number): readonly string[] =>
      evaluate(world.jobs, world.history, policy, aSelf(), "monitor", [
        abandonedOne({ ...kept, limits: { ...NO_LIMITS, memoryBytes } }),
      ]).jobs.flatMap(({ processes }) =>
        processes.flatMap(({ verdicts }) => verdicts.map(({ rule }) => rule)),
      );
    expect(rules(700 * MB)).toEqual([]);
    expect(rules(699 * MB)).toEqual(["memory"]);
  });
});
