import { describe, expect, test } from "bun:test";
import { byHand, type ByHand, type ByHandContext } from "../../../src/core/plan/by-hand.ts";
import type { ProcessId, ProcessSample } from "../../../src/core/process/process.ts";
import { aHelper, aPolicy, aProcess, aSelf, SHELL, World, type ProcessFacts } from "../../support/build.ts";

const bun = (pid: number, ppid: number, facts: Partial<ProcessFacts> = {}): ProcessSample =>
  aProcess({ pid, ppid, ...facts });

function ask(world: World, chosen: readonly ProcessId[], context: Partial<ByHandContext> = {}): ByHand {
  const { policy, self, history } = world;
  return byHand(world.judge(), chosen, {
    policy,
    self,
    history,
    inFlight: new Set(),
    force: false,
    ...context,
  });
}

const pids = (processes: readonly ProcessSample[] | undefined): readonly number[] =>
  (processes ?? []).map(({ id }) => id.pid);
const victims = ({ steps }: ByHand): readonly number[] => pids(steps.map(({ victim }) => victim));

describe("the step", () => {
  const launcher = bun(10, SHELL, { argv: ["bun", "run", "dev"] });
  const script = bun(11, 10);
  const daemon = aHelper({ pid: 12, ppid: 11, sid: 12 });
  const world = new World().see(0, [launcher, script, daemon]);

  test("is what a limit's would be: who dies with it, one SIGTERM each, what stays", () => {
    const [step] = ask(world, [launcher.id]).steps;
    expect(step).toMatchObject({ jobId: "10:10", signalled: [11], immediate: false });
    expect([pids(step?.targets), pids(step?.left)]).toEqual([[10, 11], [12]]);
    expect(step?.cause).toEqual({ by: "asked", rule: "manual", evidence: "a person asked for it" });
  });

  test("below the root only what is below it goes", () =>
    expect(pids(ask(world, [script.id]).steps[0]?.targets)).toEqual([11]));

  test("of a plan that was confirmed nobody else dies", () => {
    const { steps, refused } = ask(world, [launcher.id], { only: [launcher.id] });
    expect([steps, refused]).toMatchObject([[], [{ pid: 10 }]]);
    expect(refused[0]?.because).toContain("would die with it");
    expect(ask(world, [launcher.id], { only: [launcher.id, script.id] }).steps).toHaveLength(1);
  });

  test("--force skips the grace", () =>
    expect(ask(world, [script.id], { force: true }).steps[0]?.immediate).toBe(true));

  test("what was known against it is said", () => {
    const old = new World().see(0, [bun(10, SHELL, { ageMs: 360_000 })]);
    expect(ask(old, [bun(10, SHELL).id]).steps[0]?.cause.evidence).toBe(
      "a person asked for it; it has run for 6 min (limit 5 min)",
    );
  });

  test("observe does not hold it back", () => {
    const observing = new World(aPolicy({ mode: "observe" })).see(0, [bun(10, SHELL)]);
    expect(victims(ask(observing, [bun(10, SHELL).id]))).toEqual([10]);
  });
});

describe("several", () => {
  const world = new World().see(0, [bun(10, SHELL), bun(11, 10), bun(20, SHELL)]);
  test.each<[string, readonly number[], readonly number[]]>([
    ["in the order asked for", [20, 10], [20, 10]],
    ["named twice", [20, 20], [20]],
    ["one below the other, whichever comes first", [11, 10, 20], [10, 20]],
    ["one below the other, the upper first", [10, 11], [10]],
  ])("%s", (_, chosen, expected) =>
    expect(
      victims(
        ask(
          world,
          chosen.map((pid) => bun(pid, SHELL).id),
        ),
      ),
    ).toEqual([...expected]),
  );
});

describe("is refused", () => {
  const inView = bun(10, SHELL);
  test.each<[string, ProcessSample, Partial<ProcessId>, Partial<ByHandContext>, string]>([
    ["a pid that nobody has", inView, { pid: 99 }, {}, "no Bun process with this pid"],
    ["a reused pid", inView, { startTicks: 9 }, {}, "not the process that was shown any more"],
    ["another program since", inView, { exe: "8:9" }, {}, "not the process that was shown any more"],
    ["one being stopped", inView, {}, { inFlight: new Set(["10:10"]) }, "being stopped already"],
    [
      "ours",
      bun(10, SHELL, { argv: ["bun", "scripts/bunctl.ts"] }),
      {},
      {},
      "protected: it belongs to bun-watchdog",
    ],
    ["an ancestor", inView, {}, { self: aSelf({ ancestors: [10, 1] }) }, "the watchdog was started below it"],
    ["the watchdog", inView, {}, { self: aSelf({ pid: 10 }) }, "it is the watchdog itself"],
    ["another user's", bun(10, SHELL, { uid: 0, user: "root" }), {}, {}, "it belongs to root"],
    [
      "a compiled program",
      bun(10, SHELL, { runtime: "compiled", argv: ["agent"] }),
      {},
      {},
      "it is a compiled program (enforceCompiled is off)",
    ],
    ["a container's", bun(10, SHELL, { nested: true }), {}, {}, "it runs in a container"],
  ])("%s", (_, process, other, context, because) => {
    // scope machine: whoever is in view at all can be asked for
    const world = new World(aPolicy({ scope: "machine" })).see(0, [process]);
    for (const force of [false, true]) {
      const { steps, refused } = ask(world, [{ ...process.id, ...other }], { ...context, force });
      expect(steps).toEqual([]);
      expect(refused.map((each) => each.because)).toEqual([expect.stringContaining(because)]);
    }
  });

  test("a member that is not Bun: the job's root is named", () => {
    const helper = aHelper({ pid: 11, ppid: 10 });
    const { steps, refused } = ask(new World().see(0, [inView, helper]), [helper.id]);
    expect(steps).toEqual([]);
    expect(refused[0]?.because).toContain("(pid 10)");
  });

  test("what the configuration protects, and the others are stopped all the same", () => {
    const policy = aPolicy({ protect: [{ name: "the database", match: { args: "db.ts" } }] });
    const world = new World(policy).see(0, [bun(10, SHELL, { argv: ["bun", "db.ts"] }), bun(20, SHELL)]);
    const order = ask(world, [bun(10, SHELL).id, bun(20, SHELL).id]);
    expect(order.refused[0]?.because).toBe('protected: the configuration protects "the database"');
    expect(victims(order)).toEqual([20]);
  });
});
