/** Gates exist on Linux alone; beside one, the portable backend leaves to it whatever may be its own. */
import { readdirSync, readFileSync } from "node:fs";
import { parseSlotRecord } from "../../core/slots/slot-record.ts";
import { orElse } from "../../text/system-error.ts";
import type { GateReadings } from "../gated-jobs.ts";
import { isFree } from "./free.ts";

const namesAt = (directory: string): readonly string[] => ifThere(() => readdirSync(directory)) ?? [];

export const portableGate: GateReadings = {
  namesAt,
  readSlots: (directory) =>
    namesAt(directory).flatMap((name) => {
      if (!name.endsWith(".json")) return [];
      const text = ifThere(() => readFileSync(`${directory}/${name}`, "utf8"));
      return (text === null ? null : parseSlotRecord(text)) ?? [];
    }),
  // whoever has the pid now: a job that is left alone for too long does less harm than one with two killers
  isLookedAfter: ({ owner }) => !isFree(owner.pid),
  // nobody tells: of an earlier boot's job no process is found
  isOfThisBoot: () => true,
  ranMs: () => null,
  membersOf: ({ root }) => new Set(root === null ? [] : [root.pid]),
};

/** null: it has gone meanwhile, or was never there. */
const ifThere = <T>(read: () => T): T | null => orElse(null, read, "ENOENT");
