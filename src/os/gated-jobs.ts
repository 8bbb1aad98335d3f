/** What the gates of this account hold, and whose owner is dead, for who watches: read again only when a directory of records has changed. */
import { statSync } from "node:fs";
import type { GatedJob } from "../core/judge/owner.ts";
import type { SlotRecord } from "../core/process/slot.ts";
import type { GatedJobs } from "../ports/gate.ts";

export interface GateReadings {
  /** What is in a directory; nothing where it is absent. */
  readonly namesAt: (directory: string) => readonly string[];
  readonly readSlots: (directory: string) => readonly SlotRecord[];
  /** Its owner lives; `slots` is the directory that the record is in. */
  readonly isLookedAfter: (record: SlotRecord, slots: string) => boolean;
  /** Nothing of another boot is alive. */
  readonly isOfThisBoot: (record: SlotRecord) => boolean;
  /** How long its job has run, by a clock that nobody can set; null = nobody tells. */
  readonly ranMs: (record: SlotRecord) => number | null;
  /** Members of its control group, or, of an abandoned one without a group, those who carry its mark. */
  readonly membersOf: (record: SlotRecord, isAbandoned: boolean) => ReadonlySet<number>;
}

const GATE = "gate-";

/** `ownDirectories`: what may be believed, at this moment. */
export function gatedJobs(
  ownDirectories: () => readonly string[],
  { namesAt, readSlots, isLookedAfter, isOfThisBoot, ranMs, membersOf }: GateReadings,
): GatedJobs {
  const known = new Map<string, { readonly changed: bigint; readonly records: readonly SlotRecord[] }>();

  const booksOf = (directory: string): readonly SlotRecord[] => {
    const changed = statSync(directory, { bigint: true, throwIfNoEntry: false })?.mtimeNs;
    if (changed === undefined) return [];
    const before = known.get(directory);
    if (before?.changed === changed) return before.records;
    const records = readSlots(directory);
    known.set(directory, { changed, records });
    return records;
  };
  /** Job id → when its owner was first seen dead. */
  const dead = new Map<string, number>();
  /** Of these nobody is left either: the record waits for the next launch to clear it away. */
  const over = new Set<string>();

  const jobOf = (record: SlotRecord, slots: string): GatedJob | null => {
    if (over.has(record.jobId)) return null;
    const isAbandoned = !isLookedAfter(record, slots);
    if (isAbandoned && !isOfThisBoot(record)) return null;
    const pids = membersOf(record, isAbandoned);
    if (!isAbandoned) return { record, pids, abandoned: null };
    if (pids.size === 0) {
      over.add(record.jobId);
      return null;
    }
    const nowMs = performance.now();
    const sinceMs = dead.get(record.jobId) ?? nowMs;
    dead.set(record.jobId, sinceMs);
    return { record, pids, abandoned: { deadForMs: nowMs - sinceMs, overdueMs: overdueOf(record) } };
  };
  /** The clock on the wall may have been set since the launch: the deadline holds as the time that was given. */
  const overdueOf = (record: SlotRecord): number | null => {
    const { deadlineMs } = record.limits;
    if (deadlineMs === null) return null;
    return (ranMs(record) ?? Date.now() - record.sinceMs) - (deadlineMs - record.sinceMs);
  };

  return {
    now: () => {
      const books = ownDirectories()
        .flatMap((directory) => namesAt(directory).map((name) => [directory, name] as const))
        .filter(([, name]) => name.startsWith(GATE))
        .map(([directory, name]) => `${directory}/${name}/slots`)
        .flatMap((slots) => booksOf(slots).map((record) => ({ record, slots })));
      const ids = new Set(books.map(({ record }) => record.jobId));
      for (const jobId of dead.keys()) if (!ids.has(jobId)) dead.delete(jobId);
      for (const jobId of over) if (!ids.has(jobId)) over.delete(jobId);
      return books.flatMap(({ record, slots }) => jobOf(record, slots) ?? []);
    },
  };
}
