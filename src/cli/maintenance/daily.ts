/** The daily maintenance: what the last 24 hours came to, in a line for the log. */
import type { Loaded } from "../../config/load.ts";
import { lastDays, reportOf } from "./report-of.ts";

export async function daily(loaded: Loaded, nowMs: number): Promise<string> {
  const found = await reportOf(loaded, lastDays(1, nowMs));
  const { summary } = await import("../../core/report/summary.ts");
  return `daily: ${"why" in found ? found.why : summary(found.value)}`;
}
