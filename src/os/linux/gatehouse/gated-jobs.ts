/** Whose wrapper lives, and who is in their control groups. */
import type { GateReadings } from "../../gated-jobs.ts";
import { Group } from "../contain/group.ts";
import { livingId } from "../process-id.ts";
import { ownPidNamespace } from "../this-process.ts";
import { namesAt, readSlots } from "./slot-files.ts";

export function linuxGate(): GateReadings {
  const own = ownPidNamespace();
  return {
    namesAt,
    readSlots,
    isLookedAfter: ({ pidNamespace, wrapper }) =>
      pidNamespace === own && livingId(wrapper.pid)?.startTicks === wrapper.startTicks,
    membersOf: ({ place }) => new Set(place.kind === "marker" ? [] : new Group(place.directory).pids()),
  };
}
