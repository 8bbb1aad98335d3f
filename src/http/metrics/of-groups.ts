/** What runs: jobs with their children, by project, app and kind, and what is held against them. */
import { LIMIT_NAMES } from "../../core/judge/policy.ts";
import type { JobGroup } from "../../wire/documents/totals.ts";
import { labelledGroups } from "./groups.ts";
import { secondsOf, type Documents, type Metric, type Sample } from "./metric.ts";

const LABELS = ["project", "app", "kind"];

const labelsOf = ({ project, app, kind }: JobGroup): readonly string[] => [project ?? "", app ?? "", kind];

const each =
  (of: (group: JobGroup) => number | null): Metric["read"] =>
  (documents) =>
    labelledGroups(documents).map((group) => [of(group), labelsOf(group)]);

function over({ totals }: Documents): readonly Sample[] {
  if (totals === null) return [];
  const count = new Map(
    totals.verdicts.map(({ rule, decision, processes }) => [`${rule} ${decision}`, processes]),
  );
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
      labelledGroups(documents).flatMap((group) =>
        LIMIT_NAMES.flatMap((limit): readonly Sample[] => {
          const used = group.used[limit];
          return used === undefined ? [] : [[used, [...labelsOf(group), limit]]];
        }),
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
