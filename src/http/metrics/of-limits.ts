/** The limits in force, by project, and how many jobs count against the one on their number. */
import type { Limits } from "../../core/judge/policy.ts";
import type { WatchTotals } from "../../wire/documents/totals.ts";
import { projectLabel, projectNames } from "./groups.ts";
import { secondsOf, type Metric } from "./metric.ts";
import { MOST_SERIES } from "./names.ts";

type TermsOf = WatchTotals["terms"][number];

/** Of each project; `(none)` for jobs of no project. A limit that is off is null. */
const each =
  (of: (terms: TermsOf) => number | null): Metric["read"] =>
  (documents) => {
    const names = projectNames(documents);
    const terms = documents.totals?.terms.slice(0, MOST_SERIES) ?? [];
    const byLabel = new Map(terms.map((its) => [projectLabel(its.project, names), of(its)]));
    return [...byLabel].map(([project, value]) => [value, [project]]);
  };

const limit = (of: (limits: Limits) => number | null): Metric["read"] => each(({ limits }) => of(limits));

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
    read: each(({ counted }) => counted),
  },
];
