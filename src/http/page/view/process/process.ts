/** One process: its lines over time, each rule with its evidence, and whom it belongs to. */
import { h, setHidden, setText } from "../../dom/element.ts";
import { keyed } from "../../dom/keyed.ts";
import type { JobDocument, ProcessDocument, VerdictDocument } from "../../model/documents.ts";
import { NO_RECORDS, type AboutProcess } from "../../model/records.ts";
import type { LiveState } from "../../model/state.ts";
import { asOfNow, inOrderOfRules, judge } from "../../model/verdict.ts";
import { inRow, shortCommandOf, wholeName } from "../../model/words.ts";
import { badge, section } from "../parts.ts";
import { openStop } from "../stop.ts";
import type { Context, MakeView } from "../view.ts";
import { aboutPart } from "./about.ts";
import { curves } from "./curves.ts";
import { gonePart } from "./gone.ts";
import { aboutProcess, recordsPart } from "./records.ts";
import { rulePart } from "./rule.ts";

interface Found {
  readonly process: ProcessDocument;
  readonly job: JobDocument | undefined;
}

export const processView: MakeView = (context, id) => {
  const head = headPart(context);
  const lines = curves(id);
  const rules = h("ul", { class: "rules" });
  const showRules = keyed<VerdictDocument>(rules, ({ rule }) => rule, rulePart);
  const about = aboutPart();
  const gone = gonePart(id);
  const present = h(
    "div",
    { class: "stack" },
    head.element,
    lines.element,
    h("div", { class: "two" }, section("Limits", rules), section("About it", ...about.elements)),
  );
  let known: AboutProcess = { memory: [], history: NO_RECORDS };
  const asking = aboutProcess(context, id);
  const heard = (found: AboutProcess): void => {
    known = found;
    context.change((same) => same);
  };
  // that it could not be had is said below
  void asking.then(heard, () => undefined);
  let isSeen = false;

  function update(state: LiveState): void {
    const { status } = state;
    if (status === null) return;
    const process = status.processes.find((each) => each.id === id);
    setHidden(present, process === undefined && !isSeen);
    head.canStop(process !== undefined);
    gone.update(process === undefined, isSeen, known.history);
    if (process === undefined) return;
    isSeen = true;
    const job = status.jobs.find((each) => each.id === process.job);
    head.update({ process, job });
    lines.update(state, process, known);
    showRules(inOrderOfRules(process.verdicts.map((each) => asOfNow(process, each))));
    about.update(process, job, status.processes);
  }

  return {
    title: "Process",
    element: h(
      "div",
      { class: "view" },
      h("p", {}, h("a", { href: "#/processes" }, "← All processes")),
      gone.element,
      present,
      section("In the history", recordsPart(asking)),
    ),
    update,
    leave: lines.leave,
  };
};

function headPart(context: Context) {
  let shown: ProcessDocument | null = null;
  const title = h("bdi", { dir: "ltr" });
  const verdict = badge();
  const whole = h("pre", { class: "whole-command", tabindex: "0", "aria-label": "Command line" });
  const why = h("p", { class: "why" });
  const stop = h(
    "button",
    { type: "button", class: "danger", onclick: () => shown !== null && openStop(context, shown) },
    "Stop …",
  );
  return {
    element: h("header", { class: "lead process" }, h("h1", {}, title), verdict.element, stop, whole, why),
    canStop: (can: boolean): void => setHidden(stop, !can),
    update: ({ process, job }: Found): void => {
      shown = process;
      const said = judge(process, job);
      setText(title, inRow(shortCommandOf(process.command, process.cwd)));
      setText(whole, wholeName(process.command));
      setHidden(whole, whole.textContent === title.textContent);
      verdict.set(said.word, said.tone);
      setText(why, said.why);
    },
  };
}
