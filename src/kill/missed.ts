/** Planned targets that nothing was sent to, and what tells somebody else on their pids. Pure. */
import type { Outcome } from "../core/plan/outcome.ts";
import { processKey, sameProcess, type ProcessSample } from "../core/process/process.ts";
import type { Skin } from "./successors.ts";

/** A planned target that was no more when we came. */
export interface Missed {
  readonly sample: ProcessSample;
  readonly result: Outcome;
  /** Told by more than its id: pid and start time may be the same. */
  readonly isSomebodyElse?: boolean;
}

/**
 * A process that was planned in the middle of its exec has other arguments by now, and was taken for another. Found again
 * as a member of the tree, it is told of once: as what it is now.
 */
export const withoutFound = (
  missed: readonly Missed[],
  found: readonly Pick<Missed, "sample">[],
): Missed[] => {
  const keys = new Set(found.map(({ sample }) => processKey(sample.id)));
  return missed.filter(
    ({ sample, result }) => result.outcome !== "identity-changed" || !keys.has(processKey(sample.id)),
  );
};

/** One of another look: its id may be the same (a pid that passed on within a clock tick). */
export const somebodyElse = (sample: ProcessSample): Missed => ({
  sample,
  result: { outcome: "identity-changed" },
  isSomebodyElse: true,
});

/** Those that had ended when we came: what somebody may have come out of. */
export const skinsOf = (missed: readonly Missed[]): readonly Skin[] =>
  missed
    .filter(({ result }) => result.outcome === "gone")
    .map(({ sample }) => ({ sample, isMarked: false, endedMs: null }));

/**
 * The same by everything that a stranger on the same pid would have to share. Arguments read in the middle of an
 * exec are empty, for one process as for the next: no evidence (3 of 22 same-tick reuses looked alike that way).
 */
export const isAlike = (a: ProcessSample, b: ProcessSample): boolean =>
  sameProcess(a.id, b.id) &&
  a.sid === b.sid &&
  a.uid === b.uid &&
  a.argv !== null &&
  a.argv.length > 0 &&
  a.argv.length === b.argv?.length &&
  a.argv.every((argument, i) => argument === b.argv?.[i]);
