/** One look at a machine whose processes come and go while it looks. */
import { expect, test } from "bun:test";
import { emptyHistory, jobMarked } from "../../../src/core/judge/history.ts";
import type { Step } from "../../../src/core/plan/plan.ts";
import type { RuleName } from "../../../src/core/judge/verdict.ts";
import { confirmed, look } from "../../../src/monitor/tick.ts";
import type { ProcessSampler } from "../../../src/ports/sampler.ts";
import { aPolicy, aProcess, aSelf, aSnapshot, World } from "../../support/build.ts";

/** Another process at each sample; from the `answering`-th on it lives for long enough to be asked. */
function hydra(answering: number): { readonly sampler: ProcessSampler; readonly samples: () => number } {
  let samples = 0;
  const sampler: ProcessSampler = {
    sample: () => aSnapshot([aProcess({ pid: 100 + ++samples })]),
    inspect: (asked) =>
      new Map(
        samples < answering ? [] : [...asked.keys()].map(({ id }) => [id.pid, { listeners: [] }] as const),
      ),
    machine: () => ({ cpus: 2, availableBytes: 0 }),
    describe: () => null,
    ancestors: () => [1],
    close: () => undefined,
  };
  return { sampler, samples: () => samples };
}

test.each([
  [1, 1, []],
  [2, 2, []],
  [3, 3, []],
  [4, 3, undefined],
])("answers at the %i. reading: %i samples", (answering, samples, listeners) => {
  const machine = hydra(answering);
  const { snapshot } = look(machine.sampler, emptyHistory, aPolicy(), aSelf(), {
    kind: "monitor",
    full: true,
  });
  expect(machine.samples()).toBe(samples);
  expect(snapshot.processes.get(100 + samples)?.listeners).toEqual(listeners);
});

const head = (pid: number) => aProcess({ pid, ppid: 1, ageMs: 50, argv: ["bun", "hydra.ts"] });

test("whoever comes after a marked head is asked for its mark, and the next one when it was gone by then", () => {
  const world = new World().see(0, [head(100)]).see(10_000, [head(101)]);
  const before = jobMarked(world.history, "101:101");
  const asked: string[] = [];
  const { sampler, samples } = hydra(Infinity);
  const marked: ProcessSampler = {
    ...sampler,
    sample: () => {
      sampler.sample();
      return aSnapshot([head(101 + samples())], 20_000);
    },
    inspect: (wanted) => {
      for (const [{ id }, what] of wanted) if (what.has("marks")) asked.push(`${id.pid}`);
      return new Map();
    },
  };
  look(marked, before, aPolicy(), aSelf(), { kind: "monitor", full: false });
  expect(asked).toEqual(["102", "103", "104"]);
});

const step = (jobId: string, pid: number, rule: RuleName): Step => ({
  jobId,
  victim: aProcess({ pid }),
  cause: { by: "verdict", rule, limit: 1, value: 2, heldMs: 0, holdMs: 0, decision: "runaway", evidence: "" },
  targets: [],
  signalled: [],
  left: [],
  isOrphan: false,
  immediate: false,
});

test.each([
  ["the same process for the same rule", step("a", 1, "cpu"), step("a", 1, "cpu"), true],
  ["the same process, for another limit by now", step("a", 1, "timeout"), step("a", 1, "cpu"), true],
  ["a hydra's next head", step("a", 1, "timeout"), step("a", 2, "timeout"), true],
  ["another process of the job, for another limit", step("a", 1, "timeout"), step("a", 2, "cpu"), false],
  ["another job", step("a", 1, "timeout"), step("b", 2, "timeout"), false],
])("the second look confirms %s: %#", (_name, first, second, isConfirmed) => {
  expect(confirmed({ steps: [first], heldBack: [] }, { steps: [second], heldBack: [] })).toEqual(
    isConfirmed ? [second] : [],
  );
});
