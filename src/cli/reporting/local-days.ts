/** Days as people count them: by the local calendar, also where one has 23 or 25 hours. */
import { formatDate } from "../duration.ts";

export interface LocalDay {
  /** "2026-11-20" */
  readonly date: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** The local days that a period touches, oldest first; the first and the last are cut to it. */
export function localDays(fromMs: number, toMs: number): readonly LocalDay[] {
  const days: LocalDay[] = [];
  for (let startMs = fromMs; startMs < toMs;) {
    const endMs = Math.min(toMs, nextMidnight(startMs));
    days.push({ date: formatDate(startMs).slice(0, 10), fromMs: startMs, toMs: endMs });
    startMs = endMs;
  }
  return days;
}

function nextMidnight(atMs: number): number {
  const at = new Date(atMs);
  return new Date(at.getFullYear(), at.getMonth(), at.getDate() + 1).getTime();
}
