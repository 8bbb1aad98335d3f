/** What was stopped, day by day, the newest first. */
import { h, setText } from "../../dom/element.ts";
import { keyed, type RowPart } from "../../dom/keyed.ts";
import type { KillRow } from "../../model/kills.ts";
import { dayOf, formatDate } from "../../model/words.ts";
import { killList } from "./kill-list.ts";

interface Day {
  readonly date: string;
  readonly rows: readonly KillRow[];
  readonly nowMs: number;
}

export function dayLists(): {
  readonly element: HTMLElement;
  readonly set: (rows: readonly KillRow[], nowMs: number) => void;
} {
  const element = h("div", {});
  const show = keyed<Day>(element, ({ date }) => date, dayPart);
  return {
    element,
    set: (rows, nowMs) => {
      const byDay = Map.groupBy(rows, ({ atMs }) => formatDate(atMs).slice(0, 10));
      show([...byDay].map(([date, its]) => ({ date, rows: its, nowMs })));
    },
  };
}

function dayPart(): RowPart<Day> {
  const title = h("h3", {});
  const list = killList("");
  return {
    element: h("section", {}, title, list.element),
    update: ({ rows, nowMs }) => {
      setText(title, dayOf(rows[0]?.atMs ?? nowMs, nowMs));
      list.set(rows, nowMs);
    },
  };
}
