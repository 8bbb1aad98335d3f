/** The daily maintenance: what the last 24 hours came to, in a line for the log. */
import type { Loaded } from "../../config/load.ts";
import { withHistory } from "./with-history.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

export async function daily(loaded: Loaded, nowMs: number): Promise<string> {
  const said = await withHistory(loaded, async (history) => {
    return `TODO ${history.filename.length} ${nowMs - DAY_MS}`;
  });
  return `the last 24 hours: ${said}`;
}
