/** `report` for people: what was stopped and why, who offends, how the days went, which limits do not fit. */
import { outcomeInWords } from "../report/summary.ts";
import type { PeriodReport } from "../report/period.ts";
import { count, duration } from "../../text/wording.ts";
import { formatDate } from "../../text/duration.ts";
import { shortPath } from "../../render/command-name.ts";
import { wrap } from "../../render/notes.ts";
import { adviceLines } from "./report-advice.ts";
import { observedLines, offenderLines, stoppedLines, survivorLines } from "./report-stops.ts";
import { trendLines } from "./report-trend.ts";
import { bold, dim, green, lineWidth, plural, red, yellow } from "../../text/style.ts";
import { typed } from "../../trust/typed.ts";

/** Prose in longer lines than this is hard to read. */
const WIDEST = 100;
/** Shortly before now is now. */
const NOW_MS = 120_000;

/** `configPath`: where to write what is advised. */
export function renderReport(
  report: PeriodReport,
  { nowMs, configPath }: { readonly nowMs: number; readonly configPath: string },
): string {
  const width = Math.min(WIDEST, lineWidth());
  if (report.historyBeganMs === null)
    return `${bold("The history is empty so far.")} It is written while a monitor runs (${typed("monitor")}), and its first rows come within a minute.`;
  const sections = [
    headline(report, nowMs, width),
    stoppedLines(report, width),
    survivorLines(report, width),
    observedLines(report, width),
    offenderLines(report, width),
    trendLines(report),
    adviceLines(report, configPath, width),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}

function headline(report: PeriodReport, nowMs: number, width: number): string[] {
  const { fromMs, toMs, project, before } = report;
  const upToNow = nowMs - toMs < NOW_MS;
  const length = duration(toMs - fromMs);
  const period = upToNow
    ? `The last ${length}`
    : `${length} from ${formatDate(fromMs).slice(0, 16)} to ${formatDate(toMs).slice(0, 16)}`;
  const where = project === null ? "" : ` in ${shortPath(project)}`;
  const was = before?.stops === 1 ? "was" : "were";
  const compared = before === null ? "" : ` ${before.stops} ${was} stopped in the ${length} before.`;
  return [
    `${bold(`${period}${where}:`)} ${verdict(report)}`,
    ...wrap(watched(report) + compared, width).map(dim),
  ];
}

function verdict({ totals, mode }: PeriodReport): string {
  const { stops, survivors, unknown, observed } = totals;
  if (stops === 0 && observed === 0)
    return green(mode === "observe" ? "nothing ran away." : "nothing had to be stopped.");
  const paint = survivors > 0 ? red : unknown > 0 || stops === 0 ? yellow : green;
  return paint(`${outcomeInWords(totals)}.`);
}

/** Less than that was missed for a reason: the machine was off, or nobody started the monitor. */
const NEARLY_ALL = 0.95;

function watched({ totals, fromMs, toMs, historyBeganMs, days }: PeriodReport): string {
  const { watchedMs, jobs, monitorStarts, breakerOpenings } = totals;
  if (watchedMs === 0)
    return monitorStarts > 0
      ? "A monitor has watched for less than a minute."
      : "No monitor watched in that time.";
  const isWhole = watchedMs >= (toMs - fromMs) * NEARLY_ALL;
  const share = isWhole ? duration(watchedMs) : `${duration(watchedMs)} of ${duration(toMs - fromMs)}`;
  const late =
    historyBeganMs !== null && historyBeganMs > fromMs && !isWhole
      ? ` (the history begins ${formatDate(historyBeganMs).slice(0, 16)})`
      : "";
  const starts = monitorStarts > Math.max(1, days.length) ? `, started ${monitorStarts} times` : "";
  const breaker = breakerOpenings === 0 ? "" : ` The breaker opened ${plural(breakerOpenings, "time")}.`;
  return `A monitor watched for ${share}${late}${starts}: ${count(jobs, "job")}.${breaker}`;
}
