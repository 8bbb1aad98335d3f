/** The table of all processes: sorted, filtered, flat or as a tree. */
import { h, setAttribute, setHidden, setText } from "../../dom/element.ts";
import { FIRST_WISH, tableRows, type ProcessSort, type TableRow, type TableWish } from "../../model/table.ts";
import type { LiveState } from "../../model/state.ts";
import { several } from "../../model/words.ts";
import { choice, empty, noProcess } from "../parts.ts";
import { openStop } from "../stop.ts";
import type { MakeView } from "../view.ts";
import { processRow } from "./row.ts";
import { rowWindow } from "./window.ts";

const COLUMNS: readonly (readonly [className: string, title: string, by: ProcessSort | null])[] = [
  ["name", "Command", "command"],
  ["number pid", "Pid", "pid"],
  ["number cpu", "CPU", "cpu"],
  ["spark", "", null],
  ["number memory", "Memory", "memory"],
  ["number age", "Age", "age"],
  ["verdict", "Verdict", "verdict"],
  ["actions", "", null],
];

/** As it was left: whoever comes back from a process finds the table as it was. */
let wish: TableWish = FIRST_WISH;

export const processesView: MakeView = (context) => {
  let state: LiveState = context.state();
  const stop = ({ process }: TableRow): void => openStop(context, process);
  const rows = rowWindow<TableRow>({
    label: "Processes. Arrow keys move, Enter opens, Delete stops.",
    keyOf: ({ process }) => process.id,
    make: () => processRow(state.measurements, stop),
    onOpen: ({ process }) => (location.hash = `#/process/${process.id}`),
    onStop: stop,
  });
  const heads = COLUMNS.map(([name, title, by]) => heading(name, title, by, change));
  const grid = h(
    "div",
    { class: "grid", role: "grid", "aria-label": "Processes" },
    h(
      "div",
      { class: "heads", role: "rowgroup" },
      h("div", { class: "row head", role: "row", "aria-rowindex": "1" }, ...heads),
    ),
    rows.element,
  );
  const count = h("p", { class: "hint", role: "status" });
  const nothing = nothingFound(showAll);
  const bar = h("div", { class: "bar" }, ...controls(change), count);

  function change(by: Partial<TableWish>): void {
    wish = { ...wish, ...by };
    update(state);
  }

  function showAll(): void {
    change(FIRST_WISH);
    bar.replaceChildren(...controls(change), count);
    context.say("Everything is shown.");
  }

  function update(next: LiveState): void {
    state = next;
    const { status } = state;
    if (status === null) return;
    const found = tableRows(status, wish);
    const [shown, all] = [found.length, status.processes.length];
    rows.set(found);
    setAttribute(grid, "aria-rowcount", String(shown + 1));
    showOrder(heads);
    setText(count, shown === all ? several(all, "process", "processes") : `${shown} of ${all}`);
    setHidden(grid, shown === 0);
    nothing.update(shown, all);
  }

  return {
    title: "Processes",
    element: h(
      "div",
      { class: "view fills" },
      h("h1", { class: "unseen" }, "Processes"),
      bar,
      grid,
      nothing.element,
    ),
    update,
    leave: rows.leave,
  };
};

type Change = (by: Partial<TableWish>) => void;

/** As the table is now. */
function controls(change: Change): readonly HTMLElement[] {
  const filter = h("input", {
    type: "search",
    class: "filter",
    value: wish.filter,
    placeholder: "Filter   /",
    "aria-label": "Filter by command, pid, folder or verdict",
    autocomplete: "off",
    spellcheck: "false",
    oninput: () => change({ filter: filter.value }),
  });
  const tree = h("input", {
    type: "checkbox",
    id: "tree",
    checked: wish.tree,
    onchange: () => change({ tree: tree.checked }),
  });
  return [
    filter,
    choice("Which processes", ONLY, wish.only, (only) => change({ only })),
    h("label", { class: "check", for: "tree" }, tree, "Tree"),
    sortSelect(change),
  ];
}

const ONLY = [
  ["all", "All"],
  ["over", "Over a limit"],
  ["spared", "Spared"],
] as const;

function showOrder(heads: readonly HTMLElement[]): void {
  for (const [at, [, , by]] of COLUMNS.entries()) {
    const head = heads[at];
    if (head !== undefined && by !== null)
      setAttribute(head, "aria-sort", by === wish.by ? directionOf(wish) : "none");
  }
}

/** Text and numbers that begin low are said to ascend. */
const directionOf = ({ by, reversed }: TableWish): string =>
  (by === "pid" || by === "command") !== reversed ? "ascending" : "descending";

function heading(name: string, title: string, by: ProcessSort | null, change: Change): HTMLElement {
  const inside =
    by === null
      ? null
      : h(
          "button",
          { type: "button", onclick: () => change({ by, reversed: wish.by === by && !wish.reversed }) },
          title,
        );
  return h(
    "div",
    { role: "columnheader", class: `cell ${name}` },
    inside ?? h("span", { class: "unseen" }, name === "spark" ? "CPU over time" : "What to do"),
  );
}

/** On a phone there are no headings to press. */
function sortSelect(change: Change): HTMLElement {
  const options = COLUMNS.flatMap(([, title, by]) =>
    by === null ? [] : [h("option", { value: by, selected: by === wish.by }, `By ${title.toLowerCase()}`)],
  );
  const select = h(
    "select",
    {
      class: "narrow-only",
      "aria-label": "Sort",
      onchange: () => {
        const by = COLUMNS.find(([, , each]) => each === select.value)?.[2];
        if (by) change({ by, reversed: false });
      },
    },
    ...options,
  );
  return select;
}

function nothingFound(showAll: () => void): {
  readonly element: HTMLElement;
  readonly update: (shown: number, all: number) => void;
} {
  const none = noProcess();
  const button = h("button", { type: "button", onclick: showAll });
  const unlike = empty("No process is like that.", null);
  unlike.append(button);
  for (const each of [none, unlike]) setHidden(each, true);
  return {
    element: h("div", {}, none, unlike),
    update: (shown, all) => {
      setText(button, `Show all ${all}`);
      setHidden(none, all > 0);
      setHidden(unlike, shown > 0 || all === 0);
    },
  };
}
