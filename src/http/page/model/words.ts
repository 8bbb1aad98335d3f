/** Numbers and names as the page shows them: those of `status`, in columns. Pure. */
import { bytes, count, duration, whole } from "../../../text/wording.ts";
import { formatDate, formatDuration, formatTime } from "../../../text/duration.ts";
import { printable } from "../../../text/mask.ts";
import { pathsBelow, plainCommand } from "../../../text/plain-command.ts";

export { bytes, count as several, duration, formatDate, formatDuration, formatTime, whole };

/** What is not known is said, and is no zero. */
export const UNKNOWN = "–";

export const percentWords = (value: number | null): string =>
  value === null ? UNKNOWN : `${whole(value)} %`;

export const sizeWords = (value: number | null): string => (value === null ? UNKNOWN : bytes(value));

/** In a row. A process may have called itself anything, at any length. */
const MOST_IN_A_ROW = 200;
const MOST_AT_ALL = 12_000;

export const inRow = (name: string): string => printable(name, MOST_IN_A_ROW);

export const wholeName = (name: string): string => printable(name, MOST_AT_ALL);

/** Of a long path, what says most: the last two names. */
const LONG_PATH = /(?<=\s)\/(?:[^/\s]+\/){2,}(?=[^/\s]+\/[^/\s]+(?:\s|$))/gu;

/** `/usr/lib/node_modules/bun/bin/bun.exe /srv/shop/jobs/import.ts` → `bun jobs/import.ts`, where it works in /srv/shop. */
export const shortCommandOf = (command: string, cwd: string | null): string =>
  pathsBelow(plainCommand(command), cwd ?? "").replace(LONG_PATH, "…/");

const DAY_MS = 86_400_000;

/** "today", "yesterday", "2026-11-20": the heading of a day in a list. */
export function dayOf(atMs: number, nowMs: number): string {
  const date = formatDate(atMs).slice(0, 10);
  if (date === formatDate(nowMs).slice(0, 10)) return "Today";
  return date === formatDate(nowMs - DAY_MS).slice(0, 10) ? "Yesterday" : date;
}

/** "just now", "12 s ago", "5 min ago". */
export const ago = (atMs: number, nowMs: number): string =>
  nowMs - atMs < 2_000 ? "just now" : `${duration(nowMs - atMs)} ago`;

/** Every word of a filter, in any order; an empty one is in everything. */
export const hasWords = (text: string, filter: string): boolean => {
  const searched = text.toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/u)
    .every((word) => searched.includes(word));
};
