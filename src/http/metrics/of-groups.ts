/** What runs: jobs with their children, by project, app and kind, and what is held against them. */
import { LIMIT_NAMES } from "../../core/judge/policy.ts";
import { jobGroups, jobsOf, type JobGroup } from "./groups.ts";
import { secondsOf, type Documents, type Metric, type Sample } from "./metric.ts";

const LABELS = ["project", "app", "kind"];

const each =
  (of: (group: JobGroup) => number | null): Metric["read"] =>
  (documents) =>
    jobGroups(documents).map((group) => [of(group), group.labels]);

function over(documents: Documents): readonly Sample[] {
  const { report } = documents;
  if (report === null) return [];
  const count = new Map<string, number>();
  for (const { verdicts } of jobsOf(documents).flatMap(({ processes }) => processes))
    for (const { rule, decision } of verdicts)
      count.set(`${rule} ${decision}`, (count.get(`${rule} ${decision}`) ?? 0) + 1);
  return LIMIT_NAMES.flatMap((rule) =>
    ["suspect", "runaway"].map((decision): Sample => [
      count.get(`${rule} ${decision}`) ?? 0,
      [rule, decision],
    ]),
  );
}

export const GROUP_METRICS: readonly Metric[] = [
  {
    name: "group_jobs",
    type: "gauge",
    unit: null,
    help: "Jobs that run. A job is what was launched once, with all of its children; its kind is that of its root.",
    labels: LABELS,
    read: each(({ jobs }) => jobs),
  },
  {
    name: "group_processes",
    type: "gauge",
    unit: null,
    help: "Processes of these jobs, children that are not Bun included.",
    labels: LABELS,
    read: each(({ processes }) => processes),
  },
  {
    name: "group_memory_bytes",
    type: "gauge",
    unit: "bytes",
    help: "Memory of these processes that no file backs: anonymous, shared and swapped.",
    labels: LABELS,
    read: each(({ memoryBytes }) => memoryBytes),
  },
  {
    name: "group_cpu_cores",
    type: "gauge",
    unit: "cores",
    help: "Cores that their Bun processes use, since the look before.",
    labels: LABELS,
    read: each(({ cpuPercent }) => (cpuPercent === null ? null : cpuPercent / 100)),
  },
  {
    name: "group_age_seconds",
    type: "gauge",
    unit: "seconds",
    help: "Age of the oldest of these jobs.",
    labels: LABELS,
    read: each(({ ageMs }) => secondsOf(ageMs)),
  },
  {
    name: "group_limit_used_ratio",
    type: "gauge",
    unit: "ratio",
    help: "The greatest part of a limit that one of their processes uses. At 1 the limit is reached. What is spared is missing.",
    labels: [...LABELS, "limit"],
    read: (documents) =>
      jobGroups(documents).flatMap(({ labels, used }) =>
        LIMIT_NAMES.flatMap((limit): readonly Sample[] =>
          used.has(limit) ? [[used.get(limit) ?? null, [...labels, limit]]] : [],
        ),
      ),
  },
  {
    name: "over_limit_processes",
    type: "gauge",
    unit: null,
    help: "Processes over a limit: suspects, which are left alone so far, and runaways.",
    labels: ["limit", "decision"],
    read: over,
  },
];
