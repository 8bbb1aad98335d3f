/** The limits in force, by project, and how many jobs count against the one on their number. */
import type { Limits } from "../../core/judge/policy.ts";
import { jobsOf, projectNames } from "./groups.ts";
import { secondsOf, type Documents, type Metric, type Sample } from "./metric.ts";
import { label, MOST_SERIES, NONE } from "./names.ts";

/** Of each project by its label; `(none)` for jobs of no project. A limit that is off is null. */
function limitsIn(documents: Documents): readonly (readonly [project: string, limits: Limits])[] {
  const { report } = documents;
  if (report === null) return [];
  const { governance, limits } = report.policy;
  if (governance === undefined) return [[NONE, limits]];
  const names = projectNames(documents);
  const projects = governance.projects.map(
    ({ root, policy }) => [names.get(root) ?? label(root), policy.limits] as const,
  );
  return [[NONE, governance.elsewhere.limits], ...new Map(projects.slice(0, MOST_SERIES))];
}

const limit =
  (of: (limits: Limits) => number | null): Metric["read"] =>
  (documents) =>
    limitsIn(documents).map(([project, limits]) => [of(limits), [project]]);

/** Those of one launch count once. */
function counted(documents: Documents): readonly Sample[] {
  const names = projectNames(documents);
  const launches = new Map(limitsIn(documents).map(([project]) => [project, new Set<string>()]));
  for (const { counts, launch, project } of jobsOf(documents))
    if (counts) launches.get(project === null ? NONE : (names.get(project) ?? ""))?.add(launch);
  return [...launches].map(([project, its]) => [its.size, [project]]);
}

export const LIMIT_METRICS: readonly Metric[] = [
  {
    name: "limit_memory_bytes",
    type: "gauge",
    unit: "bytes",
    help: "How much memory a process may use. A limit that is off is missing, here and in the next three.",
    labels: ["project"],
    read: limit(({ memoryBytes }) => memoryBytes),
  },
  {
    name: "limit_cpu_cores",
    type: "gauge",
    unit: "cores",
    help: "How many cores a process may use for the whole hold without progress.",
    labels: ["project"],
    read: limit(({ cpuPercent }) => (cpuPercent === null ? null : cpuPercent / 100)),
  },
  {
    name: "limit_age_seconds",
    type: "gauge",
    unit: "seconds",
    help: "How long a job may run.",
    labels: ["project"],
    read: limit(({ timeoutMs }) => secondsOf(timeoutMs)),
  },
  {
    name: "limit_jobs",
    type: "gauge",
    unit: null,
    help: "How many jobs may run at once.",
    labels: ["project"],
    read: limit(({ concurrency }) => concurrency),
  },
  {
    name: "counted_jobs",
    type: "gauge",
    unit: null,
    help: "Jobs that count against bun_watchdog_limit_jobs.",
    labels: ["project"],
    read: counted,
  },
];
