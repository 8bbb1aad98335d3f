/** Planned targets that nothing was sent to, and what tells somebody else on their pids. Pure. */
import type { Outcome } from "../core/plan/outcome.ts";
import { processKey, sameProcess, type ProcessSample } from "../core/process/process.ts";
import type { Predecessor } from "./successors.ts";

export interface StaleTarget {
  readonly sample: ProcessSample;
  readonly result: Outcome;
  /** Told by more than its id: pid and start time may be the same. */
  readonly isReusedPid?: boolean;
}

/**
 * A process that was planned in the middle of its exec has other arguments by now, and was taken for another. Found again
 * as a member of the tree, it is told of once: as what it is now.
 */
export const withoutFound = (
  stale: readonly StaleTarget[],
  found: readonly Pick<StaleTarget, "sample">[],
): StaleTarget[] => {
  const keys = new Set(found.map(({ sample }) => processKey(sample.id)));
  return stale.filter(
    ({ sample, result }) => result.outcome !== "identity-changed" || !keys.has(processKey(sample.id)),
  );
};

/** One of another look: its id may be the same (a pid that passed on within a clock tick). */
export const reusedPid = (sample: ProcessSample): StaleTarget => ({
  sample,
  result: { outcome: "identity-changed" },
  isReusedPid: true,
});

/** What somebody may have come out of: those that had ended when we came, and those of `met` that have ended since. */
export const predecessorsOf = (
  stale: readonly StaleTarget[],
  met: readonly Predecessor[],
): readonly Predecessor[] => [
  ...stale
    .filter(({ result }) => result.outcome === "gone")
    .map(({ sample }) => ({ sample, isMarked: false, endedMs: null })),
  ...met.filter(({ endedMs }) => endedMs !== null),
];

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
