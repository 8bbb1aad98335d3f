/** Which trials there are, in which order, and how many runs of a command each of them makes. */

/** What is compared takes turns (A B A B), so that what the machine does meanwhile hits all of it. */
interface Turn {
  /** Its place in the list of benchmarks. */
  readonly benchmark: number;
  readonly trial: number;
}

/** Groups one after the other; within a group, the first trial of each member, then the second of each. */
export function turnsOf(
  benchmarks: readonly { readonly group: string; readonly trials: number }[],
): readonly Turn[] {
  const groups = [...new Set(benchmarks.map(({ group }) => group))];
  return groups.flatMap((group) => {
    const members = benchmarks.flatMap((each, i) =>
      each.group === group ? [{ i, trials: each.trials }] : [],
    );
    const rounds = Math.max(...members.map(({ trials }) => trials));
    return Array.from({ length: rounds }, (_, trial) =>
      members.flatMap(({ i, trials }) => (trial < trials ? [{ benchmark: i, trial }] : [])),
    ).flat();
  });
}

/** Of a command, where nobody says how many: no fewer runs than so many, and so long in all. */
export const [LEAST_RUNS, RUNS_MS] = [10, 3_000];

interface RunsWish {
  /** Runs in all; null = as many as the time above gives. */
  readonly runs: number | null;
  readonly trials: number;
}

/**
 * How many runs a trial makes. `medianMs`: of a run in the first trial; null = that is still to come. null = the trial finds
 * out itself.
 */
export function runsOfTrial(
  { runs, trials }: RunsWish,
  trial: number,
  medianMs: number | null,
): number | null {
  if (runs !== null) return share(runs, trials, trial);
  if (trials === 1) return null;
  const least = share(LEAST_RUNS, trials, 0);
  if (medianMs === null) return least;
  const all = Math.max(LEAST_RUNS, Math.ceil(RUNS_MS / Math.max(medianMs, 0.1)));
  return Math.max(1, share(all - least, trials - 1, trial - 1));
}

/** The first of them take what does not divide evenly. */
const share = (all: number, parts: number, part: number): number =>
  Math.floor(all / parts) + (part < all % parts ? 1 : 0);
