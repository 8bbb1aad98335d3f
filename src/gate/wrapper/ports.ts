/** Opens what a launch needs of the machine. A part that most launches do not need is loaded where it is needed. */
import type { LaunchSettings } from "../../config/cached.ts";
import type { Sharing, Ungated } from "../../core/slots/admission.ts";
import type { LaunchPlan } from "../../core/slots/launch-limits.ts";
import type { Policy } from "../../core/judge/policy.ts";
import type { GatePorts } from "../run.ts";
import { systemClock } from "../../os/clock.ts";
import { countUngatedBun } from "../../os/linux/gatehouse/count-ungated.ts";
import { openGatehouse } from "../../os/linux/gatehouse/gatehouse.ts";
import { isOwnDirectory } from "../../os/linux/files/private-files.ts";
import { ProcFiles } from "../../os/linux/proc/proc-files.ts";
import { descriptorReserve, openContainers } from "../../os/select-containers.ts";
import type { ThisProcess } from "../../ports/this-process.ts";
import { gateDirectory } from "../../host/scope.ts";
import { type WaitingLine, say } from "./say.ts";
import { relay } from "./relay.ts";
import type { SlotRecord } from "../../core/process/slot.ts";
import { ownChild } from "../../os/linux/contain/own-children.ts";
import type { Question } from "./bun-watchdog-counter.ts";
import { ownCommand, ownEnvironment } from "../../trust/own-bun.ts";

interface Opening {
  readonly self: ThisProcess;
  readonly runtime: string;
  readonly settings: LaunchSettings;
  readonly plan: LaunchPlan;
  readonly progress: WaitingLine;
  readonly counter: string;
  readonly sharing: Sharing;
}

export function openPorts({ self, runtime, settings, plan, progress, counter, sharing }: Opening): GatePorts {
  const { policy, gate, projectRoot } = settings;
  const proc = new ProcFiles();
  return {
    self,
    gatehouse: openGatehouse(gateDirectory(runtime, policy)),
    containers: openContainers(),
    clock: systemClock,
    reserve: descriptorReserve,
    onTrouble: (sentence) => say(`warning: ${sentence}.`),
    ungated: async (room, slots) => {
      if (!gate.countUngated || countUngatedBun(proc, process.pid) < room) return [];
      // those of this project, where the slots are its own
      const whose: Policy = sharing === null ? policy : { ...policy, scope: "project" };
      return ungatedJobs(counter, whose, slots);
    },
    queueOf: (root) => (root === null ? 0 : Bun.hash.crc32(root)),
    onWaiting: progress.show,
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

/** `counter`: path of the program that is asked. Throws when it cannot tell. */
async function ungatedJobs(
  counter: string,
  policy: Policy,
  slots: readonly SlotRecord[],
): Promise<readonly Ungated[]> {
  const question: Question = { policy, gated: slots.flatMap(({ root }) => root?.pid ?? []) };
  const child = Bun.spawn(ownCommand(counter), {
    cwd: "/",
    env: ownEnvironment(process.env),
    stdin: new Blob([JSON.stringify(question)]),
    stdout: "pipe",
    stderr: "pipe",
  });
  ownChild(child);
  const [answer, trouble] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  if (child.exitCode === 0 && answer.startsWith("[")) {
    // written by our own program
    const jobs: readonly Ungated[] = JSON.parse(answer);
    return jobs;
  }
  const why = trouble.trim() || `it ended with ${child.signalCode ?? child.exitCode} and said "${answer}"`;
  throw Object.assign(
    new Error(
      `The Bun jobs outside the gate could not be counted: ${why}. Try again, or set gate.countUngated to false`,
    ),
    { code: "FAILED" },
  );
}
