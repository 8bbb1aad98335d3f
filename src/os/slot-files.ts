/** The records of slots: one small file each, written whole, in a directory that only this account can write to. */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { parseSlotRecord, slotText } from "../core/slot-record.ts";
import type { SlotRecord } from "../core/slot.ts";

const OWNER_ONLY = { directory: 0o700, file: 0o600 } as const;
const ENDING = ".json";

/** A directory, with those above it; 0700. */
export const ensureDirectory = (path: string): void => {
  mkdirSync(path, { recursive: true, mode: OWNER_ONLY.directory });
};

const pathOf = (directory: string, jobId: string): string => `${directory}/${jobId}${ENDING}`;

/** By job id; what is no record of ours is passed over. An absent directory has none. */
export const readSlots = (directory: string): readonly SlotRecord[] =>
  namesIn(directory)
    .filter((name) => name.endsWith(ENDING))
    .flatMap((name) => {
      const text = ifThere(() => readFileSync(`${directory}/${name}`, "utf8"));
      const record = text === null ? null : parseSlotRecord(text);
      return record === null || `${record.jobId}${ENDING}` !== name ? [] : record;
    });

export const writeSlot = (directory: string, record: SlotRecord): void => {
  const path = pathOf(directory, record.jobId);
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, slotText(record), { mode: OWNER_ONLY.file });
  renameSync(draft, path);
};

export const hasSlot = (directory: string, jobId: string): boolean =>
  namesIn(directory).includes(`${jobId}${ENDING}`);

export const removeSlot = (directory: string, jobId: string): void =>
  rmSync(pathOf(directory, jobId), { force: true });

export const namesIn = (directory: string): readonly string[] => ifThere(() => readdirSync(directory)) ?? [];

/** null: it has gone meanwhile, or was never there. */
const ifThere = <T>(read: () => T): T | null => {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
};
