/** Targets that have become another program since they were sampled: execve(2) keeps pid, start time and pidfd. */
import { isGone, processKey, type ProcessSample, type Snapshot } from "../core/process/process.ts";
import type { StaleTarget } from "./stale-target.ts";
import type { Target } from "./target.ts";

/**
 * As what these are now, where that is Bun still: exec is no way out of a limit (an updater, a version manager's shim,
 * a `--watch` restart do it without meaning to). What has become something else is no business of ours any more.
 */
export const executed = (
  held: readonly ProcessSample[],
  stale: readonly StaleTarget[],
  { processes }: Snapshot,
): readonly ProcessSample[] => {
  const changed = stale.flatMap(({ sample, result, isReusedPid }) =>
    result.outcome === "identity-changed" && isReusedPid !== true ? [sample] : [],
  );
  return [...held, ...changed].flatMap((sample) => {
    const now = processes.get(sample.id.pid);
    return now !== undefined && isAnotherProgram(sample, now) && now.runtime !== "other" ? [now] : [];
  });
};

/** An executable that cannot be read is no evidence. */
const isAnotherProgram = (before: ProcessSample, now: ProcessSample): boolean =>
  processKey(before.id) === processKey(now.id) &&
  before.id.exe !== null &&
  now.id.exe !== null &&
  before.id.exe !== now.id.exe &&
  !isGone(now);

/** A target that has become another program goes on as a target of that program. */
export const giveWay = (all: Target[], adopted: readonly Target[]): void => {
  for (const target of adopted) {
    const at = all.findIndex((old) => old !== target && old.isAlso(target.sample));
    if (at >= 0) all.splice(at, 1)[0]?.continueAs(target);
  }
};
