/** Says which launched jobs have a living owner, and which processes are in their control groups. */
import type { GateReadings } from "../../gated-jobs.ts";
import { Group } from "../contain/group.ts";
import { Marked } from "../contain/marked.ts";
import { sinceStartMs } from "../sample/clocks.ts";
import { isAlive, livingIds } from "../proc/process-id.ts";
import { ownBootId, ownPidNamespace } from "../proc/this-process.ts";
import { namesIn } from "../files/files.ts";
import { isSlotHeld, readSlots } from "./slot-files.ts";

export function linuxGate(): GateReadings {
  const [own, boot] = [ownPidNamespace(), ownBootId()];
  return {
    namesAt: namesIn,
    readSlots,
    isLookedAfter: ({ jobId, owner, pidNamespace }, slots) =>
      (pidNamespace === own && isAlive(owner)) || isSlotHeld(slots, jobId),
    ranMs: ({ root, owner, sinceMs }) => {
      if (root !== null) return sinceStartMs(root.startTicks);
      // it died before it had written down whom it had started: the owner, which may have waited first, is older
      return Math.min(sinceStartMs(owner.startTicks), Date.now() - sinceMs);
    },
    isOfThisBoot: ({ bootId }) => bootId === boot,
    membersOf: ({ jobId, place }, isAbandoned) => {
      const inGroup = place.kind === "marker" ? [] : new Group(place.directory).pids();
      // whoever left the group is found by its mark
      return new Set([...inGroup, ...(isAbandoned ? carrying(jobId) : [])]);
    },
  };
}

/** Every environment is read: only for a job whose owner is dead. */
function carrying(jobId: string): readonly number[] {
  using marked = new Marked(jobId);
  return livingIds(marked.pids()).map(({ pid }) => pid);
}
