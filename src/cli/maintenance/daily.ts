/** The daily maintenance: what the last 24 hours came to, in a line for the log. */
import type { Loaded } from "../../config/load.ts";
import { lastDays, withReport } from "./with-report.ts";

export async function daily(loaded: Loaded, nowMs: number): Promise<string> {
  const said = await withReport(loaded, lastDays(1, nowMs), (report, { summary }) => summary(report));
  return `daily: ${said}`;
}
