import { describe, expect, test } from "bun:test";
import { defaultRules } from "../../../src/core/judge/default-rules.ts";
import { group } from "../../../src/core/judge/group.ts";
import { jobMarked } from "../../../src/core/judge/history.ts";
import type { Policy } from "../../../src/core/judge/policy.ts";
import type { ProcessSample } from "../../../src/core/process/process.ts";
import { withDetails } from "../../../src/core/process/process.ts";
import { neededReadings } from "../../../src/core/judge/needed-readings.ts";
import { aHelper, aPolicy, aProcess, aSnapshot, GB, World, type ProcessFacts } from "../../support/build.ts";

const RULES: Partial<Policy> = { rules: defaultRules };

type Asked = Record<number, string[]>;

/** pid → readings, for what is seen now by a world that saw other things before. */
function asked(world: World, processes: readonly ProcessSample[], atMs: number, full = false): Asked {
  const jobs = group(aSnapshot(processes, atMs), world.history, world.self);
  const found = neededReadings(jobs, atMs, world.history, world.policy, world.self, full);
  return Object.fromEntries([...found].map(([{ id }, readings]) => [id.pid, [...readings].toSorted()]));
}

const idle = (pid: number, facts: Partial<ProcessFacts> = {}): ProcessSample =>
  aProcess({ pid, ageMs: 10_000, argv: ["bun", `${pid}.ts`], ...facts });

/** Starved: it wants a core for as long as it is there. */
const wanting = (atMs: number, cpuMs: number): ProcessSample =>
  idle(10, { cpuMs, demandNs: atMs * 1e6, demandAtMs: atMs });

test("a quiet machine costs nothing", () =>
  expect(asked(new World(aPolicy(RULES)), [idle(10), idle(11), idle(12)], 0)).toEqual({}));

describe("demand and I/O of what uses CPU", () => {
  test.each<[string, number, Asked]>([
    [
      "5 % and more, since spinners on few cores show far under the limit (Z28)",
      500,
      { 10: ["demand", "io"] },
    ],
    ["less", 490, {}],
  ])("%s", (_, usedMs, expected) => {
    const world = new World().see(0, [idle(10, { cpuMs: 9_000 })]);
    expect(asked(world, [idle(10, { cpuMs: 9_000 + usedMs })], 10_000)).toEqual(expected);
  });

  test("of a process first seen, by its lifetime: the hold has its baseline from the first sample on", () =>
    expect(asked(new World(), [idle(10, { cpuMs: 500 })], 0)).toEqual({ 10: ["demand", "io", "traffic"] }));

  test("its traffic where its hold may begin with that", () => {
    const world = new World().see(0, [idle(10, { cpuMs: 9_000 })]);
    expect(asked(world, [idle(10, { cpuMs: 12_900 })], 10_000)).toEqual({ 10: ["demand", "io"] });
    expect(asked(world, [idle(10, { cpuMs: 13_000 })], 10_000)).toEqual({ 10: ["demand", "io", "traffic"] });
  });

  test("its traffic where it wanted a core and got little of one", () => {
    const world = new World()
      .see(0, [idle(10, { cpuMs: 1_000 })])
      .see(10_000, [idle(10, { cpuMs: 2_700, demandNs: 0 })]);
    expect(asked(world, [idle(10, { cpuMs: 4_400, demandNs: 10e9 })], 20_000)).toEqual({
      10: ["demand", "io", "traffic"],
    });
  });

  test("its traffic is not asked for where nothing limits its CPU use", () => {
    const world = new World(aPolicy({ limits: { ...aPolicy().limits, cpuPercent: null } }));
    expect(asked(world, [idle(10, { cpuMs: 9_000 })], 0)).toEqual({ 10: ["demand", "io"] });
  });

  test("not again in the second look of a tick", () => {
    const world = new World().see(0, [idle(10, { cpuMs: 5_000 })]);
    expect(asked(world, [idle(10, { cpuMs: 5_010 })], 4)).toEqual({});
  });

  test.each([
    ["got none of it since", 2_300, ["demand", "io", "traffic"]],
    ["is looked at again at once: a window of its progress may end now", 2_100, ["io", "traffic"]],
  ])("what wanted a core at the last look and %s", (_, atMs, readings) => {
    const world = new World().see(1_000, [wanting(1_000, 5_000)]).see(2_000, [wanting(2_000, 5_200)]);
    expect(asked(world, [wanting(atMs, 5_200)], atMs)).toEqual({ 10: readings });
  });
});

test.each<[number | null, Asked]>([
  [0.89 * GB, {}],
  [0.9 * GB, { 10: ["pss"] }],
  [3 * GB, { 10: ["pss"] }],
  [null, {}],
])("PSS near the memory limit only: %p", (memoryBytes, expected) =>
  expect(asked(new World(), [idle(10, { memoryBytes })], 0)).toEqual(expected),
);

describe("listeners, of all members, where an exemption may matter", () => {
  const old = { ageMs: 200_000 };
  const LISTENS = [{ protocol: "tcp", address: "3000" }] as const;

  test("beyond half the timeout", () =>
    expect(
      asked(new World(aPolicy(RULES)), [idle(10, old), aHelper({ pid: 11, ppid: 10 }), idle(12)], 0),
    ).toEqual({
      10: ["evidence"],
      11: ["evidence"],
    }));

  test("when there are too many jobs", () =>
    expect(
      Object.keys(
        asked(
          new World(aPolicy(RULES)),
          [10, 11, 12, 13].map((pid) => idle(pid)),
          0,
        ),
      ),
    ).toHaveLength(4));

  test.each<[string, Partial<Policy>, ProcessSample]>([
    ["no rule asks for them", {}, idle(10, old)],
    ["another rule spares the job", RULES, idle(10, { ...old, argv: ["bun", "--watch", "x.ts"] })],
    ["the job is protected", RULES, idle(10, { ...old, runtime: "compiled" })],
  ])("not when %s", (_, policy, process) =>
    expect(asked(new World(aPolicy(policy)), [process], 0)).toEqual({}),
  );

  test.each<[string, ProcessFacts["listeners"], number, boolean]>([
    ["a yes holds for a minute", LISTENS, 50_000, false],
    ["then it is asked again", LISTENS, 70_000, true],
    ["a no is asked again at once", [], 10_000, true],
    ["so is what could not be read", null, 10_000, true],
  ])("%s", (_, listeners, atMs, asks) => {
    const world = new World(aPolicy(RULES)).see(0, [idle(10, { ...old, listeners: listeners ?? null })]);
    expect(10 in asked(world, [idle(10, old)], atMs)).toBe(asks);
  });

  test("a yes is asked again as soon as it has another parent", () => {
    const world = new World(aPolicy(RULES)).see(0, [idle(10, { ...old, listeners: LISTENS })]);
    expect(10 in asked(world, [idle(10, { ...old, ppid: 1 })], 10_000)).toBe(true);
  });

  test("at all times where a protection hangs on them", () => {
    const policy = aPolicy({ protect: [{ name: "servers", match: { listening: true } }] });
    expect(asked(new World(policy), [idle(10)], 0)).toEqual({ 10: ["evidence"] });
  });
});

const head = (pid: number): ProcessSample =>
  idle(pid, { ppid: 1, sid: pid, argv: ["bun", "hydra.ts"], ageMs: 50 });

const both = (memoryBytes: number) => [
  idle(10, { memoryBytes }),
  idle(11, { memoryBytes, argv: ["bun", "small.ts"] }),
];

test("PSS near a job's own limit, which a rule may have set", () => {
  const rules = [{ name: "small", match: { command: "small" }, limits: { memoryBytes: GB / 10 } }];
  expect(asked(new World(aPolicy({ rules })), both(0.5 * GB), 0)).toEqual({ 11: ["pss"] });
  expect(asked(new World(aPolicy({ rules })), both(0.05 * GB), 0)).toEqual({});
});

test("whether who comes after a marked head bears its mark", () => {
  const world = new World(aPolicy(RULES)).see(0, [head(10)]);
  expect(asked(world, [head(11)], 10_000)).toEqual({});
  world.history = jobMarked(world.history, "10:10");
  expect(asked(world, [head(11)], 10_000)).toEqual({ 11: ["marks"] });
  // born long after a look that found nobody
  world.see(10_000, []);
  expect(asked(world, [head(11)], 20_000)).toEqual({ 11: ["marks"] });
  expect(asked(world, [{ ...head(11), argv: ["bun", "other.ts"] }], 20_000)).toEqual({});
});

test("whether a compiled program that spins has somebody who started it", () => {
  const spins = idle(10, { runtime: "compiled", argv: ["agent"], cpuMs: 9_500 });
  const evidence = (enforceCompiled: Policy["enforceCompiled"]): boolean =>
    asked(new World(aPolicy({ ...RULES, enforceCompiled })), [spins], 0)[10]?.includes("evidence") ?? false;
  expect(evidence("orphans")).toBe(true);
  expect(evidence(false)).toBe(false);
});

test("status asks for everything of every member in scope", () => {
  const all = ["demand", "evidence", "io", "pss", "traffic"];
  const processes = [idle(10), aHelper({ pid: 11, ppid: 10 }), idle(12, { uid: 2_000 })];
  expect(asked(new World(), processes, 0, true)).toEqual({ 10: all, 11: all });
});

test("withDetails fills in what was read and leaves the snapshot as it was", () => {
  const snapshot = aSnapshot([idle(10), idle(11)]);
  const detailed = withDetails(
    snapshot,
    new Map([
      [10, { ioBytes: 7 }],
      [99, { ioBytes: 8 }],
    ]),
  );
  expect([...detailed.processes.values()].map(({ ioBytes }) => ioBytes)).toEqual([7, undefined]);
  expect(snapshot.processes.get(10)?.ioBytes).toBeUndefined();
  expect(withDetails(snapshot, new Map())).toBe(snapshot);
});
