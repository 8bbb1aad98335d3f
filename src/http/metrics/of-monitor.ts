/** The monitor itself: whether it watches, how, and what that takes. */
import { secondsOf, type Documents, type Metric } from "./metric.ts";

const isUp = ({ monitorSinceMs, totals }: Documents): boolean =>
  monitorSinceMs !== null && totals !== null && totals.monitorPid !== null;

export const MONITOR_METRICS: readonly Metric[] = [
  {
    name: "build",
    type: "info",
    unit: null,
    help: "The version of bun-watchdog that serves these metrics.",
    labels: ["version"],
    read: ({ version }) => [[1, [version]]],
  },
  {
    name: "monitor_up",
    type: "gauge",
    unit: null,
    help: "1 while a monitor runs and answers; else nobody stops a runaway.",
    labels: [],
    read: (documents) => [[isUp(documents) ? 1 : 0]],
  },
  {
    name: "monitor_start_time_seconds",
    type: "gauge",
    unit: "seconds",
    help: "When the monitor was started, since the Unix epoch.",
    labels: [],
    read: ({ monitorSinceMs }) => [[secondsOf(monitorSinceMs)]],
  },
  {
    name: "mode",
    type: "gauge",
    unit: null,
    help: "1 for the mode that is in force: enforce stops runaways, observe only tells of them.",
    labels: ["mode"],
    read: ({ totals }) =>
      totals === null ? [] : ["enforce", "observe"].map((mode) => [Number(totals.mode === mode), [mode]]),
  },
  {
    name: "look_time_seconds",
    type: "gauge",
    unit: "seconds",
    help: "When the machine was looked at for what stands here, since the Unix epoch.",
    labels: [],
    read: ({ totals }) => [[secondsOf(totals?.atMs ?? null)]],
  },
  {
    name: "tick_interval_seconds",
    type: "gauge",
    unit: "seconds",
    help: "The longest time between two ticks of the monitor.",
    labels: [],
    read: ({ totals }) => [[secondsOf(totals?.intervalMs ?? null)]],
  },
  {
    name: "ticks",
    type: "counter",
    unit: null,
    help: "Ticks of the monitor since its start.",
    labels: [],
    read: ({ totals }) => [[totals?.watch?.ticks ?? null]],
  },
  {
    name: "tick_duration_seconds",
    type: "counter",
    unit: "seconds",
    help: "What these ticks took together, by the clock. Divided by their number: the duration of one.",
    labels: [],
    read: ({ totals }) => [[secondsOf(totals?.watch?.ticksTookMs ?? null)]],
  },
  {
    name: "breaker_open",
    type: "gauge",
    unit: null,
    help: "1 while the monitor only observes because it has killed too often within a minute.",
    labels: [],
    read: ({ totals }) => [[totals?.watch === undefined ? null : Number(totals.watch.breaker.isOpen)]],
  },
  {
    name: "breaker_kills",
    type: "gauge",
    unit: null,
    help: "Kills of the last minute, as the breaker counts them.",
    labels: [],
    read: ({ totals }) => [[totals?.watch?.breaker.killsLastMinute ?? null]],
  },
  {
    name: "breaker_limit_kills",
    type: "gauge",
    unit: null,
    help: "Kills in a minute at which the breaker opens.",
    labels: [],
    read: ({ totals }) => [[totals?.breakerKillsPerMinute ?? null]],
  },
];
