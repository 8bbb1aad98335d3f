/** A report of what the project's history says about a period. */
import type { Database } from "bun:sqlite";
import type { Loaded } from "../../config/load.ts";
import { periodReport } from "../report/advice/all.ts";
import type { PeriodReport } from "../report/period.ts";
import { readFacts } from "../store/read.ts";
import { formatDate } from "../../text/duration.ts";

export interface PeriodOptions {
  /** Unix epoch ms. */
  readonly fromMs: number;
  /** Not included. */
  readonly toMs: number;
  /** Absolute directory; null = everything that was watched. */
  readonly project: string | null;
  /** How many entries each list has at most. */
  readonly top: number;
}

/** The journal must be imported already, or what it says last is missing. Throws SQLiteError. */
export function reportFrom(
  database: Database,
  { policy, options: { home } }: Loaded,
  period: PeriodOptions,
): PeriodReport {
  const { limits, cpuHoldMs } = policy;
  const days = localDays(period.fromMs, period.toMs);
  const facts = readFacts(database, { ...period, days, inForce: { limits, cpuHoldMs } });
  return periodReport(facts, { ...policy, home });
}

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
