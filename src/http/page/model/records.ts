/** Rows of the history, as `history export` gives them: columns in camel case. */
import type { MemoryPoint } from "../../../core/judge/history.ts";
import type { KillRow } from "./kills.ts";

/** An episode of one process over one limit. */
interface EpisodeRow {
  readonly rule: string;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly decision: string;
  readonly evidence: string;
}

interface EndRow {
  readonly command: string;
  readonly project: string | null;
  readonly atMs: number;
  readonly ageMs: number;
  /** "itself", "unseen", or the rule it was stopped for. */
  readonly endedBy: string;
}

export interface RecordsOfProcess {
  readonly verdicts: readonly EpisodeRow[];
  readonly kills: readonly KillRow[];
  readonly exit: EndRow | null;
}

export const NO_RECORDS: RecordsOfProcess = { verdicts: [], kills: [], exit: null };

/** The answer of `GET /api/processes/:id`, as far as the page needs it. */
export interface AboutProcess {
  /** Of the last minutes, as the monitor remembers it; oldest first. */
  readonly memory: readonly MemoryPoint[];
  readonly history: RecordsOfProcess;
}
