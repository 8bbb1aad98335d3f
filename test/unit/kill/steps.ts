/** Steps of the kill protocol on processes made of data. */
import { judgedAs } from "../../../src/core/plan/cause.ts";
import type { Step } from "../../../src/core/plan/plan.ts";
import { terminate, type StepOutcome, type TerminateOptions } from "../../../src/kill/terminate.ts";
import { aTimeout } from "../../support/build.ts";
import type { Beings } from "./beings.ts";

export const SHELL = 5;

/** Whoever of these is there now is planned for; the first is the victim. */
export function stepFor(world: Beings, pids: readonly number[], more: Partial<Step> = {}): Step {
  const targets = pids.map((pid) => world.all.get(pid)!.sample);
  const [victim] = targets;
  if (victim === undefined) throw new Error("nobody is planned for");
  return {
    jobId: "10",
    victim,
    cause: judgedAs(aTimeout),
    targets,
    signalled: [victim.id.pid],
    left: [],
    isOrphan: false,
    immediate: false,
    ...more,
  };
}

export const stop = (
  world: Beings,
  step: Step,
  options: Partial<TerminateOptions> = {},
): Promise<StepOutcome> => terminate(step, world.ports, { graceMs: 5_000, mayKill: () => true, ...options });

export const resultOf = ({ outcomes }: StepOutcome, pid: number): unknown =>
  outcomes.find(({ id }) => id.pid === pid)?.result;
export const words = ({ outcomes }: StepOutcome): readonly string[] =>
  outcomes.map(({ result }) => result.outcome);
