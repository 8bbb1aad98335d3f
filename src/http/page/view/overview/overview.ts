/** The first view: how things stand, in one sentence, in four numbers, and as what has happened today. */
import { h, setClass, setHidden, setText } from "../../dom/element.ts";
import { keyed } from "../../dom/keyed.ts";
import { gaugesOf, headlineOf, type Gauge } from "../../model/gauges.ts";
import { jobRows, type JobSummary } from "../../model/jobs.ts";
import type { StatusDocument } from "../../model/documents.ts";
import type { LiveState } from "../../model/state.ts";
import { inRow, several } from "../../model/words.ts";
import { killList } from "../history/kill-list.ts";
import { columnHeads, noProcess, section } from "../parts.ts";
import { openCleanup } from "../stop.ts";
import type { Context, MakeView } from "../view.ts";
import { gaugePart } from "./gauge.ts";
import { jobPart } from "./job.ts";
import { totalCharts } from "./totals.ts";

const DAY_MS = 86_400_000;
/** Those that matter most; all of them are one view further. */
const MOST_JOBS = 20;
const MOST_KILLS_HERE = 12;

interface Part {
  readonly element: HTMLElement;
  readonly update: (state: LiveState, status: StatusDocument) => void;
}

export const overviewView: MakeView = (context) => {
  const gauges = h("div", { class: "gauges" });
  const showGauges = keyed<Gauge>(gauges, ({ title }) => title, gaugePart);
  const charts = totalCharts(context);
  const parts = [lead(context), jobs(), stoppedToday()] as const;
  const [first, ...lists] = parts;
  return {
    title: "Overview",
    element: h(
      "div",
      { class: "view" },
      first.element,
      gauges,
      charts.element,
      h("div", { class: "two" }, ...lists.map(({ element }) => element)),
    ),
    update: (state) => {
      const { status } = state;
      if (status === null) return;
      showGauges(gaugesOf(status));
      charts.update(state);
      for (const part of parts) part.update(state, status);
    },
    leave: charts.leave,
  };
};

function lead(context: Context): Part {
  const headline = h("h1", { class: "headline" }, "Looking …");
  const terms = h("p", { class: "terms" });
  const cleanup = h(
    "button",
    { type: "button", class: "danger", hidden: true, onclick: () => openCleanup(context) },
    "Clean up …",
  );
  return {
    element: h("header", { class: "lead" }, h("div", { class: "bar" }, headline, cleanup), terms),
    update: (_, status) => {
      const { text, tone } = headlineOf(status);
      setText(headline, text);
      setClass(headline, `headline ${tone}`);
      setHidden(cleanup, tone !== "bad");
      setText(terms, termsOf(status));
    },
  };
}

function jobs(): Part {
  const list = h("ul", { class: "jobs" });
  const heads = columnHeads("job", "", "CPU", "Memory", "Running for", "");
  const others = h("a", { href: "#/processes" });
  const show = keyed<JobSummary>(list, ({ id }) => id, jobPart);
  const none = noProcess();
  return {
    element: section("Jobs", heads, list, h("p", { class: "hint" }, others), none),
    update: (_, status) => {
      const rows = jobRows(status);
      const more = rows.length - MOST_JOBS;
      show(rows.slice(0, MOST_JOBS));
      setText(others, more > 0 ? `${several(more, "other")} are in the list of processes` : "");
      setHidden(others, more <= 0);
      setHidden(heads, rows.length === 0);
      setHidden(none, rows.length > 0);
    },
  };
}

function stoppedToday(): Part {
  const list = killList("Nothing was stopped today.");
  const others = h("a", { href: "#/history" });
  return {
    element: section("Stopped today", list.element, h("p", { class: "hint" }, others)),
    update: ({ kills }, { at }) => {
      const now = Date.parse(at);
      const midnight = new Date(now).setHours(0, 0, 0, 0);
      const today = kills.filter(({ atMs }) => atMs >= midnight && atMs < midnight + DAY_MS);
      const more = today.length - MOST_KILLS_HERE;
      list.set(today.slice(0, MOST_KILLS_HERE), now);
      setText(others, more > 0 ? `${several(more, "other")} are in the history` : "");
      setHidden(others, more <= 0);
    },
  };
}

function termsOf({ mode, monitor, config, totals }: StatusDocument): string {
  const seen = `${several(totals.processes, "process", "processes")} in ${several(totals.jobs, "job")}`;
  const doing = monitor !== null && mode === "enforce" ? "What runs away is stopped" : "Nothing is stopped";
  const why = config === null ? "there is no configuration file" : `as ${inRow(config)} says`;
  return `${seen}. ${doing}, ${monitor === null ? "because no monitor runs" : why}.`;
}
