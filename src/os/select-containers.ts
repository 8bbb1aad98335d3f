/**
 * As select.ts, for what launches: apart from it, so that a wrapper which only waits for its child loads no sampler, and a
 * monitor no containers. All of it is Linux's: `whyNoLaunch` of select-start.ts is asked before.
 */
import type { ProcessId } from "../core/process/process.ts";

export { enterUserScope, ownScope, SCOPE_VARIABLE } from "./linux/contain/user-scope.ts";
export { openLinuxContainers as openContainers } from "./linux/contain/factory.ts";
export { argumentBefore, readThisProcess as thisProcess } from "./linux/proc/this-process.ts";
export { inheritedDescriptors, requirePassable } from "./linux/start/inherited.ts";
export { reapOrphans } from "./linux/start/reap.ts";
export { descriptorReserve } from "./linux/start/reserve.ts";
export { ownChild } from "./linux/contain/own-children.ts";
export { countUngatedBun } from "./linux/gatehouse/count-ungated.ts";
export { openGatehouse } from "./linux/gatehouse/gatehouse.ts";
export { isInUse, markInUse } from "./linux/files/in-use.ts";
export { leaveJobs } from "./linux/contain/leave-jobs.ts";
export { relaySignals } from "./linux/start/relay-signals.ts";
export { ProcFiles } from "./linux/proc/proc-files.ts";
export type { ContainerOptions } from "./linux/contain/factory.ts";

const handOver = (): typeof import("./linux/traffic/hand-over.ts") => require("./linux/traffic/hand-over.ts");

/** The same as in hand-over.ts. Loaded by a reload. */
export const servers = {
  directTo: (root: ProcessId): Disposable | null => handOver().directTo(root),
  hasWaiting: (root: ProcessId): boolean => handOver().hasWaiting(root),
};

const kin = (): typeof import("./linux/contain/kin.ts") => require("./linux/contain/kin.ts");

/** The same as in kin.ts. */
export const besideJobs = (child: Bun.Subprocess): void => kin().runsBesideJobs(child);

/** On which TCP ports a process, or something that it has started, listens; null: it has ended. Loaded when it is asked. */
export const listeningPorts = (root: ProcessId): ReadonlySet<number> | null => {
  const evidence: typeof import("./linux/evidence/listening.ts") = require("./linux/evidence/listening.ts");
  return evidence.portsOf(root);
};
