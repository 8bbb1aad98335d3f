/** What a person launched once: launcher + script + its workers. The unit of the concurrency limit. */
import type { ProcessSample } from "./process.ts";

export interface Job {
  /** `pid:startTicks` of the first root we saw; stays when the root dies and the rest lives on. */
  readonly id: string;
  /** The topmost living Bun member. */
  readonly root: ProcessSample;
  /** Every living member, non-Bun ones included; ascending pid. */
  readonly members: readonly ProcessSample[];
  /** Of its root; since the lineage began where the root is proven to go on with what the one before it ran. */
  readonly ageMs: number;
  /** Its starter is gone (evidence/orphan.ts). This is evidence, not a fault. */
  readonly orphanOf: {
    /** The starter that is gone; null = nobody saw it go, and the job was found like this. */
    readonly pid: number | null;
    readonly command: string | null;
    /** How it was found so: at a reaper that did not start it, or with nobody at its standard input. */
    readonly how?: "reaper" | "stdin";
  } | null;
  /** How many times the job's processes have replaced themselves (a hydra, a re-spawning script). */
  readonly generation: number;
  /** It came right after a look-alike that vanished; null = after none. A suspicion, no proof (lineage.ts). */
  readonly after: {
    /** Since when one has come after the other without a gap. */
    readonly sinceMs: number;
    /** The one before bore our mark. */
    readonly isMarked: boolean;
  } | null;
  /** Since when one has come after the other, though a head was marked and the next did not bear it; missing = it is not so. */
  readonly unmarkedSinceMs?: number;
}
