/**
 * Who can have started an orphan that comes to us and bears no sign: one that changed its groups, its environment, its tag and its
 * session. Each starter is known with its first process: whoever is older than that is not of it.
 */

/** A job, or a program of ours that runs what others have written. */
export interface Starter {
  /** When its first process was started, in clock ticks; null: it has none yet. */
  readonly sinceTicks: number | null;
}

const running = new Set<Starter>();
/**
 * Ended while an orphan was there that is of no running one: it may be theirs, and so may what that starts. The two oldest tell as
 * much as all of them, and an orphan may stay for months: who is old enough to be of a third one is not of only one.
 */
let ended: readonly Starter[] = [];

export const starterBegins = (starter: Starter): void => void running.add(starter);

/** `isSomebodyLeft`: an orphan that is of none that runs. */
export function starterEnds(starter: Starter, isSomebodyLeft: boolean): void {
  running.delete(starter);
  ended = isSomebodyLeft
    ? [...ended, starter]
        .filter(({ sinceTicks }) => sinceTicks !== null)
        .toSorted((a, b) => (a.sinceTicks ?? 0) - (b.sinceTicks ?? 0))
        .slice(0, 2)
    : [];
}

/** The only one that can have started whoever began then; null: there is none, or several are. */
export function onlyStarter(startTicks: number): Starter | null {
  const able = [...running, ...ended].filter(
    ({ sinceTicks }) => sinceTicks !== null && sinceTicks <= startTicks,
  );
  return able.length === 1 ? (able[0] ?? null) : null;
}
