/** Rows of the history, as `history export` gives them: columns in camel case. */
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
