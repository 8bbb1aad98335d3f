/** What the gates of this account hold, for who watches: read again only when a directory of records has changed. */
import { statSync } from "node:fs";
import type { GatedJob } from "../../../core/owner.ts";
import type { ContainerPlace, SlotRecord } from "../../../core/slot.ts";
import type { GatedJobs } from "../../../ports.ts";
import { namesAt, readSlots } from "./slot-files.ts";
import { Group } from "../contain/group.ts";
import { livingId } from "../process-id.ts";
import { ownPidNamespace } from "../this-process.ts";

interface Books {
  readonly changed: bigint;
  readonly records: readonly SlotRecord[];
}

const GATE = "gate-";

/** `runtimeDirectories`: of the account; they need not exist. */
export function openGatedJobs(runtimeDirectories: readonly string[]): GatedJobs {
  const own = ownPidNamespace();
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
  const isLooked = ({ pidNamespace: namespace, wrapper }: SlotRecord): boolean => {
    if (namespace !== own) return false;
    return livingId(wrapper.pid)?.startTicks === wrapper.startTicks;
  };
  return {
    now: () =>
      runtimeDirectories
        .flatMap((directory) =>
          namesAt(directory)
            .filter((name) => name.startsWith(GATE))
            .flatMap((name) => booksOf(`${directory}/${name}/slots`)),
        )
        .filter(isLooked)
        .map((record): GatedJob => ({ record, pids: membersIn(record.place) })),
  };
}

const membersIn = (place: ContainerPlace): ReadonlySet<number> =>
  new Set(place.kind === "marker" ? [] : new Group(place.directory).pids());
