/**
 * A look in a few numbers, for those who count: children are rolled up into their job, and jobs of one project, app and kind into one
 * group. A monitor makes it of its last look, so that nobody who asks costs it another one, or a document of all processes.
 */
import { LIMIT_NAMES, type LimitName, type Limits } from "../../core/judge/policy.ts";
import type { Decision, JudgedJob, RuleName, Verdict } from "../../core/judge/verdict.ts";
import { sumOfKnown } from "../../core/statistics/sum.ts";
import type { Report } from "../reports.ts";
import { isJobOf } from "./status.ts";

export interface WatchTotals
  extends
    Pick<Report, "atMs" | "monitorPid" | "watch">,
    Pick<Report["policy"], "mode" | "intervalMs" | "breakerKillsPerMinute"> {
  readonly terms: readonly Terms[];
  readonly groups: readonly JobGroup[];
  /** Verdicts by rule and decision; what is ok is not counted. */
  readonly verdicts: readonly {
    readonly rule: RuleName;
    readonly decision: Decision;
    readonly processes: number;
  }[];
}

/** What holds in a project; null = for all other jobs. */
interface Terms {
  readonly project: string | null;
  readonly limits: Limits;
  /** Jobs that count against the limit on their number. */
  readonly counted: number;
}

export interface JobGroup {
  /** Its root; null = no project's. */
  readonly project: string | null;
  /** null = no app of a manager. */
  readonly app: string | null;
  /** Of the roots of its jobs. */
  readonly kind: string;
  readonly jobs: number;
  readonly processes: number;
  /** null = of none of them it can be read. */
  readonly memoryBytes: number | null;
  readonly cpuPercent: number | null;
  /** Of the oldest job. */
  readonly ageMs: number;
  /** The greatest part of a limit that a single process uses. */
  readonly used: Readonly<Partial<Record<LimitName, number>>>;
}

/** `pid`: of the process that asks; its own job is left out. */
export function watchTotals(
  { atMs, monitorPid, watch, policy, judgement }: Report,
  pid: number,
): WatchTotals {
  const jobs = judgement.jobs.filter((job) => !isJobOf(pid, job));
  const { mode, intervalMs, breakerKillsPerMinute, governance } = policy;
  const terms = [
    { project: null, limits: governance?.elsewhere.limits ?? policy.limits },
    ...(governance?.projects ?? []).map(({ root, policy: { limits } }) => ({ project: root, limits })),
  ];
  return {
    atMs,
    monitorPid,
    ...(watch !== undefined && { watch }),
    mode,
    intervalMs,
    breakerKillsPerMinute,
    terms: terms.map(({ project, limits }) => ({ project, limits, counted: countedIn(jobs, project) })),
    groups: grouped(jobs),
    verdicts: verdictsOf(jobs),
  };
}

/** Those of one launch count once. */
const countedIn = (jobs: readonly JudgedJob[], project: string | null): number =>
  new Set(jobs.flatMap((job) => (job.counts && job.project === project ? [job.launch] : []))).size;

function verdictsOf(jobs: readonly JudgedJob[]): WatchTotals["verdicts"] {
  const all = jobs.flatMap(({ processes }) => processes.flatMap(({ verdicts }) => verdicts));
  const over = Map.groupBy(
    all.filter(({ decision }) => decision !== "ok"),
    ({ rule, decision }) => `${rule} ${decision}`,
  );
  return [...over.values()].flatMap((alike) => {
    const [first] = alike;
    return first === undefined
      ? []
      : [{ rule: first.rule, decision: first.decision, processes: alike.length }];
  });
}

function grouped(jobs: readonly JudgedJob[]): readonly JobGroup[] {
  const groups = new Map<string, JobGroup>();
  for (const group of jobs.map(groupOf)) {
    const key = JSON.stringify([group.project, group.app, group.kind]);
    const before = groups.get(key);
    groups.set(key, before === undefined ? group : asOneGroup(before, group));
  }
  return [...groups.values()];
}

const groupOf = ({ project, job, owner, processes }: JudgedJob): JobGroup => ({
  project,
  app: owner?.kind === "manager" ? owner.name : null,
  kind: job.root.kind,
  jobs: 1,
  processes: job.members.length,
  memoryBytes: sumOfKnown(job.members.map(({ memoryBytes }) => memoryBytes)),
  cpuPercent: sumOfKnown(processes.map(({ cpuPercent }) => cpuPercent)),
  ageMs: job.ageMs,
  used: usedBy(processes.flatMap(({ verdicts }) => verdicts)),
});

/** The limit on the number of jobs is no job's own. */
function usedBy(verdicts: readonly Verdict[]): JobGroup["used"] {
  const used: Partial<Record<LimitName, number>> = {};
  for (const { rule, value, limit } of verdicts)
    if ((rule === "cpu" || rule === "memory" || rule === "timeout") && value !== null && limit > 0)
      used[rule] = Math.max(used[rule] ?? 0, value / limit);
  return used;
}

/** Under the names of the first. */
export function asOneGroup(some: JobGroup, others: JobGroup): JobGroup {
  const used = { ...some.used };
  for (const limit of LIMIT_NAMES) {
    const part = others.used[limit];
    if (part !== undefined) used[limit] = Math.max(used[limit] ?? 0, part);
  }
  return {
    ...some,
    jobs: some.jobs + others.jobs,
    processes: some.processes + others.processes,
    memoryBytes: sumOfKnown([some.memoryBytes, others.memoryBytes]),
    cpuPercent: sumOfKnown([some.cpuPercent, others.cpuPercent]),
    ageMs: Math.max(some.ageMs, others.ageMs),
    used,
  };
}
