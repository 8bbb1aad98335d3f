/** What the gates of this account hold, for who watches: read again only when a directory of records has changed. */
import { statSync } from "node:fs";
import type { GatedJob } from "../core/owner.ts";
import type { SlotRecord } from "../core/slot.ts";
import type { GatedJobs } from "../ports.ts";

/** What each backend tells about the gates' directories and records. */
export interface GateReadings {
  /** What is in a directory; nothing where it is absent. */
  readonly namesAt: (directory: string) => readonly string[];
  readonly readSlots: (directory: string) => readonly SlotRecord[];
  /** Its wrapper lives, and its numbers mean something here. */
  readonly isLookedAfter: (record: SlotRecord) => boolean;
  /** Members of its control group; empty where there is none. */
  readonly membersOf: (record: SlotRecord) => ReadonlySet<number>;
}

interface Books {
  readonly changed: bigint;
  readonly records: readonly SlotRecord[];
}

const GATE = "gate-";

/** `ownDirectories`: what may be believed, at this moment. */
export function gatedJobs(
  ownDirectories: () => readonly string[],
  { namesAt, readSlots, isLookedAfter, membersOf }: GateReadings,
): GatedJobs {
  const known = new Map<string, Books>();

  const booksOf = (directory: string): readonly SlotRecord[] => {
    const changed = statSync(directory, { bigint: true, throwIfNoEntry: false })?.mtimeNs;
    if (changed === undefined) return [];
    const before = known.get(directory);
    if (before?.changed === changed) return before.records;
    const records = readSlots(directory);
    known.set(directory, { changed, records });
    return records;
  };
  return {
    now: () =>
      ownDirectories()
        .flatMap((directory) =>
          namesAt(directory)
            .filter((name) => name.startsWith(GATE))
            .flatMap((name) => booksOf(`${directory}/${name}/slots`)),
        )
        .filter(isLookedAfter)
        .map((record): GatedJob => ({ record, pids: membersOf(record) })),
  };
}
