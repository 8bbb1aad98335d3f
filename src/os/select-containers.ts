/**
 * As select.ts, for what launches: apart from it, so that a wrapper which only waits for its child loads no sampler, and a
 * monitor no containers.
 */
import type { ProcessId } from "../core/process/process.ts";
import type { ContainerFactory } from "../ports/container.ts";
import type { ThisProcess } from "../ports/this-process.ts";
import { type ContainerOptions, openLinuxContainers } from "./linux/contain/factory.ts";
import { readThisProcess } from "./linux/proc/this-process.ts";

export { enterUserScope, ownScope, SCOPE_VARIABLE } from "./linux/contain/user-scope.ts";
export { argumentBefore } from "./linux/proc/this-process.ts";
export { inheritedDescriptors, requirePassable } from "./linux/start/inherited.ts";
export { reapOrphans } from "./linux/start/reap.ts";
export { descriptorReserve } from "./linux/start/reserve.ts";
export { openGatehouse } from "./linux/gatehouse/gatehouse.ts";
export { leaveJobs } from "./linux/contain/leave-jobs.ts";
export { relaySignals } from "./linux/start/relay-signals.ts";
export type { ContainerOptions } from "./linux/contain/factory.ts";

/** Throws an Error with code "UNSUPPORTED_PLATFORM". */
export const openContainers = (options: ContainerOptions = {}): ContainerFactory => {
  requireLinux();
  return openLinuxContainers(options);
};

/** Throws an Error with code "UNSUPPORTED_PLATFORM" or "PROC_NAMESPACE". */
export const thisProcess = (): ThisProcess => {
  requireLinux();
  return readThisProcess();
};

const requireLinux = (): void => {
  if (process.platform === "linux") return;
  throw Object.assign(
    new Error(
      `bun-watchdog does not know how to hold a job together on ${process.platform} yet. Run it on Linux.`,
    ),
    { code: "UNSUPPORTED_PLATFORM" },
  );
};

/** On which TCP ports a process, or something that it has started, listens; null: it has ended. Loaded when it is asked. */
export const listeningPorts = (root: ProcessId): ReadonlySet<number> | null => {
  const evidence: typeof import("./linux/evidence/listening.ts") = require("./linux/evidence/listening.ts");
  return evidence.portsOf(root);
};
