/** A period in a few words, for the log. */
import { printable } from "../../text/mask.ts";
import { bytes, count, duration, processCount, whole } from "../../text/wording.ts";
import type { PeriodReport, Totals } from "./period.ts";
import type { StopRule } from "../../core/plan/cause.ts";

const MOST_CHARACTERS = 300;
const MOST_COMMAND_CHARACTERS = 60;

export function reportSummary(report: PeriodReport): string {
  const { totals, offenders, advice } = report;
  const worst = offenders.commands.find(({ stops }) => stops > 1);
  const unfit = advice.filter(({ finding }) => finding === "too-tight" || finding === "too-loose").length;
  const rules = Object.entries(totals.stopsByRule).map(([rule, stops]) => `${rule} ${stops}`);
  const parts = [
    `${duration(report.toMs - report.fromMs)}: ${outcomeInWords(totals)}`,
    totals.stops > 0 ? rules.join(", ") : null,
    worst === undefined
      ? null
      : `most often ${printable(worst.name ?? "unknown", MOST_COMMAND_CHARACTERS)} (${worst.stops})`,
    load(totals),
    totals.breakerOpenings > 0 ? `the breaker opened ${count(totals.breakerOpenings, "time")}` : null,
    unfit > 0 ? `${count(unfit, "limit")} to look at: bun-watchdog report` : null,
  ];
  return printable(parts.filter((part) => part !== null).join("; "), MOST_CHARACTERS);
}

/** "7 runaways stopped (12 processes), 1 survived, 2 runaways only observed". */
export function outcomeInWords(totals: Totals): string {
  const { stops, targets, survivors, unknown, observed } = totals;
  const left = observed === 0 ? [] : [`${count(observed, "runaway")} only observed`];
  if (stops === 0) return ["nothing was stopped", ...left].join(", ");
  const processes = targets === stops ? "" : ` (${processCount(targets)})`;
  const ends = [
    ...(survivors === 0 && unknown > 0 ? [] : [`${survivors === 0 ? "none" : whole(survivors)} survived`]),
    ...(unknown === 0 ? [] : [`what became of ${whole(unknown)} is not known`]),
  ];
  return [stopsInWords(totals) + processes, ...ends, ...left].join(", ");
}

/** null: nobody looked. */
function load({ watchedMs, peakJobs, peakMemoryBytes }: Totals): string | null {
  if (watchedMs === 0 || peakJobs === null || peakMemoryBytes === null) return null;
  return `at most ${count(peakJobs, "job")} and ${bytes(peakMemoryBytes)} at once`;
}

/** Why something was stopped, in the broadest sense: who ran away is one thing, who was one too many, or named by a person, another. */
export type StopKind = "runaways" | "number" | "byHand";

export const kindOf = (rule: StopRule): StopKind =>
  rule === "concurrency" ? "number" : rule === "manual" || rule === "request" ? "byHand" : "runaways";

type Stops = Pick<Totals, "stops" | "stopsByRule">;

export function stopsByKind({ stops, stopsByRule }: Stops): Readonly<Record<StopKind, number>> {
  const number = stopsByRule.concurrency ?? 0;
  const byHand = (stopsByRule.manual ?? 0) + (stopsByRule.request ?? 0);
  return { runaways: Math.max(0, stops - number - byHand), number, byHand };
}

/** "2 runaways stopped, 1 job stopped for the number of jobs, 3 jobs stopped by hand". */
function stopsInWords(totals: Stops): string {
  const { runaways, number, byHand } = stopsByKind(totals);
  return [
    ...(runaways > 0 ? [`${count(runaways, "runaway")} stopped`] : []),
    ...(number > 0 ? [`${count(number, "job")} stopped for the number of jobs`] : []),
    ...(byHand > 0 ? [`${count(byHand, "job")} stopped by hand`] : []),
  ].join(", ");
}
