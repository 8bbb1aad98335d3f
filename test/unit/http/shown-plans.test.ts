import { expect, test } from "bun:test";
import type { Step } from "../../../src/core/plan/plan.ts";
import { ShownPlans } from "../../../src/http/shown-plans.ts";
import { aProcess, SHELL } from "../../support/build.ts";

const step = (...pids: readonly [number, ...number[]]): Step => {
  const targets = pids.map((pid) => aProcess({ pid, ppid: SHELL }));
  const [victim = aProcess({ pid: 0, ppid: SHELL })] = targets;
  return {
    jobId: "j",
    victim,
    cause: { by: "asked", rule: "manual", evidence: "asked" },
    targets,
    signalled: [],
    left: [],
    isOrphan: false,
    immediate: false,
  };
};

test("a plan is good once, for what it was made for, and for two minutes", () => {
  let nowMs = 0;
  const plans = new ShownPlans(() => nowMs);
  const show = (): string => plans.show({ about: "a", force: false, steps: [step(10)] }) ?? "";
  expect(plans.show({ about: "a", force: false, steps: [] })).toBeNull();
  const id = show();
  expect(plans.take(id, "b")).toBeNull();
  expect(plans.take(id, "a")?.steps).toHaveLength(1);
  expect(plans.take(id, "a")).toBeNull();
  const late = show();
  nowMs = 120_001;
  expect(plans.take(late, "a")).toBeNull();
});

test("of many plans the oldest are forgotten", () => {
  const plans = new ShownPlans(() => 0);
  const ids = Array.from(
    { length: 65 },
    () => plans.show({ about: "a", force: false, steps: [step(10)] }) ?? "",
  );
  expect(ids.map((id) => plans.take(id, "a") === null).filter(Boolean)).toHaveLength(1);
  expect(plans.take(ids[0] ?? "", "a")).toBeNull();
});
