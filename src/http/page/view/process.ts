/** One process: its lines over time, each rule with its evidence, and whom it belongs to. */
import { h, setClass, setHidden, setText } from "../dom/element.ts";
import { keyed, type RowPart } from "../dom/keyed.ts";
import type { JobDocument, ProcessDocument, VerdictDocument } from "../model/documents.ts";
import { marksOf } from "../model/marks.ts";
import { amount, asOfNow, judge, RULE_TITLES, type Tone } from "../model/verdict.ts";
import {
  bytes,
  duration,
  formatDate,
  formatTime,
  formatDuration,
  inRow,
  percentWords,
  shortCommandOf,
  sizeWords,
  wholeName,
} from "../model/words.ts";
import { chart, PERCENT_STEPS, SIZE_STEPS } from "./chart.ts";
import { badge, commandIn, facts, processLink, section } from "./parts.ts";
import { processHistory } from "./process-history.ts";
import { openStop } from "./stop.ts";
import type { MakeView } from "./view.ts";

export const processView: MakeView = (context, id) => {
  const title = h("bdi", { dir: "ltr" });
  const verdict = badge();
  const whole = h("pre", { class: "whole-command", tabindex: "0", "aria-label": "Command line" });
  const why = h("p", { class: "why" });
  const stop = h(
    "button",
    { type: "button", class: "danger", onclick: () => shown !== null && openStop(context, shown) },
    "Stop …",
  );
  const cpu = chart({ title: "CPU", atLeast: 100, words: percentWords, steps: PERCENT_STEPS });
  const memory = chart({ title: "Memory", atLeast: 16 * 1_024 ** 2, words: sizeWords, steps: SIZE_STEPS });
  const told = h("p", { class: "hint told" });
  const rules = h("ul", { class: "rules" });
  const showRules = keyed<VerdictDocument>(rules, ({ rule }) => rule, rulePart);
  const about = h("div", {});
  const family = h("ul", { class: "targets" });
  const gone = h("div", { hidden: true });
  const present = h(
    "div",
    {},
    h("header", { class: "lead process" }, h("h1", {}, title), verdict.element, stop, whole, why),
    h("div", { class: "charts" }, cpu.element, memory.element, told),
    h(
      "div",
      { class: "two" },
      section("Limits", rules),
      section("About it", about, h("h3", {}, "Its job"), family),
    ),
  );
  let shown: ProcessDocument | null = null;
  let facing = "";
  return {
    title: "Process",
    element: h(
      "div",
      { class: "view" },
      h("p", {}, h("a", { href: "#/processes" }, "← All processes")),
      gone,
      present,
      section("In the history", processHistory(context, id)),
    ),
    update: ({ status, measurements, events }) => {
      if (status === null) return;
      const found = status.processes.find((each) => each.id === id);
      setHidden(present, found === undefined && shown === null);
      if (found === undefined) {
        const [pid = ""] = id.split("-");
        if (gone.hidden) gone.replaceChildren(...goneParts(shown === null ? pid : null));
        setHidden(gone, false);
        setHidden(stop, true);
        return;
      }
      setHidden(gone, true);
      setHidden(stop, false);
      shown = found;
      const job = status.jobs.find((each) => each.id === found.job);
      const said = judge(found, job);
      setText(title, inRow(shortCommandOf(found.command, found.cwd)));
      setText(whole, wholeName(found.command));
      setHidden(whole, whole.textContent === title.textContent);
      verdict.set(said.word, said.tone);
      setText(why, said.why);
      const { at, cpu: percents, memory: sizes } = measurements.of(id);
      const marks = marksOf(events, id);
      setText(told, marks.map((mark) => `${formatTime(mark.at * 1_000)} ${mark.word}`).join(", "));
      setHidden(told, marks.length === 0);
      const { limits } = status;
      const limitOf = (rule: string): number | null =>
        found.verdicts.find((each) => each.rule === rule)?.limit ?? null;
      cpu.set({
        at,
        values: percents,
        limit: limitOf("cpu") ?? (job?.governed === false ? null : limits.cpuPercent),
        marks,
      });
      memory.set({ at, values: sizes, limit: limitOf("memory"), marks });
      showRules(found.verdicts.map((each) => asOfNow(found, each)));
      const face = JSON.stringify([found.state, found.ppid, job, Math.floor(found.ageMs / 1_000)]);
      if (face === facing) return;
      facing = face;
      about.replaceChildren(factsOf(found, job));
      family.replaceChildren(...familyOf(found, job, status.processes));
    },
    leave: () => {
      cpu.leave();
      memory.leave();
    },
  };
};

/** `pid`: of a process that was never seen from here. */
const goneParts = (pid: string | null): readonly HTMLElement[] => [
  pid === null
    ? h("p", { class: "empty-what" }, "This process has ended.")
    : h("h1", {}, `No process ${pid} runs, or its pid belongs to another one by now.`),
  h(
    "p",
    {},
    "What was stopped, and why, stands in the history. ",
    h("a", { href: "#/history" }, "Look into the history"),
  ),
];

const factsOf = (process: ProcessDocument, job: JobDocument | undefined): HTMLElement =>
  facts([
    ["Pid", `${process.pid}, started by ${process.ppid}`],
    ["Running for", formatDuration(process.ageMs)],
    ["Since", formatDate(process.startTimeMs)],
    [
      "Works in",
      process.cwd === null ? null : h("bdi", { class: "mono", dir: "ltr" }, wholeName(process.cwd)),
    ],
    ["Kind", `${process.kind}, ${process.state}, ${process.user ?? "unknown user"}`],
    ["Resident", bytes(process.rssBytes)],
    [
      "Project",
      job === undefined || job.project === null
        ? "of no project: only harm is stopped"
        : h("bdi", { class: "mono", dir: "ltr" }, wholeName(job.project)),
    ],
    [
      "Orphan of",
      job?.orphanOf ? `${inRow(job.orphanOf.command ?? "")} (${job.orphanOf.pid}), which is gone` : null,
    ],
  ]);

function familyOf(
  process: ProcessDocument,
  job: JobDocument | undefined,
  all: readonly ProcessDocument[],
): readonly HTMLElement[] {
  const known = new Map(all.map((each) => [each.pid, each]));
  return (job?.pids ?? []).map((pid) => {
    const found = known.get(pid);
    const what =
      found === undefined ? h("span", { class: "hint" }, "not Bun") : commandIn(found.command, found.cwd);
    const here = pid === process.pid ? h("span", { class: "hint" }, " this one") : null;
    return h(
      "li",
      {},
      h("span", { class: "number" }, String(pid)),
      " ",
      found === undefined || here !== null ? what : processLink(found.id, what),
      here,
    );
  });
}

const TONES: Readonly<Record<VerdictDocument["decision"], Tone>> = {
  ok: "quiet",
  suspect: "warn",
  runaway: "bad",
};

function rulePart(): RowPart<VerdictDocument> {
  const title = h("span", { class: "rule-title" });
  const numbers = h("span", { class: "number" });
  const held = h("span", { class: "hint" });
  const verdict = badge();
  const meter = h("progress", { class: "meter", "aria-label": "Of the limit" });
  const why = h("p", { class: "why" });
  const element = h("li", { class: "rule-row" }, title, numbers, verdict.element, meter, why, held);
  return {
    element,
    update: ({ rule, value, limit, decision, evidence, heldMs, holdMs }) => {
      setText(title, RULE_TITLES[rule]);
      setText(numbers, `${amount(rule, value)} of ${amount(rule, limit)}`);
      const tone = TONES[decision];
      verdict.set(decision, tone);
      setClass(element, `rule-row ${tone}`);
      meter.max = 1;
      meter.value = value === null || limit === 0 ? 0 : Math.min(1, value / limit);
      setText(why, decision === "ok" ? "" : wholeName(evidence));
      setHidden(why, decision === "ok");
      setText(
        held,
        decision === "suspect" && heldMs > 0 && holdMs > 0
          ? `Over its limit for ${duration(heldMs)}; it is stopped after ${duration(holdMs)}.`
          : "",
      );
      setHidden(held, held.textContent === "");
    },
  };
}
