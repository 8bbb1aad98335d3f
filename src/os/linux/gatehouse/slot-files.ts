/** The records of slots: one small file each, written whole, in a directory that only this account can write to. */
import { parseSlotRecord, slotText } from "../../../core/slot-record.ts";
import type { SlotRecord } from "../../../core/slot.ts";
import { namesIn, readText } from "../files.ts";
import { removeFile, writeWhole } from "../private-files.ts";

const ENDING = ".json";

const pathOf = (directory: string, jobId: string): string => `${directory}/${jobId}${ENDING}`;

/** What is there now; an absent directory has nothing in it. */
export const namesAt = (directory: string): readonly string[] => {
  const names = namesIn(directory);
  return typeof names === "number" ? [] : names;
};

/** By job id; what is no record of ours, and what has gone meanwhile, is passed over. */
export const readSlots = (directory: string): readonly SlotRecord[] =>
  namesAt(directory)
    .filter((name) => name.endsWith(ENDING))
    .flatMap((name) => {
      const text = readText(`${directory}/${name}`);
      const record = typeof text === "number" ? null : parseSlotRecord(text);
      return record === null || `${record.jobId}${ENDING}` !== name ? [] : record;
    });

export const writeSlot = (directory: string, record: SlotRecord): void =>
  writeWhole(pathOf(directory, record.jobId), slotText(record));

export const hasSlot = (directory: string, jobId: string): boolean =>
  namesAt(directory).includes(`${jobId}${ENDING}`);

export const removeSlot = (directory: string, jobId: string): void => removeFile(pathOf(directory, jobId));
