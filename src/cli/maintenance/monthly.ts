/** The monthly maintenance: the patterns of the last 30 days, as a page beside the log and a line in it. */
import { join } from "node:path";
import type { Loaded } from "../../config/load.ts";
import { printable } from "../../core/mask.ts";
import { replaceFile } from "../../record/replace-file.ts";
import { withHistory } from "./with-history.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

export async function monthly(loaded: Loaded, nowMs: number): Promise<string> {
  const said = await withHistory(loaded, async (history) => {
    const path = join(loaded.logDirectory, reviewFile(nowMs));
    replaceFile(path, `TODO ${history.filename.length}\n`);
    return `TODO; the review is in ${printable(path)}`;
  });
  return `the last 30 days: ${said}`;
}

/** Named for the month that yesterday was in: on the first, that is the month that is over. */
export function reviewFile(nowMs: number): string {
  const yesterday = new Date(nowMs - DAY_MS);
  const month = String(yesterday.getMonth() + 1).padStart(2, "0");
  return `bun-process-review-${yesterday.getFullYear()}-${month}.md`;
}
