/** Durations and moments, as people write and read them. */
import { UsageError } from "./errors.ts";

const UNIT_MS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** "60s", "5m", "1500ms", or plain seconds → ms. Throws UsageError with what is allowed. */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(text.trim());
  const unitMs = UNIT_MS[match?.[2] ?? "s"];
  if (match === null || unitMs === undefined)
    throw new UsageError(`"${text}" is not a duration. Write 30s, 5m, 1h or 1500ms.`);
  return Number(match[1]) * unitMs;
}

/** As `parseDuration` reads it, in the largest unit that says it exactly. */
export const durationWord = (ms: number): string =>
  ms % 60_000 === 0 ? `${ms / 60_000}m` : ms % 1_000 === 0 ? `${ms / 1_000}s` : `${ms}ms`;

const two = (n: number): string => String(n).padStart(2, "0");

/** "14:03:59", local. Not toLocaleTimeString: the first use of Intl takes 2 MB for good. */
export function formatTime(atMs: number): string {
  const at = new Date(atMs);
  return [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(":");
}

export function formatDate(atMs: number): string {
  const at = new Date(atMs);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${formatTime(atMs)}`;
}

/** 950 → "0.9s", 61_000 → "1m01s", 7_200_000 → "2h00m", 200_000_000 → "2d07h". */
export function formatDuration(ms: number): string {
  // the clock was set back since
  if (ms < 0) return "?";
  const seconds = Math.floor(ms / 1_000);
  if (seconds < 10) return `${(Math.floor(ms / 100) / 10).toFixed(1)}s`;
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m${two(seconds % 60)}s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours}h${two(minutes % 60)}m`;
  return `${Math.floor(hours / 24)}d${two(hours % 24)}h`;
}

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

/** A timer takes more for 1 ms: 24 days. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Whoever waits for longer looks again when it has passed. */
export const timerMs = (ms: number): number => Math.min(ms, LONGEST_TIMER_MS);
