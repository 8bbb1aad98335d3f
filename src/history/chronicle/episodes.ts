/** Follows the verdicts: one row per process and rule, for as long as it is over that limit. */
import { processKey } from "../../core/process/process.ts";
import { isNews } from "../../core/judge/verdict.ts";
import { REFRESH_MS } from "./jobs.ts";
import { mostOf } from "./processes.ts";
import type { VerdictRow, Seen } from "./rows.ts";

interface Episode {
  readonly row: VerdictRow;
  /** When its row was due last (Snapshot.monotonicMs); null = it has not been over for long enough to be worth one. */
  readonly writtenMs: number | null;
}

export type Episodes = ReadonlyMap<string, Episode>;

/** A row is due when an episode becomes worth one, gets worse, has lasted for some minutes more, and is over. */
export function followEpisodes(
  before: Episodes,
  seen: Seen,
): { episodes: Episodes; due: readonly VerdictRow[] } {
  const episodes = new Map<string, Episode>();
  const due: VerdictRow[] = [];
  for (const { job, processes, protectedBecause } of seen.judgement.jobs) {
    // never a victim, so what it does is no verdict on it
    if (protectedBecause !== null) continue;
    for (const { process, verdicts } of processes) {
      for (const verdict of verdicts) {
        if (verdict.decision === "ok") continue;
        const key = `${processKey(process.id)} ${verdict.rule}`;
        const known = before.get(key);
        const { rule, decision, limit, value, evidence } = verdict;
        const start = known?.row ?? {
          pid: process.id.pid,
          startMs: Math.round(process.startTimeMs),
          rule,
          firstMs: seen.atMs,
          job: job.id,
          project: job.root.cwd,
          command: process.command,
          decision,
          value: null,
        };
        const row: VerdictRow = {
          ...start,
          lastMs: seen.atMs,
          decision: decision === "runaway" ? decision : start.decision,
          limit,
          value: mostOf(start.value, value),
          evidence,
        };
        const writtenMs = known?.writtenMs ?? null;
        const isDue =
          writtenMs === null
            ? decision === "runaway" || isNews(verdict)
            : row.decision !== start.decision || seen.monotonicMs - writtenMs >= REFRESH_MS;
        if (isDue) due.push(row);
        episodes.set(key, { row, writtenMs: isDue ? seen.monotonicMs : writtenMs });
      }
    }
  }
  for (const [key, { row, writtenMs }] of before) if (writtenMs !== null && !episodes.has(key)) due.push(row);
  return { episodes, due };
}
