/** What a container can be relied on for, in words and as it was read back. */
import { JOB_VARIABLE } from "../../../core/process/slot.ts";
import type { ContainerFacts, KeptCap } from "../../../ports/container.ts";
import type { Group } from "./group.ts";

const PROMISE =
  "everything it starts, whatever that does: a control group holds it, and who leaves that is found by its parents";
const PROMISE_WITHOUT_GROUP =
  "everything that descends from it, as long as this wrapper lives; if that is killed, only what kept the environment " +
  `variable ${JOB_VARIABLE} is found again`;

/** `refused`: why the kernel does not keep the limit on memory; null = it does. */
export const factsOf = (
  group: Group | null,
  isLimited: boolean,
  refused: string | null,
  caps: readonly KeptCap[],
): ContainerFacts => ({
  promise: group === null ? PROMISE_WITHOUT_GROUP : PROMISE,
  memory: isLimited ? (refused === null ? "kernel" : "sampled") : "none",
  whyNot: isLimited ? refused : null,
  caps,
});
