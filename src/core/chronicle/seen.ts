/** One look, as the chronicle needs it. */
import type { Machine } from "../process.ts";
import type { Judgement } from "../verdict.ts";

interface Keys {
  has(key: string): boolean;
}

export interface Seen {
  /** Unix epoch ms, for the rows. */
  readonly atMs: number;
  /** Never jumps: every duration is a difference of these. */
  readonly monotonicMs: number;
  readonly machine: Pick<Machine, "availableBytes">;
  readonly judgement: Judgement;
  /** What is known after the look (history.ts): who still lives, though it may not be in the judgement. */
  readonly history: { readonly processes: Keys; readonly jobs: Keys };
}
