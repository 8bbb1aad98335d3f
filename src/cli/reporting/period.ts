/** A report of what the project's history says about a period. */
import type { Database } from "bun:sqlite";
import type { Loaded } from "../../config/load.ts";
import { periodReport } from "../../core/report/advice/all.ts";
import type { PeriodReport } from "../../core/report/period.ts";
import { readFacts } from "../../record/history/read.ts";
import { localDays } from "./local-days.ts";

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
