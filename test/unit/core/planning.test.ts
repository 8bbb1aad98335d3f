import { describe, expect, test } from "bun:test";
import { closedBreaker } from "../../../src/core/plan/breaker.ts";
import { NO_TIES } from "../../../src/core/process/ties.ts";
import type { Plan } from "../../../src/core/plan/plan.ts";
import { plan, type PlanContext } from "../../../src/core/plan/planning.ts";
import type { ProcessSample } from "../../../src/core/process/process.ts";
import { noRepeats, repeatsAfterKill, type Repeats } from "../../../src/core/judge/repeats.ts";
import { aHelper, aPolicy, aProcess, GB, SHELL, World, type ProcessFacts } from "../../support/build.ts";

const OVER = { memoryBytes: 1.5 * GB };

function planFor(world: World, context: Partial<PlanContext> = {}): Plan {
  return plan(world.judge(), {
    policy: world.policy,
    self: world.self,
    history: world.history,
    nowMs: world.history.atMs ?? 0,
    inFlight: new Set(),
    reprieves: new Map(),
    repeats: noRepeats,
    breaker: closedBreaker,
    force: false,
    ...context,
  });
}

const pids = (processes: readonly ProcessSample[] | undefined): readonly number[] =>
  (processes ?? []).map(({ id }) => id.pid);

const bun = (pid: number, ppid: number, facts: Partial<ProcessFacts> = {}): ProcessSample =>
  aProcess({ pid, ppid, ...facts });
const launcher = (pid: number, ppid: number, facts: Partial<ProcessFacts> = {}): ProcessSample =>
  aProcess({ pid, ppid, argv: ["bun", "run", "dev"], ...facts });

const spins = (second: number): Partial<ProcessFacts> => ({
  cpuMs: second * 1_000,
  ioBytes: 0,
  ioCalls: 0,
  listeners: [],
  ties: NO_TIES,
});

describe("what dies with a victim", () => {
  test.each<[string, readonly ProcessSample[], readonly number[], readonly number[]]>([
    ["a script alone", [bun(10, SHELL, OVER)], [10], []],
    [
      "its Bun descendants, in whatever session (Z10)",
      [bun(10, SHELL, OVER), bun(11, 10, { sid: 11 })],
      [10, 11],
      [],
    ],
    ["who was born in the same tick", [bun(10, SHELL, OVER), bun(11, 10, { startTicks: 10 })], [10, 11], []],
    ["helpers in its session", [bun(10, SHELL, OVER), aHelper({ pid: 11, ppid: 10 })], [10, 11], []],
    ["not helpers in another", [bun(10, SHELL, OVER), aHelper({ pid: 11, ppid: 10, sid: 11 })], [10], [11]],
    [
      "Bun below such a helper, and that one's own helper",
      [
        bun(10, SHELL, OVER),
        aHelper({ pid: 11, ppid: 10, sid: 11 }),
        bun(12, 11, { sid: 12 }),
        aHelper({ pid: 13, ppid: 12, sid: 12 }),
      ],
      [10, 12, 13],
      [11],
    ],
    [
      "not what is above or beside it",
      [bun(10, SHELL), bun(11, 10, OVER), bun(12, 10), bun(13, 11)],
      [11, 13],
      [],
    ],
    [
      "not an agent below it, nor what that launched",
      [
        bun(10, SHELL, OVER),
        aProcess({ pid: 11, ppid: 10, runtime: "compiled", argv: ["agent"] }),
        bun(12, 11),
      ],
      [10],
      [11],
    ],
    [
      "not bunctl below it, nor its apps",
      [bun(10, SHELL, OVER), bun(11, 10, { argv: ["bun", "scripts/bunctl.ts"] }), bun(12, 11)],
      [10],
      [11],
    ],
    [
      "nothing behind another user's process (Z25)",
      [bun(10, SHELL, OVER), bun(11, 10, { uid: 0, user: "root" }), bun(12, 11), bun(13, 10)],
      [10, 13],
      [11],
    ],
    ["not a container's process (Z26)", [bun(10, SHELL, OVER), bun(11, 10, { nested: true })], [10], [11]],
    ["no other job", [bun(10, SHELL, OVER), bun(20, SHELL)], [10], []],
  ])("%s", (_, processes, targets, left) => {
    const { steps } = planFor(new World().see(0, processes));
    expect(steps).toHaveLength(1);
    expect(pids(steps[0]?.targets)).toEqual([...targets]);
    expect(pids(steps[0]?.left)).toEqual([...left]);
  });

  test("descendants that were reparented since, parents first (Z11)", () => {
    const world = new World().see(0, [
      bun(10, SHELL),
      bun(11, 10),
      bun(13, 11),
      bun(12, 13, { startTicks: 20 }),
      bun(14, 10),
    ]);
    world.see(1_000, [bun(10, SHELL, OVER), bun(12, 13, { startTicks: 20 }), bun(13, 1), bun(14, 1)]);
    expect(pids(planFor(world).steps[0]?.targets)).toEqual([10, 13, 12, 14]);
  });

  test("nor another job's process that it has adopted", () => {
    const world = new World().see(0, [bun(10, SHELL), bun(20, SHELL), bun(21, 20)]);
    world.see(1_000, [bun(10, SHELL, OVER), bun(21, 10)]);
    const [step] = planFor(world).steps;
    expect([pids(step?.targets), pids(step?.left)]).toEqual([[10], [21]]);
  });

  test("a compiled program goes as a victim, and never with one", () => {
    const world = new World(aPolicy({ enforceCompiled: "orphans" }));
    for (let second = 0; second <= 80; second += 10)
      world.see(second * 1_000, [
        aProcess({ pid: 10, ppid: 1, argv: ["bunx", "agent"], ...spins(second) }),
        aProcess({ pid: 11, ppid: 10, runtime: "compiled", argv: ["agent"], ...spins(second) }),
      ]);
    const [step] = planFor(world).steps;
    expect([pids(step?.targets), pids(step?.left)]).toEqual([[10], [11]]);
  });

  test("but nothing that was moved out from behind a protected one", () => {
    const guarded = bun(11, 10, { uid: 0, user: "root" });
    const world = new World().see(0, [bun(10, SHELL, OVER), guarded, bun(12, 11)]);
    expect(pids(planFor(world).steps[0]?.targets)).toEqual([10]);
  });
});

describe("one step per root-most runaway", () => {
  test("a runaway below another one dies with it", () => {
    const { steps } = planFor(new World().see(0, [bun(10, SHELL, OVER), bun(11, 10, OVER)]));
    expect(pids(steps.map(({ victim }) => victim))).toEqual([10]);
  });

  test("so does one that was below it when it was first seen, born in the same tick or later", () => {
    for (const startTicks of [10, 12]) {
      const world = new World().see(0, [bun(10, SHELL), bun(12, 10, { startTicks })]);
      world.see(1_000, [bun(10, SHELL, OVER), bun(12, 1, { startTicks, ...OVER })]);
      const { steps } = planFor(world);
      expect(steps.map(({ victim, targets }) => [victim.id.pid, pids(targets)])).toEqual([[10, [10, 12]]]);
    }
  });

  test("two beside each other are two steps", () => {
    const { steps } = planFor(new World().see(0, [bun(10, SHELL), bun(11, 10, OVER), bun(12, 10, OVER)]));
    expect(pids(steps.map(({ victim }) => victim))).toEqual([11, 12]);
  });

  test("the gravest reason is given", () => {
    const { steps } = planFor(new World().see(0, [bun(10, SHELL, { ...OVER, ageMs: 400_000 })]));
    expect(steps[0]?.cause.rule).toBe("memory");
  });

  test.each([
    [SHELL, false],
    [1, true],
  ])("whose parent is %d in the end: orphaned %p", (ppid, isOrphan) => {
    const world = new World().see(0, [bun(10, SHELL)]).see(10_000, [bun(10, ppid, OVER)]);
    expect(planFor(world).steps).toMatchObject([{ isOrphan }]);
  });

  test("a suspect is no step", () => {
    const world = new World();
    for (const at of [0, 10]) world.see(at * 1_000, [bun(10, SHELL, { cpuMs: at * 1_000 })]);
    expect(planFor(world)).toEqual({ steps: [], heldBack: [] });
  });
});

const shell = (pid: number, ppid: number): ProcessSample => aHelper({ pid, ppid });

describe("one SIGTERM per process (Z24)", () => {
  test.each<[string, readonly ProcessSample[], readonly number[]]>([
    ["a script", [bun(10, SHELL, OVER)], [10]],
    ["its launcher passes it on", [launcher(10, SHELL, OVER), bun(11, 10)], [11]],
    ["nested launchers", [launcher(10, SHELL, OVER), launcher(11, 10), bun(12, 11)], [12]],
    [
      "a shell passes nothing on, and goes before its children",
      [launcher(10, SHELL, OVER), shell(11, 10), bun(12, 11), bun(13, 11)],
      [11, 12, 13],
    ],
    [
      "bunx",
      [
        aProcess({ pid: 10, argv: ["bunx", "tool"], ...OVER }),
        aHelper({ pid: 11, ppid: 10, argv: ["node", "tool"] }),
      ],
      [11],
    ],
    ["a launcher whose child is gone", [launcher(10, SHELL, OVER)], [10]],
    [
      "a launcher whose child stays",
      [launcher(10, SHELL, OVER), aHelper({ pid: 11, ppid: 10, sid: 11 })],
      [10],
    ],
    ["a script and its workers", [bun(10, SHELL, OVER), bun(11, 10), bun(12, 10)], [10, 11, 12]],
  ])("%s", (_, processes, signalled) =>
    expect(planFor(new World().see(0, processes)).steps[0]?.signalled).toEqual([...signalled]),
  );
});

describe("the grace", () => {
  test.each<[string, number, boolean, boolean]>([
    ["is given", 1.9, false, false],
    ["is not given at twice the memory limit", 2, false, true],
    ["is not given with --force", 1.9, true, true],
  ])("%s", (_, limits, force, immediate) => {
    const world = new World().see(0, [bun(10, SHELL, { memoryBytes: limits * GB })]);
    const [step] = planFor(world, { force }).steps;
    expect(step?.immediate).toBe(immediate);
    expect(step?.cause.evidence.includes("killed at once")).toBe(immediate && !force);
  });
});

const thrice = (victim: ProcessSample): Repeats =>
  [-2_003, -2_002, -2_001].reduce<Repeats>(
    (repeats, at) => repeatsAfterKill(repeats, { ...victim, ageMs: 0 }, at),
    noRepeats,
  );

describe("held back, with the reason", () => {
  const world = new World().see(0, [bun(10, SHELL, OVER)]);
  test.each<[string, Partial<PlanContext>, string]>([
    ["in flight", { inFlight: new Set(["10:10"]) }, "it is being stopped already"],
    [
      "in reprieve",
      { reprieves: new Map([["10:10", 30_000]]) },
      "it ran before the monitor, which spares it for 3 intervals (--yes does not)",
    ],
    [
      "breaker",
      { breaker: { killsMs: [0], open: true } },
      "the breaker is open: more than 20 kills a minute are not what was foreseen",
    ],
  ])("%s", (_, context, because) => {
    const { steps, heldBack } = planFor(world, context);
    expect(steps).toEqual([]);
    expect(heldBack).toMatchObject([{ victim: { id: { pid: 10 } }, verdict: { rule: "memory" }, because }]);
  });

  test("a reprieve ends", () =>
    expect(planFor(world, { reprieves: new Map([["10:10", 0]]) }).steps).toHaveLength(1));

  test("protected: --force does not change it", () => {
    const agent = aProcess({ pid: 10, runtime: "compiled", argv: ["agent"], ...OVER });
    const { steps, heldBack } = planFor(new World().see(0, [agent]), { force: true });
    expect(steps).toEqual([]);
    expect(heldBack[0]?.because).toBe("protected: it is a compiled program (enforceCompiled is off)");
  });

  test("protected, though the job that it is in is not", () => {
    const { steps, heldBack } = planFor(
      new World().see(0, [bun(10, SHELL), bun(11, 10, { ...OVER, uid: 0, user: "root" })]),
    );
    expect(steps).toEqual([]);
    expect(heldBack).toMatchObject([
      { victim: { id: { pid: 11 } }, because: "protected: it belongs to root", isSpared: true },
    ]);
  });

  test("who looks is in no plan, however much it uses", () =>
    expect(planFor(new World().see(0, [bun(9_999, SHELL, OVER)]))).toEqual({ steps: [], heldBack: [] }));

  test("concurrency waits until what is being stopped is gone", () => {
    const four = [10, 11, 12, 13].map((pid) => bun(pid, SHELL));
    const crowd = new World().see(0, four).see(10_000, four);
    expect(planFor(crowd).steps).toHaveLength(1);
    expect(planFor(crowd, { inFlight: new Set(["7:7"]) }).heldBack[0]?.because).toContain("counted again");
  });

  test("a plan goes no further than the breaker allows", () => {
    const policy = aPolicy({ breakerKillsPerMinute: 3 });
    const many = new World(policy).see(
      0,
      [10, 11, 12, 13].map((pid) => bun(pid, SHELL, OVER)),
    );
    const { steps, heldBack } = planFor(many, { breaker: { killsMs: [0], open: false } });
    expect([steps.length, heldBack.length]).toEqual([2, 2]);
    const person = planFor(many, { breaker: { killsMs: [0], open: true }, byPerson: true });
    expect([person.steps.length, person.heldBack.length]).toEqual([4, 0]);
  });

  test("of a plan that was confirmed nothing is carried out but what was in it", () => {
    const two = new World().see(0, [bun(10, SHELL, OVER), bun(20, SHELL, OVER)]);
    const { steps, heldBack } = planFor(two, { byPerson: true, only: [bun(20, SHELL).id] });
    expect(pids(steps.map(({ victim }) => victim))).toEqual([20]);
    expect(heldBack.map(({ because }) => because)).toEqual(["it was not in the plan that was confirmed"]);
  });

  test("nobody who was not shown dies with who was; one who has gone meanwhile holds up nothing", () => {
    const grown = new World().see(0, [bun(10, SHELL, OVER), bun(11, 10)]);
    const only = [bun(10, SHELL).id, bun(12, 10).id];
    const { steps, heldBack } = planFor(grown, { byPerson: true, only });
    expect([steps, heldBack.map(({ because }) => because)]).toEqual([
      [],
      [expect.stringContaining("(pid 11) would die with it, and was not in the plan")],
    ]);
    expect(planFor(grown, { byPerson: true, only: [...only, bun(11, 10).id] }).steps).toHaveLength(1);
  });

  test("what is over a limit and cannot be judged is in the plan as that, and is not stopped", () => {
    const policy = aPolicy({
      rules: [{ name: "servers", match: { listening: true }, limits: { timeoutMs: null } }],
    });
    const hidden = bun(10, SHELL, { ageMs: 10_000_000, listeners: null });
    const { steps, unjudged } = planFor(new World(policy).see(0, [hidden]), {});
    expect([steps.length, pids(unjudged?.map(({ victim }) => victim))]).toEqual([0, [10]]);
  });

  test.each([
    ["anybody", [], [10]],
    ["nobody who is protected", [{ name: "this", match: { command: "script" } }], []],
  ])("unjudged is %s", (_, protect, unjudged) => {
    const spinning = new World(aPolicy({ protect }));
    for (let second = 0; second <= 80; second += 10)
      spinning.see(second * 1_000, [bun(10, SHELL, { cpuMs: second * 1_000, ioBytes: null, ioCalls: null })]);
    expect(pids(planFor(spinning).unjudged?.map(({ victim }) => victim))).toEqual([...unjudged]);
  });
});

describe("back-off for what comes back (Z09)", () => {
  const limits = { ...aPolicy().limits, timeoutMs: 1_000 };
  const late = { ageMs: 2_000 };
  const heldBack = (
    facts: Partial<ProcessFacts>,
    context: Partial<PlanContext> = {},
    command = "sh serve.sh",
  ) => {
    const outside = { describe: () => command, ancestors: () => [1] };
    const world = new World(aPolicy({ limits }), undefined, outside).see(0, [
      bun(10, SHELL, { ...late, ...facts }),
    ]);
    return planFor(world, { repeats: thrice(bun(9, SHELL)), ...context }).heldBack[0]?.because ?? null;
  };

  test("names who starts it", () =>
    expect(heldBack({})).toBe("it came back after 3 kills: stop sh serve.sh (pid 500), which starts it"));

  test.each<[string, Partial<ProcessFacts>, Partial<PlanContext>, string]>([
    ["what is over its memory limit", OVER, {}, "sh serve.sh"],
    ["--force", {}, { force: true }, "sh serve.sh"],
    ["--yes", {}, { yes: true }, "sh serve.sh"],
    ["what lived before the kills", { ageMs: 2_500 }, {}, "sh serve.sh"],
    ["another program of that supervisor", { argv: ["bun", "other.ts"] }, {}, "sh serve.sh"],
    ["what a person typed once more", { terminal: true }, {}, "-bash"],
    ["what an agent runs once more", {}, {}, "node /usr/bin/codex"],
  ])("does not hold up %s", (_, facts, context, command) =>
    expect(heldBack(facts, context, command)).toBeNull(),
  );

  test("nor what a compiled agent starts", () => {
    const agent = aProcess({ pid: 700, runtime: "compiled", argv: ["agent"] });
    const shown = [agent, aHelper({ pid: 701, ppid: 700 }), bun(710, 700, late)];
    const world = new World(aPolicy({ limits })).see(0, shown);
    expect(planFor(world, { repeats: thrice(bun(9, 700)) }).steps).toHaveLength(1);
  });

  test("a supervisor beside an agent is one all the same", () => {
    const agent = aProcess({ pid: 700, runtime: "compiled", argv: ["agent"] });
    const supervisor = bun(705, SHELL, { argv: ["bun", "serve.ts"], ageMs: 500 });
    const world = new World(aPolicy({ limits })).see(0, [agent, supervisor, bun(710, 705, late)]);
    const found = planFor(world, { repeats: thrice(bun(9, 705)) });
    expect(found.steps).toEqual([]);
    expect(found.heldBack[0]?.because).toContain("stop bun serve.ts (pid 705), which starts it");
  });
});
