/** A moment in the past, as people write it. */
import { parseDuration } from "./duration.ts";
import { UsageError } from "./errors.ts";

const DURATION = /^\d+(?:\.\d+)?(?:ms|s|m|h|d)$/;
/** A day, or a day and a time; local unless it says its zone, as in ISO 8601. */
const DATE = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;

/** "7d", "90m": that long before `nowMs`; "2026-11-20", "2026-11-20T14:00": that moment. Unix epoch ms. @throws UsageError */
export function parseSince(text: string, nowMs: number): number {
  const trimmed = text.trim();
  if (DURATION.test(trimmed)) return nowMs - parseDuration(trimmed);
  // a day alone would mean midnight UTC
  const atMs = DATE.test(trimmed)
    ? Date.parse(trimmed.length === "2026-11-20".length ? `${trimmed}T00:00` : trimmed)
    : NaN;
  if (Number.isNaN(atMs))
    throw new UsageError(
      `"${text}" is not a time. Write how long ago (30m, 12h, 7d) or a date (2026-11-20, 2026-11-20T14:00).`,
    );
  return atMs;
}
