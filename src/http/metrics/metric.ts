/** A metric is data: this one table is what is served, what docs/metrics.md lists, and what the rules and the dashboard may name. */
import type { HistoryCounts } from "../../history/store/counts.ts";
import type { TestMemory } from "../../runner/test/memory.ts";
import type { AppsDocument } from "../../wire/manager.ts";
import type { WatchTotals } from "../../wire/documents/totals.ts";

/** All that is known at one moment. What is null or missing could not be asked: its metrics are left out, never zero. */
export interface Documents {
  readonly version: string;
  /** Unix epoch ms since which the monitor runs; null = none does, or it does not answer. */
  readonly monitorSinceMs: number | null;
  readonly totals: WatchTotals | null;
  readonly counts: HistoryCounts | null;
  readonly apps: AppsDocument | null;
  /** What is known of the test files of each project, by its root. */
  readonly tests: ReadonlyMap<string, TestMemory>;
}

/** `info`: a 1 whose labels say something. */
type MetricType = "gauge" | "counter" | "info";

/** null = it cannot be told now. The labels stand in the order in which the metric names them. */
export type Sample = readonly [value: number | null, labels?: readonly string[]];

export interface Metric {
  /** Without the ending that its type asks for (`_total`, `_info`); with its unit as the last word. */
  readonly name: string;
  readonly type: MetricType;
  readonly unit: "bytes" | "seconds" | "cores" | "ratio" | null;
  /** One sentence. */
  readonly help: string;
  readonly labels: readonly string[];
  readonly read: (documents: Documents) => readonly Sample[];
}

const ENDINGS: Readonly<Record<MetricType, string>> = { gauge: "", counter: "_total", info: "_info" };

/** As it stands before each of its values, and in every query. */
export const sampleName = ({ name, type }: Pick<Metric, "name" | "type">): string =>
  `bun_watchdog_${name}${ENDINGS[type]}`;

/** Of something that somebody else has made, a number that may be missing. */
export const secondsOf = (ms: number | null): number | null => (ms === null ? null : ms / 1_000);
