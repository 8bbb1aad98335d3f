/** How the days went: a row per measure, a bar per day, and beside it this period and the one before. */
import type { Day, Measured, PeriodReport, Totals } from "../report/period.ts";
import { bytes } from "../../text/wording.ts";
import { bold, dim, dimHeader, formatPercent } from "../../text/style.ts";
import { table, type Column } from "../../text/table.ts";

/** `rare`: said only when there is something to say. */
const MEASURES: readonly (readonly [
  title: string,
  key: Exclude<keyof Measured, "watchedMs">,
  say: (value: number) => string,
  rare?: true,
])[] = [
  ["stopped", "stops", String],
  ["most jobs at once", "peakJobs", String],
  ["most memory", "peakMemoryBytes", bytes],
  ["CPU on average", "meanCpuPercent", formatPercent],
  ["CPU at most", "maxCpuPercent", formatPercent],
  ["monitor starts", "monitorStarts", String, true],
  ["breaker opened", "breakerOpenings", String, true],
];

/** Up to here a weekday fits above each bar. */
const MOST_NAMED_DAYS = 16;
/** More bars do not fit beside the numbers: several days then share one. */
const MOST_BARS = 40;
const WEEKDAYS = ["Su", "Mo", "Tu", "We", "Th", "Fr", "Sa"] as const;

export function trendLines({ days, totals, before, project }: PeriodReport): string[] {
  if (days.length < 2 || totals.watchedMs === 0) return [];
  const isNamed = days.length <= MOST_NAMED_DAYS;
  const bars = (values: readonly (number | null)[]): string => {
    const each = sparkline(shared(values));
    return isNamed ? each.map((one) => one + one).join(" ") : each.join("");
  };
  const columns: readonly Column[] = [
    { title: "" },
    { title: isNamed ? days.map(weekday).join(" ") : `${days[0]?.date ?? ""} to ${days.at(-1)?.date ?? ""}` },
    { title: "NOW", align: "right" },
    ...(before === null ? [] : [{ title: "BEFORE", align: "right" } as const]),
  ];
  const shown = MEASURES.filter(([, key, , rare]) => rare !== true || (totals[key] ?? 0) > 0);
  const rows = shown.map(([title, key, say]) => {
    const said = ({ [key]: value }: Totals): string => (value === null ? "?" : say(value));
    return [title, bars(days.map((day) => day[key])), said(totals), before === null ? "" : said(before)];
  });
  return [
    bold("Day by day"),
    ...table(columns, rows, Infinity, dimHeader),
    ...(project === null ? [] : [dim("Of this, only what was stopped is this project's alone.")]),
  ];
}

/** "Tu" of "2026-11-24"; noon, so that no time zone moves it to another day. */
const weekday = ({ date }: Day): string => WEEKDAYS[new Date(`${date}T12:00:00`).getDay()] ?? "";

/** Neighbours share a bar, which shows the highest of them. */
function shared(values: readonly (number | null)[]): readonly (number | null)[] {
  const size = Math.ceil(values.length / MOST_BARS);
  return Array.from({ length: Math.ceil(values.length / size) }, (_, at) => {
    const known = values.slice(at * size, (at + 1) * size).filter((value) => value !== null);
    return known.length === 0 ? null : Math.max(...known);
  });
}

const BARS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;
/** Nobody looked: not the same as nothing. */
const UNKNOWN = "·";

/**
 * One character per value, from 0 to the highest. Only zero is the lowest bar, so that one of a hundred is still seen;
 * null is a dot. No value is negative.
 */
export function sparkline(values: readonly (number | null)[]): readonly string[] {
  const highest = Math.max(0, ...values.map((value) => value ?? 0));
  const steps = BARS.length - 1;
  return values.map((value) => {
    if (value === null) return UNKNOWN;
    const step = value <= 0 ? 0 : Math.max(1, Math.round((value / highest) * steps));
    return BARS[step] ?? UNKNOWN;
  });
}
