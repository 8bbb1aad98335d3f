/** Too many jobs: one goes, the next pass measures again. Which one, and why that one, is said. */
import type { History, Orphanhood } from "../history.ts";
import { byLaunch } from "../starter.ts";
import type { Policy } from "../policy.ts";
import { processKey } from "../../process/process.ts";
import { isBun } from "../../process/tree.ts";
import { atOnce, type JudgedJob, type Verdict } from "../verdict.ts";
import { orphanWords } from "../evidence/orphan.ts";
import { count, duration } from "../../../text/wording.ts";

/** Ends the evidence when nothing else speaks against the job: the history knows healthy victims by these words. */
export const YOUNGEST = "it is the youngest";

/**
 * The one launch to stop; null when the limit holds, or nobody may be stopped for it. Jobs that another limit stops
 * anyway are taken as gone: they must not cost a second job its life. So are those that are too young to be a victim:
 * what comes and goes must not cost what stays its life either.
 */
export function concurrencyVictim(
  jobs: readonly JudgedJob[],
  policy: Pick<Policy, "limits" | "concurrencyMinAgeMs">,
  history: History,
): { readonly jobs: Launch; readonly verdict: Verdict } | null {
  const limit = policy.limits.concurrency;
  if (limit === null) return null;
  const isOld = (job: JudgedJob): boolean => isSettled(job, policy.concurrencyMinAgeMs, history);
  const counting = jobs.filter((job) => job.counts && !isDoomed(job));
  if (counting.length <= limit) return null;
  const staying = byLaunch(counting);
  const settled = staying.filter((launch) => launch.some(isOld));
  if (settled.length <= limit) return null;
  const candidates = settled.filter((launch) => launch.every((job) => isOld(job) && mayGo(job)));
  for (const reason of reasons(history)) {
    const [chosen] = candidates.flatMap((launch) => reason(launch) ?? []).toSorted(inOrder);
    if (chosen === undefined) continue;
    const value = settled.length;
    const evidence = `is one of ${count(value, "job")} (limit ${limit}) and the first to go: ${chosen.because}`;
    return { jobs: chosen.launch, verdict: atOnce({ rule: "concurrency", limit, value, evidence }) };
  }
  return null;
}

type Launch = readonly JudgedJob[];

/** Somebody who is starting serves nobody yet, and one look cannot tell who gets anywhere. */
const isSettled = ({ job }: JudgedJob, minAgeMs: number, { processes, atMs }: History): boolean => {
  const firstSeenMs = processes.get(processKey(job.root.id))?.firstSeenMs ?? null;
  return job.ageMs >= minAgeMs && firstSeenMs !== null && atMs !== null && firstSeenMs < atMs;
};

/**
 * Not whose wrapper lives: that enforces. Also where the rule that spares it is off: nobody's running command is taken
 * from under their hands.
 */
const mayGo = ({ job, owner }: JudgedJob): boolean =>
  owner === null && job.members.every(({ foreground }) => foreground === false);

interface Chosen {
  readonly launch: Launch;
  /** The lowest goes first. */
  readonly rank: number;
  readonly because: string;
}

/** In this order, null where one does not hold; the youngest of those that share a rank. */
const reasons = (history: History): readonly ((launch: Launch) => Chosen | null)[] => [
  (launch) => {
    const lost = orphanIn(launch);
    return lost && { launch, rank: 0, because: `it is orphaned: ${orphanWords(lost)}` };
  },
  (launch) => {
    const runaway = runawayIn(launch);
    return runaway && { launch, rank: 0, because: `a process of it ${runaway.evidence}` };
  },
  (launch) => {
    const rank = stillSince(launch, history);
    if (rank === null) return null;
    const forMs = (history.atMs ?? 0) - rank;
    return { launch, rank, because: `it makes no progress, for ${duration(forMs)} now` };
  },
  (launch) => ({ launch, rank: 0, because: YOUNGEST }),
];

/** The work of a starter that is still there is in its hands, whatever became of what fed it. */
const orphanIn = (launch: Launch): Orphanhood | null =>
  launch.find(({ job, launch: key }) => key === job.id && job.orphanOf !== null)?.job.orphanOf ?? null;

/** The same from tick to tick as long as the facts are: nothing is left to the order in which jobs are listed. */
const inOrder = (a: Chosen, b: Chosen): number =>
  a.rank - b.rank || ageOf(a.launch) - ageOf(b.launch) || idOf(a.launch).localeCompare(idOf(b.launch));

const ageOf = (launch: Launch): number => Math.max(...launch.map(({ job }) => job.ageMs));
const idOf = (launch: Launch): string => launch[0]?.job.id ?? "";

/** The whole job goes with its root. */
const isDoomed = ({ job, processes }: JudgedJob): boolean =>
  processes.some(
    ({ process, verdicts }) =>
      process.id.pid === job.root.id.pid && verdicts.some(({ decision }) => decision === "runaway"),
  );

/** Below the root: else all of the job is doomed. What is only suspect may be at work (a build at full CPU). */
const runawayIn = (launch: Launch): Verdict | null =>
  launch
    .flatMap(({ processes }) => processes)
    .flatMap(({ verdicts }) => verdicts)
    .find(({ decision }) => decision === "runaway") ?? null;

/** Since when none of its Bun members has moved anything; null = some have, or of some it cannot be told. */
function stillSince(launch: Launch, { processes }: History): number | null {
  const since = launch
    .flatMap(({ job }) => job.members.filter(isBun))
    .map(({ id }) => processes.get(processKey(id))?.stillSinceMs ?? null);
  return since.every((atMs) => atMs !== null) ? Math.max(...since) : null;
}
