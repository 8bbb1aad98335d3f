/** The apps that bunctl's manager runs. */
import { STATE_OF, type InstanceState } from "../../core/app/app-state.ts";
import type { AppDocument, InstanceDocument } from "../../wire/manager.ts";
import { projectNames } from "./groups.ts";
import { secondsOf, type Documents, type Metric, type Sample } from "./metric.ts";
import { label, MOST_SERIES } from "./names.ts";

const STATES: readonly InstanceState[] = [...new Set(Object.values(STATE_OF))];
const LABELS = ["project", "app"];
/** A counter that is "the others'" would shrink when one of them goes: these are left out. */
const MOST_INSTANCES = 4 * MOST_SERIES;

interface Shown {
  readonly labels: readonly [project: string, app: string];
  readonly app: AppDocument;
}

function shown(documents: Documents): readonly Shown[] {
  const names = projectNames(documents);
  const byLabels = new Map(
    documents.apps?.apps.map((app) => {
      const { directory, name } = app.spec;
      const labels = [names.get(directory) ?? label(directory), label(name)] as const;
      return [labels.join("\n"), { labels, app }];
    }),
  );
  return [...byLabels.values()].slice(0, MOST_SERIES);
}

const each =
  (of: (app: AppDocument) => number | null): Metric["read"] =>
  (documents) =>
    shown(documents).map(({ labels, app }) => [of(app), labels]);

/** One sample of an app: its labels, and one more. */
const sampleOf =
  ({ labels: [project, app] }: Shown) =>
  (value: number, last: string): Sample => [value, [project, app, last]];

const eachInstance =
  (of: (instance: InstanceDocument) => number): Metric["read"] =>
  (documents) =>
    shown(documents)
      .flatMap((one) => one.app.instances.map((its) => sampleOf(one)(of(its), String(its.number))))
      .slice(0, MOST_INSTANCES);

const sum =
  (of: (instance: InstanceDocument) => number | null) =>
  ({ instances }: AppDocument): number | null =>
    instances.reduce<number | null>((total, instance) => {
      const value = of(instance);
      return value === null ? total : (total ?? 0) + value;
    }, null);

const percentToCores = (percent: number | null): number | null => (percent === null ? null : percent / 100);

export const APP_METRICS: readonly Metric[] = [
  {
    name: "manager_up",
    type: "gauge",
    unit: null,
    help: "1 while bunctl's manager runs and answers. Where it does not, the apps run on, and nobody restarts them.",
    labels: [],
    read: ({ apps }) => [[apps === null || apps.manager === null ? 0 : 1]],
  },
  {
    name: "manager_start_time_seconds",
    type: "gauge",
    unit: "seconds",
    help: "When the manager was started, since the Unix epoch.",
    labels: [],
    read: ({ apps }) => [[secondsOf(apps?.manager?.sinceMs ?? null)]],
  },
  {
    name: "app_instances",
    type: "gauge",
    unit: null,
    help: "Instances of an app by their state. The first 50 apps have series.",
    labels: [...LABELS, "state"],
    read: (documents) =>
      shown(documents).flatMap((one) =>
        STATES.map((state) =>
          sampleOf(one)(one.app.instances.filter((its) => its.state === state).length, state),
        ),
      ),
  },
  {
    name: "app_restarts",
    type: "counter",
    unit: null,
    help: "Restarts of an instance. A bunctl reset begins anew.",
    labels: [...LABELS, "app_instance"],
    read: eachInstance(({ restarts }) => restarts),
  },
  {
    name: "app_lost_lines",
    type: "counter",
    unit: null,
    help: "Lines of the output of an instance that reached no log file.",
    labels: [...LABELS, "app_instance"],
    read: eachInstance(({ lostLines }) => lostLines),
  },
  {
    name: "app_processes",
    type: "gauge",
    unit: null,
    help: "Processes of an app, all that it has started included.",
    labels: LABELS,
    read: each(sum(({ processes }) => processes)),
  },
  {
    name: "app_memory_bytes",
    type: "gauge",
    unit: "bytes",
    help: "Memory of all instances of an app.",
    labels: LABELS,
    read: each(sum(({ memoryBytes }) => memoryBytes)),
  },
  {
    name: "app_cpu_cores",
    type: "gauge",
    unit: "cores",
    help: "Cores that all instances of an app use, since somebody asked before.",
    labels: LABELS,
    read: each((app) => percentToCores(sum(({ cpuPercent }) => cpuPercent)(app))),
  },
  {
    name: "app_limit_memory_bytes",
    type: "gauge",
    unit: "bytes",
    help: "How much memory one instance of an app may use. A limit that is off is missing, here and in the next two.",
    labels: LABELS,
    read: each(({ spec }) => spec.limits.memoryBytes),
  },
  {
    name: "app_limit_cpu_cores",
    type: "gauge",
    unit: "cores",
    help: "How many cores one instance of an app may use.",
    labels: LABELS,
    read: each(({ spec }) => percentToCores(spec.limits.cpuPercent)),
  },
  {
    name: "app_memory_limit_used_ratio",
    type: "gauge",
    unit: "ratio",
    help: "The part of its memory limit that the largest instance of an app uses.",
    labels: LABELS,
    read: each(({ spec, instances }) => {
      const used = instances.flatMap(({ memoryBytes }) => memoryBytes ?? []);
      const most = spec.limits.memoryBytes;
      return most === null || used.length === 0 ? null : Math.max(...used) / most;
    }),
  },
];
