/** What was stopped, newest first: when, what, why, and how it ended. */
import { h, setHidden, setText } from "../../dom/element.ts";
import { keyed, type RowPart } from "../../dom/keyed.ts";
import { endingOf, type KillRow } from "../../model/kills.ts";
import { formatTime, inRow, shortCommandOf, wholeName } from "../../model/words.ts";
import { badge } from "../parts.ts";

/** A kill without an outcome is still under way for so long. */
const UNDER_WAY_MS = 60_000;
/** The others come when they are asked for. */
const FIRST_SHOWN = 100;

interface KillList {
  readonly element: HTMLElement;
  readonly set: (rows: readonly KillRow[], nowMs: number) => void;
}

export function killList(nothing: string): KillList {
  const list = h("ol", { class: "kills" });
  const none = h("p", { class: "hint" }, nothing);
  const more = h("button", { type: "button", class: "small", onclick: () => showAll() });
  let shown: readonly KillRow[] = [];
  let most = FIRST_SHOWN;
  let nowMs = 0;
  const show = keyed<KillRow>(
    list,
    ({ step }) => step,
    () => killPart(() => nowMs),
  );
  const set = (rows: readonly KillRow[], now: number): void => {
    [shown, nowMs] = [rows, now];
    show(rows.slice(0, most));
    setHidden(none, rows.length > 0);
    setHidden(more, rows.length <= most);
    setText(more, `Show all ${rows.length}`);
  };
  function showAll(): void {
    most = Infinity;
    set(shown, nowMs);
  }
  return { element: h("div", {}, list, none, more), set };
}

function killPart(now: () => number): RowPart<KillRow> {
  const time = h("time", { class: "number" });
  const command = h("bdi", { class: "command", dir: "ltr" });
  const rule = h("span", { class: "rule" });
  const ending = badge();
  const why = h("p", { class: "why" });
  return {
    element: h(
      "li",
      { class: "kill" },
      time,
      h("div", { class: "kill-what" }, command, " ", rule),
      ending.element,
      why,
    ),
    update: (row) => {
      setText(time, formatTime(row.atMs));
      setText(command, inRow(shortCommandOf(row.command, row.project)));
      command.title = wholeName(row.command);
      setText(rule, `pid ${row.pid} · ${row.rule}`);
      setText(why, wholeName(row.evidence));
      const { words, tone } = endingOf(row, now() - row.atMs > UNDER_WAY_MS);
      ending.set(words, tone);
    },
  };
}
