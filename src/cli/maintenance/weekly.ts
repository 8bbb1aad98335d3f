/** The weekly maintenance: the log's old days are compressed, older ones removed, and so is what the history need not keep. */
import { existsSync, readdirSync } from "node:fs";
import type { Loaded } from "../../config/load.ts";
import { printable } from "../../core/mask.ts";
import { bytes, count } from "../../core/wording.ts";
import { type Compressed, compressLog } from "../../record/compress-log.ts";
import { finishedLogs, removeExpiredLogs } from "../../record/log-files.ts";
import { removeOldJournals } from "../../record/journal.ts";
import { ownUid } from "../../trust/open.ts";
import { distrust } from "../../trust/path.ts";
import { statePath } from "../state.ts";
import { withHistory } from "./reviews.ts";

/** For one week; what is left over is removed in the next. */
const LONGEST_MS = 60_000;

/** Removes first: that is what a full disk needs. What cannot be done with a log is said, and tried again next week. */
export async function weekly(loaded: Loaded, nowMs: number): Promise<string> {
  const done = [...(await tidyLogs(loaded, nowMs)), ...(await trimHistory(loaded, nowMs))];
  return `weekly: ${done.length === 0 ? "nothing is old enough to be compressed or removed" : done.join("; ")}`;
}

async function tidyLogs({ logDirectory, settings }: Loaded, nowMs: number): Promise<readonly string[]> {
  if (!existsSync(logDirectory)) return [];
  const found = distrust(logDirectory, ownUid());
  if (found !== null) return [`the log is left alone: ${printable(`${logDirectory} ${found.why}`)}`];
  const { maxDays } = settings.logging;
  const removed = removeExpiredLogs(logDirectory, new Date(nowMs), maxDays);
  return [
    ...ifAny(removed, "log", `over ${maxDays} days removed`),
    ...(await compressAll(logDirectory, nowMs)),
  ];
}

const ifAny = (number: number, noun: string, done: string): readonly string[] =>
  number === 0 ? [] : [`${count(number, noun)} ${done}`];

async function compressAll(directory: string, nowMs: number): Promise<readonly string[]> {
  const done: Compressed[] = [];
  const problems: string[] = [];
  for (const day of finishedLogs(readdirSync(directory), new Date(nowMs)).filter(({ isPlain }) => isPlain)) {
    try {
      done.push(await compressLog(directory, day));
    } catch (error) {
      problems.push(
        `${day.name} not compressed: ${printable(error instanceof Error ? error.message : String(error))}`,
      );
    }
  }
  const sum = (size: (each: Compressed) => number): string =>
    bytes(done.reduce((all, each) => all + size(each), 0));
  const sizes = `${sum(({ fromBytes }) => fromBytes)} to ${sum(({ toBytes }) => toBytes)}`;
  return [...ifAny(done.length, "log", `compressed (${sizes})`), ...problems];
}

/** The put-aside journals go only once the history has what they say, which withHistory sees to. */
async function trimHistory(loaded: Loaded, nowMs: number): Promise<readonly string[]> {
  const { maxDays, enabled } = loaded.settings.history;
  const over = `over ${maxDays} days removed`;
  const journals = (): readonly string[] =>
    ifAny(removeOldJournals(statePath(loaded, "journal.jsonl"), nowMs, maxDays), "put-aside journal", over);
  if (!enabled) return journals();
  const { retain } = await import("../../record/history/retention.ts");
  const found = await withHistory(loaded, (history) => {
    const { removed } = retain(history, nowMs, maxDays, LONGEST_MS);
    const rows = Object.values(removed).reduce((all, each) => all + each, 0);
    return [...ifAny(rows, "row", `of the history ${over}`), ...journals()];
  });
  return "why" in found ? [found.why] : found.value;
}
