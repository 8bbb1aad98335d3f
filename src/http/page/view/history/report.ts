/** What a period has brought, in one sentence, in numbers and by day; and whether the limits fit. */
import { h, setProperty } from "../../dom/element.ts";
import type { Day, Offender } from "../../../../history/report/period.ts";
import { RequestError } from "../../connection/request.ts";
import { adviceWords, summaryOf, toPaste, type ReportDocument } from "../../model/report.ts";
import { duration, inRow, several, shortCommandOf, sizeWords, UNKNOWN, whole } from "../../model/words.ts";
import { copyable, empty, plainTable, section, toned } from "../parts.ts";
import type { Context } from "../view.ts";

/** null: nothing was ever recorded. */
export async function askedReport({ server }: Context, days: string): Promise<ReportDocument | null> {
  try {
    return await server.get<ReportDocument>(`/api/report?since=${days}d`);
  } catch (error) {
    if (error instanceof RequestError && error.status === 404) return null;
    throw error;
  }
}

export function reportPart(report: ReportDocument | null, isWatched: boolean): HTMLElement {
  if (report === null || report.historyBeganMs === null)
    return isWatched
      ? empty(
          "There is no report yet.",
          "The monitor writes its history once a minute, for as long as it runs.",
        )
      : empty(
          "Nothing is recorded yet.",
          "A monitor writes the history while it runs. Start one, and come back in a while:",
          "bun-watchdog monitor --detach",
        );
  return h(
    "div",
    { class: "report" },
    h("p", { class: "report-summary" }, summaryOf(report)),
    figuresOf(report.totals),
    h(
      "div",
      { class: "two" },
      section("Stops by day", dayBars(report.days)),
      section("Most often stopped", offenderTable(report.offenders.commands)),
    ),
    section("Do the limits fit?", ...adviceParts(report.advice)),
  );
}

function figuresOf({
  stops,
  watchedMs,
  peakJobs,
  peakMemoryBytes,
  observed,
}: ReportDocument["totals"]): HTMLElement {
  const figures = [
    [
      several(stops, "stop"),
      watchedMs === 0 ? "the first minute is not over" : `in ${duration(watchedMs)} of watching`,
    ],
    [peakJobs === null ? UNKNOWN : whole(peakJobs), "jobs at once, at most"],
    [sizeWords(peakMemoryBytes), "of memory, at most"],
    [whole(observed), "over a limit, and left alone"],
  ] as const;
  return h(
    "dl",
    { class: "figures" },
    ...figures.map(([value, words]) => h("div", {}, h("dt", {}, words), h("dd", {}, value))),
  );
}

function dayBars(days: readonly Day[]): HTMLElement {
  const most = Math.max(1, ...days.map(({ stops }) => stops));
  const one = ({ date, stops }: Day): HTMLElement => {
    const bar = h("div", { class: "day-bar", "aria-hidden": "true" });
    setProperty(bar, "--share", String(stops / most));
    return h(
      "li",
      { class: "day", title: `${date}: ${several(stops, "stop")}` },
      h("span", { class: "day-count" }, stops === 0 ? "" : whole(stops)),
      bar,
      h("span", {}, date.slice(8)),
    );
  };
  return h("ol", { class: "days", "aria-label": "Stops by day" }, ...days.map(one));
}

function offenderTable(offenders: readonly Offender[]): HTMLElement {
  const stopped = offenders.filter(({ stops }) => stops > 0);
  if (stopped.length === 0) return h("p", { class: "hint" }, "None.");
  return plainTable(
    "Commands that were stopped most often",
    [{ title: "Command" }, { title: "Stops", number: true }, { title: "Peak", number: true }],
    stopped.map(({ name, stops, peakMemoryBytes }) => [
      h(
        "bdi",
        { class: "command", dir: "ltr" },
        inRow(name === null ? "not known" : shortCommandOf(name, null)),
      ),
      whole(stops),
      sizeWords(peakMemoryBytes),
    ]),
  );
}

function adviceParts(advice: ReportDocument["advice"]): readonly HTMLElement[] {
  const parts = advice.map((each) => {
    const { title, finding, tone, evidence, change } = adviceWords(each);
    return h(
      "div",
      { class: "advice" },
      h(
        "p",
        {},
        h("strong", {}, inRow(title)),
        " ",
        toned(finding, tone),
        change === null ? null : h("span", { class: "number" }, ` ${change}`),
      ),
      h("p", { class: "why" }, evidence),
    );
  });
  const paste = toPaste(advice);
  if (paste !== null)
    parts.push(
      h(
        "div",
        { class: "paste" },
        h("p", { class: "hint" }, "To follow this, put into the configuration file:"),
        copyable(paste),
      ),
    );
  return parts;
}
