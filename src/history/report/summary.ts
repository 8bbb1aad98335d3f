/** A period in a few words, for the log: one line for the day, a few for the month. */
import { printable } from "../../text/mask.ts";
import { bytes, count, duration, whole } from "../../text/wording.ts";
import type { Advice, PeriodReport, Suggestion, Totals } from "./period.ts";
import type { StopRule } from "../../core/plan/cause.ts";

const MOST_CHARACTERS = 300;
const MOST_COMMAND_CHARACTERS = 60;
const MOST_NAMED = 3;

/** One line of at most 300 characters, for the log entry of the day. */
export function reportSummary(report: PeriodReport): string {
  const { totals, offenders } = report;
  const worst = offenders.commands.find(({ stops }) => stops > 1);
  const parts = [
    `${duration(report.toMs - report.fromMs)}: ${outcome(totals)}`,
    totals.stops > 0 ? byRule(totals) : null,
    worst === undefined ? null : `most often ${command(worst.name)} (${worst.stops})`,
    load(totals),
    totals.breakerOpenings > 0 ? `the breaker opened ${count(totals.breakerOpenings, "time")}` : null,
    changes(report).length > 0
      ? `${count(changes(report).length, "limit")} to look at: bun-watchdog report`
      : null,
  ];
  return printable(parts.filter((part) => part !== null).join("; "), MOST_CHARACTERS);
}

/** Several lines for the monthly review: what happened, who did it, when it was worst, and which limits should change. */
export function review(report: PeriodReport): string {
  const { before, days, totals } = report;
  const length = duration(report.toMs - report.fromMs);
  const worstDay = days.toSorted((a, b) => b.stops - a.stops)[0];
  const lines = [
    `${length}: ${outcome(totals)}${totals.stops > 0 ? ` (${byRule(totals)})` : ""}; ${load(totals) ?? "nobody watched"}`,
    before === null ? null : `the ${length} before: ${outcome(before)}; ${load(before) ?? "nobody watched"}`,
    totals.stops === 0 || worstDay === undefined
      ? null
      : `worst day: ${worstDay.date}, ${worstDay.stops} stopped`,
    ...offenderLines(report),
    ...changes(report).map(adviceLine),
    changes(report).length === 0 ? "no limit has to be changed" : "what to write: bun-watchdog report",
  ];
  return lines.flatMap((line) => (line === null ? [] : [printable(line)])).join("\n");
}

function outcome(totals: Totals): string {
  const { stops, targets, survivors, unknown, observed } = totals;
  const left = observed === 0 ? "" : `, ${count(observed, "runaway")} only observed`;
  if (stops === 0) return `nothing was stopped${left}`;
  const processes = `${whole(targets)} process${targets === 1 ? "" : "es"}`;
  const ends = [
    ...(survivors === 0 && unknown > 0 ? [] : [`${survivors === 0 ? "none" : whole(survivors)} survived`]),
    ...(unknown === 0 ? [] : [`what became of ${whole(unknown)} is not known`]),
  ];
  return `${stopsInWords(totals)} (${processes}), ${ends.join(", ")}${left}`;
}

const byRule = ({ stopsByRule }: Totals): string =>
  Object.entries(stopsByRule)
    .map(([rule, stops]) => `${rule} ${stops}`)
    .join(", ");

/** null: nobody looked. */
function load({ watchedMs, peakJobs, peakMemoryBytes }: Totals): string | null {
  if (watchedMs === 0 || peakJobs === null || peakMemoryBytes === null) return null;
  return `at most ${count(peakJobs, "job")} and ${bytes(peakMemoryBytes)} at once`;
}

const command = (name: string | null): string => printable(name ?? "unknown", MOST_COMMAND_CHARACTERS);

const offenderLines = ({ offenders }: PeriodReport): string[] =>
  offenders.commands
    .slice(0, MOST_NAMED)
    .map(
      ({ name, stops, episodes }) =>
        `offender: ${command(name)}, stopped ${count(stops, "time")}, over a limit ${count(episodes, "time")}`,
    );

/** Findings that ask for a change. */
const changes = ({ advice }: PeriodReport): readonly Advice[] =>
  advice.filter(({ finding }) => finding === "too-tight" || finding === "too-loose");

const adviceLine = ({ limit, finding, command: of, suggestion, evidence }: Advice): string =>
  `${limit}${of === null ? "" : ` of ${command(of)}`} is ${finding === "too-tight" ? "too tight" : "too loose"}${proposed(suggestion)}: ${evidence}`;

function proposed(suggestion: Suggestion | null): string {
  if (suggestion === null) return "";
  if (suggestion.kind === "key") return `, ${suggestion.key} ${suggestion.value} would do`;
  const { maxMemoryUsageMB, processTimeoutMs } = suggestion.rule;
  return maxMemoryUsageMB === undefined
    ? `, a rule with processTimeoutMs ${processTimeoutMs} would do`
    : `, a rule with maxMemoryUsageMB ${maxMemoryUsageMB} would do`;
}

/** Why something was stopped, in the broadest sense: who ran away is one thing, who was one too many, or named by a person, another. */
export type StopKind = "runaway" | "number" | "by-hand";

export const kindOf = (rule: StopRule): StopKind =>
  rule === "concurrency" ? "number" : rule === "manual" || rule === "request" ? "by-hand" : "runaway";

type StopsByKind = Readonly<Record<"runaways" | "number" | "byHand", number>>;

export function stopsByKind({ stops, stopsByRule }: Pick<Totals, "stops" | "stopsByRule">): StopsByKind {
  const number = stopsByRule.concurrency ?? 0;
  const byHand = (stopsByRule.manual ?? 0) + (stopsByRule.request ?? 0);
  return { runaways: Math.max(0, stops - number - byHand), number, byHand };
}

/** "2 runaways stopped, 1 job stopped for the number of jobs, 3 jobs stopped by hand". */
export function stopsInWords(totals: Pick<Totals, "stops" | "stopsByRule">): string {
  const { runaways, number, byHand } = stopsByKind(totals);
  return [
    ...(runaways > 0 ? [`${count(runaways, "runaway")} stopped`] : []),
    ...(number > 0 ? [`${count(number, "job")} stopped for the number of jobs`] : []),
    ...(byHand > 0 ? [`${count(byHand, "job")} stopped by hand`] : []),
  ].join(", ");
}
