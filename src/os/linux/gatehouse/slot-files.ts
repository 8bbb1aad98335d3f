/**
 * Slots as files, in a directory that only this account can write to: an empty one that its wrapper keeps locked, and a
 * small record beside it, written whole.
 */
import { parseSlotRecord, slotText } from "../../../core/slots/slot-record.ts";
import { launcherOf, unrecorded, type Slot, type SlotRecord } from "../../../core/process/slot.ts";
import type { HeldSlot } from "../../../ports/gate.ts";
import { namesIn, textIn } from "../files/files.ts";
import { removeFile, writeWhole } from "../files/private-files.ts";
import { isHeld, lockFile, tryLock } from "./flock.ts";

const [RECORD, LOCK] = [".json", ".lock"] as const;

const recordOf = (directory: string, jobId: string): string => `${directory}/${jobId}${RECORD}`;
const lockOf = (directory: string, jobId: string): string => `${directory}/${jobId}${LOCK}`;

/** By job id; what is no record of ours, and what has gone meanwhile, is passed over. */
export const readSlots = (directory: string): readonly SlotRecord[] =>
  namesIn(directory)
    .filter((name) => name.endsWith(RECORD))
    .flatMap((name) => readSlot(directory, name.slice(0, -RECORD.length)) ?? []);

export function readSlot(directory: string, jobId: string): SlotRecord | null {
  const record = parseSlotRecord(textIn(recordOf(directory, jobId)));
  return record?.jobId === jobId ? record : null;
}

/** Whether its wrapper lives, whatever PID namespace that is in. */
export const isSlotHeld = (directory: string, jobId: string): boolean => isHeld(lockOf(directory, jobId));

/**
 * All of them, each with whether it is held. One that is held and has no record (a full disk) is in it; to be asked by
 * one at a time.
 */
export function slotsAt(directory: string): readonly Slot[] {
  const names = namesIn(directory);
  const recorded = names.filter((name) => name.endsWith(RECORD)).map((name) => name.slice(0, -RECORD.length));
  const locked = names.filter((name) => name.endsWith(LOCK)).map((name) => name.slice(0, -LOCK.length));
  return [...new Set([...recorded, ...locked])].flatMap((jobId) => {
    const launcher = launcherOf(jobId);
    if (launcher === null) return [];
    const held = locked.includes(jobId) && isSlotHeld(directory, jobId);
    const record = readSlot(directory, jobId);
    // neither a wrapper nor a record of ours: nothing, but for a lock file that somebody dead has left
    if (record === null && !locked.includes(jobId)) return [];
    return { record: record ?? unrecorded(jobId, launcher), held };
  });
}

/** The lock first: whoever sees a record without one asks for its wrapper by pid, until it is locked. */
export const holdSlot = (directory: string, jobId: string): HeldSlot =>
  held(directory, jobId, lockFile(lockOf(directory, jobId)));

/** To be asked by one at a time, while who watches may ask at the same moment. */
export function adoptSlot(directory: string, jobId: string): HeldSlot | null {
  const lock = tryLock(lockOf(directory, jobId));
  return lock && held(directory, jobId, lock);
}

const held = (directory: string, jobId: string, lock: Disposable): HeldSlot => ({
  write: (record) => writeWhole(recordOf(directory, jobId), slotText(record)),
  letGo: () => lock[Symbol.dispose](),
  [Symbol.dispose]: () => {
    removeSlot(directory, jobId);
    lock[Symbol.dispose]();
  },
});

export const hasSlot = (directory: string, jobId: string): boolean => {
  const names = namesIn(directory);
  return names.includes(`${jobId}${RECORD}`) || names.includes(`${jobId}${LOCK}`);
};

/** The record last: as long as it is there, its wrapper is asked for. */
export function removeSlot(directory: string, jobId: string): void {
  removeFile(lockOf(directory, jobId));
  removeFile(recordOf(directory, jobId));
}
