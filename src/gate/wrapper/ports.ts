/** Opens what a launch needs of the machine. A part that most launches do not need is loaded where it is needed. */
import type { LaunchSettings } from "../../config/cached.ts";
import type { LaunchPlan } from "../../core/slots/launch-limits.ts";
import type { GatePorts } from "../run.ts";
import { systemClock } from "../../os/clock.ts";
import { openGatehouse } from "../../os/linux/gatehouse/gatehouse.ts";
import { isOwnDirectory } from "../../os/linux/files/private-files.ts";
import { descriptorReserve, openContainers } from "../../os/select-containers.ts";
import type { ThisProcess } from "../../ports/this-process.ts";
import { gateDirectory } from "../../host/scope.ts";
import { slotPorts } from "../../host/slots.ts";
import { type WaitingLine, say } from "./say.ts";
import { relay } from "./relay.ts";

interface Opening {
  readonly self: ThisProcess;
  readonly runtime: string;
  readonly settings: LaunchSettings;
  readonly plan: LaunchPlan;
  readonly progress: WaitingLine;
}

export function openPorts({ self, runtime, settings, plan, progress }: Opening): GatePorts {
  const { policy, projectRoot } = settings;
  return {
    self,
    gatehouse: openGatehouse(gateDirectory(runtime, policy)),
    containers: openContainers(),
    clock: systemClock,
    reserve: descriptorReserve,
    onTrouble: (sentence) => say(`warning: ${sentence}.`),
    ...slotPorts(settings),
    onWaiting: ({ seen }) => progress.show(seen),
    beforeStart: () => {
      progress.clear();
      return relay(() => systemClock.monotonicMs());
    },
    forKilling: async () => (await import("../../host/project-killing.ts")).killPorts(projectRoot),
    ...(plan.sparing && {
      isSpared: async (members) => (await import("./timeout-exemption.ts")).isSpared(members, policy),
    }),
  };
}

/** The best candidate is there in nearly every case; else the whole search is loaded, which also makes it. */
export async function runtimeDirectory(uid: number): Promise<string> {
  const usual = uid === 0 ? "/run/bun-watchdog" : `/run/user/${uid}/bun-watchdog`;
  const isUsual = (uid === 0 || isOwnDirectory(`/run/user/${uid}`, uid)) && isOwnDirectory(usual, uid);
  return isUsual ? usual : (await import("../../os/runtime-directory.ts")).ensureRuntimeDirectory(uid);
}
