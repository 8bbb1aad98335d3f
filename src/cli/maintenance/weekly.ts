/** The weekly maintenance: the log's old days are compressed, older ones removed, and so is what the history need not keep. */
import { existsSync, readdirSync } from "node:fs";
import type { Loaded } from "../../config/load.ts";
import { printable } from "../../core/mask.ts";
import { bytes, count } from "../../core/wording.ts";
import { type Compressed, compressLog } from "../../record/compress-log.ts";
import { finishedLogs, removeExpiredLogs } from "../../record/log-files.ts";
import { removeOldJournals } from "../../record/old-journals.ts";
import { statePath } from "../watch-ports.ts";
import { withHistory } from "./with-history.ts";

/** For one week; what is left over is removed in the next. */
const LONGEST_MS = 60_000;

/** Removes first: that is what a full disk needs. What cannot be done with a log is said, and tried again next week. */
export async function weekly(loaded: Loaded, nowMs: number): Promise<string> {
  const { logging } = loaded.settings;
  const logs = existsSync(loaded.logDirectory)
    ? [
        `${count(removeExpiredLogs(loaded.logDirectory, new Date(nowMs), logging.maxDays), "log")} over ${logging.maxDays} days removed`,
        ...(await compressAll(loaded.logDirectory, nowMs)),
      ]
    : ["no logs"];
  return `weekly: ${[...logs, await trimHistory(loaded, nowMs)].join("; ")}`;
}

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
  const sizes =
    done.length === 0 ? "" : ` (${sum(({ fromBytes }) => fromBytes)} to ${sum(({ toBytes }) => toBytes)})`;
  return [`${count(done.length, "log")} compressed${sizes}`, ...problems];
}

/** The put-aside journals go only once the history has what they say, which withHistory sees to. */
async function trimHistory(loaded: Loaded, nowMs: number): Promise<string> {
  const { maxDays } = loaded.settings.history;
  const { retain } = await import("../../record/history/retention.ts");
  return withHistory(loaded, (history) => {
    const journals = removeOldJournals(statePath(loaded, "journal.jsonl"), nowMs, maxDays);
    const { removed, freedBytes } = retain(history, nowMs, maxDays, LONGEST_MS);
    const rows = Object.values(removed).reduce((sum, each) => sum + each, 0);
    return `${count(rows, "row")} of the history and ${count(journals, "journal")} over ${maxDays} days removed, ${bytes(freedBytes)} freed`;
  });
}
