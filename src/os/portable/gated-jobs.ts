/** Gates exist on Linux alone; beside one, the portable backend leaves to it whatever may be its own. */
import { parseSlotRecord } from "../../core/slots/slot-record.ts";
import { listedAt, textAt } from "../../trust/small-files.ts";
import type { GateReadings } from "../gated-jobs.ts";
import { isFree } from "./identity.ts";

export const portableGate: GateReadings = {
  namesAt: listedAt,
  readSlots: (directory) =>
    listedAt(directory).flatMap((name) => {
      if (!name.endsWith(".json")) return [];
      const text = textAt(`${directory}/${name}`, "ENOENT");
      return (text === null ? null : parseSlotRecord(text)) ?? [];
    }),
  // whoever has the pid now: a job that is left alone for too long does less harm than one with two killers
  isLookedAfter: ({ owner }) => !isFree(owner.pid),
  // nobody tells: of an earlier boot's job no process is found
  isOfThisBoot: () => true,
  ranMs: () => null,
  membersOf: ({ root }) => new Set(root === null ? [] : [root.pid]),
};
