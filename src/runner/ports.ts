/** Opens what a runner launches and ends its jobs with. */
import { gateDirectory } from "../host/scope.ts";
import type { LaunchPorts } from "../launch/request.ts";
import { sharedReserve } from "../launch/shared-reserve.ts";
import { systemClock } from "../os/clock.ts";
import { ensureRuntimeDirectory } from "../os/runtime-directory.ts";
import { descriptorReserve, openContainers, openGatehouse, thisProcess } from "../os/select-containers.ts";
import { ownUid } from "../trust/open.ts";
import type { RunnerSlots } from "./slots.ts";

interface RunnerOptions {
  /** Is told in a sentence what went wrong beside a job: the job goes on all the same. */
  readonly onTrouble?: (sentence: string) => void;
  /** As in LaunchPorts: so it is for programs of ours, and not for those of others. */
  readonly isAlone?: boolean;
  /** Jobs that count take one of them. null: they take none. */
  readonly slots?: RunnerSlots | null;
}

export interface RunnerPorts extends LaunchPorts, Pick<RunnerOptions, "slots"> {}

/**
 * The ports for the jobs of one directory; one call is enough for all of them.
 * @throws an Error with the code UNSUPPORTED_PLATFORM where this system is none that it knows
 */
export function openRunner(
  project: string,
  { onTrouble = warn, isAlone = false, slots = null }: RunnerOptions = {},
): RunnerPorts {
  return {
    gatehouse: openGatehouse(
      gateDirectory(ensureRuntimeDirectory(ownUid() ?? 0), { scope: slots?.scope ?? "user" }),
    ),
    containers: openContainers(),
    self: thisProcess(),
    clock: systemClock,
    reserve: sharedReserve(descriptorReserve),
    onTrouble,
    isAlone,
    slots,
    forKilling: async () => (await import("../host/project-killing.ts")).killPorts(project),
  };
}

const warn = (sentence: string): void => console.error(`warning: ${sentence}.`);
