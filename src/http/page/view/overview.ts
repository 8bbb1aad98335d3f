/** The first view: how things stand, in one sentence, in four numbers, and as what has happened today. */
import { h, setAttribute, setClass, setHidden, setPlace, setProperty, setText } from "../dom/element.ts";
import { keyed, type RowPart } from "../dom/keyed.ts";
import { gaugesOf, headlineOf, type Gauge } from "../model/gauges.ts";
import { jobRows, type JobSummary } from "../model/jobs.ts";
import type { StatusDocument } from "../model/documents.ts";
import { formatDuration, inRow, percentWords, several, sizeWords } from "../model/words.ts";
import { chart, PERCENT_STEPS, SIZE_STEPS } from "./chart.ts";
import { killList } from "./kill-list.ts";
import { badge, empty, section } from "./parts.ts";
import { openCleanup } from "./stop.ts";
import type { MakeView } from "./view.ts";

const DAY_MS = 86_400_000;
/** Those that matter most; all of them are one view further. */
const MOST_JOBS = 20;

export const overviewView: MakeView = (context) => {
  const headline = h("h1", { class: "headline" }, "Looking …");
  const terms = h("p", { class: "terms" });
  const cleanup = h(
    "button",
    { type: "button", class: "danger", onclick: () => openCleanup(context) },
    "Clean up …",
  );
  const gauges = h("div", { class: "gauges" });
  const showGauges = keyed<Gauge>(gauges, ({ title }) => title, gaugePart);
  const cpu = chart({
    title: "CPU of all processes",
    atLeast: 100,
    words: percentWords,
    steps: PERCENT_STEPS,
  });
  const memory = chart({
    title: "Memory of all processes",
    atLeast: 64 * 1_024 ** 2,
    words: sizeWords,
    steps: SIZE_STEPS,
  });
  const jobs = h("ul", { class: "jobs" });
  const others = h("a", { href: "#/processes" });
  const showJobs = keyed<JobSummary>(jobs, ({ id }) => id, jobPart);
  const noJobs = empty(
    "No Bun process runs in view of the watchdog.",
    "Start one in this project, and it stands here within a second:",
    "bun run dev",
  );
  const kills = killList("Nothing was stopped today.");
  const charts = h("div", { class: "charts" }, cpu.element, memory.element);
  const element = h(
    "div",
    { class: "view" },
    h("header", { class: "lead" }, h("div", { class: "bar" }, headline, cleanup), terms),
    gauges,
    charts,
    h(
      "div",
      { class: "two" },
      section("Jobs", jobs, h("p", { class: "hint" }, others), noJobs),
      section("Stopped today", kills.element),
    ),
  );
  return {
    title: "Overview",
    element,
    update: ({ status, measurements, kills: all }) => {
      if (status === null) return;
      const { text, tone } = headlineOf(status);
      setText(headline, text);
      setClass(headline, `headline ${tone}`);
      setHidden(cleanup, tone !== "bad");
      setText(terms, termsOf(status));
      showGauges(gaugesOf(status));
      const { at, cpu: percents, memory: sizes } = measurements.total;
      cpu.set({ at, values: percents, limit: null, marks: [] });
      memory.set({ at, values: sizes, limit: null, marks: [] });
      const rows = jobRows(status);
      showJobs(rows.slice(0, MOST_JOBS));
      setText(
        others,
        rows.length > MOST_JOBS
          ? `${several(rows.length - MOST_JOBS, "other")} are in the list of processes`
          : "",
      );
      setHidden(others, rows.length <= MOST_JOBS);
      setHidden(noJobs, rows.length > 0);
      const now = Date.parse(status.at);
      const midnight = new Date(now).setHours(0, 0, 0, 0);
      kills.set(
        all.filter(({ atMs }) => atMs >= midnight && atMs < midnight + DAY_MS),
        now,
      );
    },
    leave: () => {
      cpu.leave();
      memory.leave();
    },
  };
};

function termsOf({ mode, monitor, config, totals }: StatusDocument): string {
  const seen = `${several(totals.processes, "process", "processes")} in ${several(totals.jobs, "job")}`;
  const doing = monitor !== null && mode === "enforce" ? "What runs away is stopped" : "Nothing is stopped";
  const why = config === null ? "there is no configuration file" : `as ${inRow(config)} says`;
  return `${seen}. ${doing}, ${monitor === null ? "because no monitor runs" : why}.`;
}

function gaugePart(): RowPart<Gauge> {
  const title = h("span", { class: "gauge-title" });
  const value = h("span", { class: "gauge-value" });
  const limit = h("span", { class: "gauge-limit" });
  const bar = h("div", { class: "gauge-bar", "aria-hidden": "true" }, h("div", {}));
  const link = h("a", { class: "quiet-link command", dir: "ltr" });
  const of = h("span", { class: "gauge-of" }, link);
  const element = h("div", { class: "gauge" }, title, value, limit, bar, of);
  return {
    element,
    update: (gauge) => {
      setText(title, gauge.title);
      setText(value, gauge.value);
      setText(limit, gauge.limit);
      setClass(element, `gauge ${gauge.tone}${gauge.share === null ? " unlimited" : ""}`);
      setProperty(bar, "--share", String(Math.min(1, gauge.share ?? 0)));
      setHidden(of, gauge.of === null);
      if (gauge.of === null) return;
      setText(link, gauge.of.name);
      setPlace(link, `#/process/${gauge.of.id}`);
    },
  };
}

function jobPart(): RowPart<JobSummary> {
  const link = h("a", { class: "command", dir: "ltr" });
  const place = h("span", { class: "job-place" });
  const cpu = h("span", { class: "number" });
  const memory = h("span", { class: "number" });
  const age = h("span", { class: "number" });
  const verdict = badge();
  const why = h("p", { class: "why" });
  const element = h(
    "li",
    { class: "job" },
    h("div", { class: "job-name" }, h("bdi", {}, link), place),
    cpu,
    memory,
    age,
    h("span", { class: "job-verdict" }, verdict.element),
    why,
  );
  return {
    element,
    update: (job) => {
      setText(link, job.command);
      setPlace(link, `#/process/${job.link}`);
      setText(
        place,
        [job.processes > 1 ? several(job.processes, "process", "processes") : "", job.place]
          .filter((each) => each !== "")
          .join(" · "),
      );
      setText(cpu, percentWords(job.cpuPercent));
      setText(memory, sizeWords(job.memoryBytes));
      setText(age, formatDuration(job.ageMs));
      setAttribute(cpu, "title", "CPU, 100 % is one core");
      verdict.set(job.judged.word, job.judged.tone);
      setText(why, job.judged.why);
      setHidden(why, job.judged.weight < 1);
    },
  };
}
