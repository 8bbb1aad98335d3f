/** The jobs of a look, rolled up: children into their job, and jobs of one project, app and kind into one group. */
import type { LimitName } from "../../core/judge/policy.ts";
import type { JudgedJob } from "../../core/judge/verdict.ts";
import { isJobOf } from "../../wire/documents/status.ts";
import type { Report } from "../../wire/reports.ts";
import type { Documents } from "./metric.ts";
import { label, MOST_SERIES, NONE, OTHER, shortNames } from "./names.ts";

export interface JobGroup {
  /** Project, app and kind, as labels. */
  readonly labels: readonly [project: string, app: string, kind: string];
  jobs: number;
  processes: number;
  /** null = of none of them it can be read. */
  memoryBytes: number | null;
  cpuPercent: number | null;
  /** Of the oldest job. */
  ageMs: number;
  /** By limit: the greatest part of it that a single process uses. */
  readonly used: Map<LimitName, number>;
}

/** A look is grouped once, whatever asks for it. */
const known = new WeakMap<Report, readonly JobGroup[]>();

/** With the most memory first. */
export function jobGroups(documents: Documents): readonly JobGroup[] {
  const { report } = documents;
  if (report === null) return [];
  const groups = known.get(report) ?? grouped(jobsOf(documents), projectNames(documents));
  known.set(report, groups);
  return groups;
}

/** All but the one that asks. */
export const jobsOf = ({ report, pid }: Documents): readonly JudgedJob[] =>
  report?.judgement.jobs.filter((job) => !isJobOf(pid, job)) ?? [];

/** Of every project that something is said about, by its root. */
export const projectNames = ({ report, apps, tests }: Documents): ReadonlyMap<string, string> =>
  shortNames([
    ...(report === null ? [] : [report.policy.projectRoot]),
    ...(report?.policy.governance?.projects.map(({ root }) => root) ?? []),
    ...(apps?.apps.map(({ spec }) => spec.directory) ?? []),
    ...tests.keys(),
  ]);

function grouped(jobs: readonly JudgedJob[], names: ReadonlyMap<string, string>): readonly JobGroup[] {
  const groups = new Map<string, JobGroup>();
  for (const job of jobs) {
    const project = job.project === null ? NONE : (names.get(job.project) ?? label(job.project));
    add(groups, [project, appOf(job), job.job.root.kind], (group) => addJob(group, job));
  }
  const all = [...groups.values()].toSorted((a, b) => (b.memoryBytes ?? 0) - (a.memoryBytes ?? 0));
  const rest = new Map<string, JobGroup>();
  for (const each of all.slice(MOST_SERIES))
    add(rest, [OTHER, OTHER, OTHER], (group) => addGroup(group, each));
  return [...all.slice(0, MOST_SERIES), ...rest.values()];
}

const appOf = ({ owner }: JudgedJob): string =>
  owner?.kind === "manager" && owner.name !== null ? label(owner.name) : NONE;

function add(
  groups: Map<string, JobGroup>,
  labels: JobGroup["labels"],
  change: (group: JobGroup) => void,
): void {
  const key = labels.join("\n");
  const group = groups.get(key) ?? {
    labels,
    jobs: 0,
    processes: 0,
    memoryBytes: null,
    cpuPercent: null,
    ageMs: 0,
    used: new Map(),
  };
  groups.set(key, group);
  change(group);
}

function addJob(group: JobGroup, { job, processes }: JudgedJob): void {
  group.jobs++;
  group.processes += job.members.length;
  group.ageMs = Math.max(group.ageMs, job.ageMs);
  for (const { memoryBytes } of job.members) group.memoryBytes = plus(group.memoryBytes, memoryBytes);
  for (const { cpuPercent, verdicts } of processes) {
    group.cpuPercent = plus(group.cpuPercent, cpuPercent);
    for (const { rule, value, limit } of verdicts)
      if (isOwnLimit(rule) && value !== null && limit > 0) uses(group, rule, value / limit);
  }
}

function addGroup(group: JobGroup, other: JobGroup): void {
  group.jobs += other.jobs;
  group.processes += other.processes;
  group.ageMs = Math.max(group.ageMs, other.ageMs);
  group.memoryBytes = plus(group.memoryBytes, other.memoryBytes);
  group.cpuPercent = plus(group.cpuPercent, other.cpuPercent);
  for (const [limit, part] of other.used) uses(group, limit, part);
}

const plus = (sum: number | null, value: number | null): number | null =>
  value === null ? sum : (sum ?? 0) + value;

const uses = ({ used }: JobGroup, limit: LimitName, part: number): void =>
  void used.set(limit, Math.max(used.get(limit) ?? 0, part));

/** The limit on the number of jobs is no job's own. */
const isOwnLimit = (rule: string): rule is LimitName =>
  rule === "cpu" || rule === "memory" || rule === "timeout";
