/** Gates exist on Linux alone; beside one, the portable backend leaves to it whatever may be its own. */
import type { GateReadings } from "../gated-jobs.ts";
import { isFree } from "./free.ts";

export const portableGate: GateReadings = {
  // whoever has the pid now: a job that is left alone for too long does less harm than one with two killers
  isLookedAfter: ({ wrapper }) => !isFree(wrapper.pid),
  membersOf: ({ root }) => new Set(root === null ? [] : [root.pid]),
};
