/** What a person launched once: launcher + script + its workers. The unit of the concurrency limit. */
import type { ProcessSample } from "./process.ts";

export interface Job {
  /** `pid:startTicks` of the first root we saw; stays when the root dies and the rest lives on. */
  readonly id: string;
  /** The topmost living Bun member. */
  readonly root: ProcessSample;
  /** Every living member, non-Bun ones included; ascending pid. */
  readonly members: readonly ProcessSample[];
  /** Since the lineage began: a job whose processes replace each other keeps its age. */
  readonly ageMs: number;
  /** A parent we saw is gone: who it was. Evidence, not a fault. */
  readonly orphanOf: { readonly pid: number; readonly command: string | null } | null;
  /** How many times the job's processes have replaced themselves (a hydra, a re-spawning script). */
  readonly generation: number;
}
