/** What was stopped, and what that says about the limits. */
import { h, setProperty, setText } from "../dom/element.ts";
import type { Day, Offender } from "../../../history/report/period.ts";
import { RequestError } from "../connection/request.ts";
import type { KillRow } from "../model/kills.ts";
import { adviceWords, summaryOf, toPaste, type ReportDocument } from "../model/report.ts";
import type { LiveState } from "../model/state.ts";
import {
  dayOf,
  duration,
  formatDate,
  inRow,
  several,
  shortCommandOf,
  sizeWords,
  whole,
} from "../model/words.ts";
import { killList } from "./kill-list.ts";
import { asked, choice, copyable, empty, plainTable, section, toned } from "./parts.ts";
import type { Context, MakeView } from "./view.ts";

const DAY_MS = 86_400_000;
/** The server makes it anew as often. */
const REPORT_EVERY_MS = 60_000;
const PERIODS = [
  ["1", "24 hours"],
  ["7", "7 days"],
  ["30", "30 days"],
] as const;
type Period = (typeof PERIODS)[number][0];

let period: Period = "7";

export const historyView: MakeView = (context) => {
  const report = h("div", {});
  const days = h("div", {});
  const filter = h("input", {
    type: "search",
    class: "filter",
    placeholder: "Filter   /",
    "aria-label": "Filter what was stopped, by command, rule or reason",
    autocomplete: "off",
    spellcheck: "false",
    oninput: () => show(context.state()),
  });
  const lists = new Map<string, ReturnType<typeof daySection>>();
  const nothing = h("p", { class: "hint" });

  const load = (): void => {
    const shown = asked(
      () => reportOf(context, period),
      (found) => reportPart(found, typeof context.state().status?.monitor === "number"),
    );
    report.replaceChildren(shown.element);
    again = shown.again;
    void context.loadKills(Date.now() - Number(period) * DAY_MS);
  };
  let again: (() => Promise<void>) | null = null;
  // one costs the server half a second of a processor
  const timer = setInterval(() => void (document.hidden || again?.()), REPORT_EVERY_MS);

  const show = ({ kills }: LiveState): void => {
    const now = Date.now();
    const sinceMs = now - Number(period) * DAY_MS;
    const words = filter.value.toLowerCase().split(/\s+/u);
    const shown = kills.filter(
      (row) => row.atMs >= sinceMs && words.every((word) => textOf(row).includes(word)),
    );
    const byDay = Map.groupBy(shown, ({ atMs }) => formatDate(atMs).slice(0, 10));
    for (const [day, list] of lists)
      if (!byDay.has(day)) {
        list.element.remove();
        lists.delete(day);
      }
    let place = days.firstElementChild;
    for (const [day, rows] of byDay) {
      const list = lists.get(day) ?? daySection(dayOf(rows[0]?.atMs ?? now, now));
      lists.set(day, list);
      list.set(rows, now);
      if (list.element === place) place = place.nextElementSibling;
      else days.insertBefore(list.element, place);
    }
    setText(
      nothing,
      shown.length > 0
        ? ""
        : filter.value === ""
          ? "Nothing was stopped in this time."
          : "Nothing that was stopped is like that.",
    );
  };

  load();
  return {
    title: "History",
    element: h(
      "div",
      { class: "view" },
      h(
        "div",
        { class: "bar" },
        h("h1", {}, "History"),
        choice("Period", PERIODS, period, (chosen) => {
          period = chosen;
          load();
          show(context.state());
        }),
      ),
      report,
      section("What was stopped", h("div", { class: "bar" }, filter), days, nothing),
    ),
    update: show,
    leave: () => clearInterval(timer),
  };
};

const textOf = ({ command, rule, evidence, pid, project }: KillRow): string =>
  `${command} ${rule} ${evidence} ${pid} ${project ?? ""}`.toLowerCase();

function daySection(title: string): ReturnType<typeof killList> {
  const list = killList("");
  return { element: h("section", {}, h("h3", {}, title), list.element), set: list.set };
}

/** null: nothing was ever recorded. */
async function reportOf({ server }: Context, days: Period): Promise<ReportDocument | null> {
  try {
    return await server.get<ReportDocument>(`/api/report?since=${days}d`);
  } catch (error) {
    if (error instanceof RequestError && error.status === 404) return null;
    throw error;
  }
}

function reportPart(report: ReportDocument | null, isWatched: boolean): HTMLElement {
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
  const { totals, advice, offenders } = report;
  const figures = [
    [
      several(totals.stops, "stop"),
      totals.watchedMs === 0
        ? "the first minute is not over"
        : `in ${duration(totals.watchedMs)} of watching`,
    ],
    [totals.peakJobs === null ? "–" : whole(totals.peakJobs), "jobs at once, at most"],
    [sizeWords(totals.peakMemoryBytes), "of memory, at most"],
    [whole(totals.observed), "over a limit, and left alone"],
  ] as const;
  return h(
    "div",
    { class: "report" },
    h("p", { class: "report-summary" }, summaryOf(report)),
    h(
      "dl",
      { class: "figures" },
      ...figures.map(([value, words]) => h("div", {}, h("dt", {}, words), h("dd", {}, value))),
    ),
    h(
      "div",
      { class: "two" },
      section("Stops by day", dayBars(report.days)),
      section("Most often stopped", offenderTable(offenders.commands)),
    ),
    section("Do the limits fit?", ...adviceParts(advice)),
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
