/** Of many rows only those are in the page that can be seen, and a few more. A row keeps its element while it is among them. */
import { h, setAttribute, setProperty } from "../../dom/element.ts";
import { forget, soon } from "../../dom/frames.ts";
import type { RowPart } from "../../dom/keyed.ts";

interface Wish<Row> {
  readonly label: string;
  readonly keyOf: (row: Row) => string;
  readonly make: () => RowPart<Row>;
  readonly onOpen: (row: Row) => void;
  readonly onStop: (row: Row) => void;
}

interface RowWindow<Row> {
  readonly element: HTMLElement;
  readonly set: (rows: readonly Row[]) => void;
  readonly leave: () => void;
}

const MORE_ROWS = 3;

let windows = 0;

export function rowWindow<Row>({ label, keyOf, make, onOpen, onStop }: Wish<Row>): RowWindow<Row> {
  const prefix = `w${++windows}-`;
  const filler = h("div", { class: "rows-filler", role: "presentation" });
  const element = h(
    "div",
    { class: "rows", role: "rowgroup", tabindex: "0", "aria-label": label, onkeydown: pressed },
    filler,
  );
  let rows: readonly Row[] = [];
  let parts = new Map<string, RowPart<Row>>();
  let selected: string | null = null;
  let rowHeight = 0;

  const selectedAt = (): number => rows.findIndex((row) => keyOf(row) === selected);

  function draw(): void {
    const height = heightOf(element);
    if (height !== rowHeight) setProperty(filler, "--row-height", `${(rowHeight = height)}px`);
    setProperty(filler, "height", `${rows.length * rowHeight}px`);
    const first = Math.max(0, Math.floor(element.scrollTop / rowHeight) - MORE_ROWS);
    const last = Math.min(
      rows.length,
      Math.ceil((element.scrollTop + element.clientHeight) / rowHeight) + MORE_ROWS,
    );
    const next = new Map<string, RowPart<Row>>();
    for (let at = first; at < last; at++) {
      const row = rows[at];
      if (row === undefined) continue;
      const key = keyOf(row);
      const part = parts.get(key) ?? made(key);
      if (parts.has(key)) soon(part, () => part.update(row));
      else part.update(row);
      setProperty(part.element, "transform", `translateY(${at * rowHeight}px)`);
      // the heading is the first
      setAttribute(part.element, "aria-rowindex", String(at + 2));
      setAttribute(part.element, "aria-selected", key === selected ? "true" : "false");
      next.set(key, part);
    }
    for (const [key, part] of parts) {
      if (next.has(key)) continue;
      forget(part);
      part.element.remove();
    }
    parts = next;
    setAttribute(
      element,
      "aria-activedescendant",
      selected !== null && next.has(selected) ? prefix + selected : null,
    );
  }

  function made(key: string): RowPart<Row> {
    const part = make();
    part.element.id = prefix + key;
    part.element.addEventListener("click", (event) => {
      select(key);
      // a link and a button in it do what they say
      if (event.target instanceof Element && event.target.closest("a, button") === null) element.focus();
    });
    part.element.addEventListener("dblclick", () => act(onOpen));
    filler.append(part.element);
    return part;
  }

  function select(key: string | null): void {
    selected = key;
    draw();
  }

  function act(on: (row: Row) => void): void {
    const row = rows[selectedAt()];
    if (row !== undefined) on(row);
  }

  function move(to: number): void {
    const at = Math.min(rows.length - 1, Math.max(0, to));
    const row = rows[at];
    if (row === undefined) return;
    const top = at * rowHeight;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + rowHeight > element.scrollTop + element.clientHeight)
      element.scrollTop = top + rowHeight - element.clientHeight;
    select(keyOf(row));
  }

  function pressed(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const page = Math.max(1, Math.floor(element.clientHeight / rowHeight) - 1);
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: 1,
      j: 1,
      ArrowUp: -1,
      k: -1,
      PageDown: page,
      PageUp: -page,
      Home: -Infinity,
      End: Infinity,
    };
    const by = steps[event.key];
    if (by !== undefined) move(selectedAt() + by);
    else if (event.key === "Enter") act(onOpen);
    else if (event.key === "Delete" || event.key === "x") act(onStop);
    else return;
    event.preventDefault();
  }

  const resized = new ResizeObserver(() => draw());
  resized.observe(element);
  let isDrawing = false;
  element.addEventListener(
    "scroll",
    () => {
      if (isDrawing) return;
      isDrawing = true;
      requestAnimationFrame(() => {
        isDrawing = false;
        draw();
      });
    },
    { passive: true },
  );
  return {
    element,
    set: (next) => {
      rows = next;
      draw();
    },
    leave: () => resized.disconnect(),
  };
}

/** The style sheet says it: more on a phone, where a row has two lines. */
const heightOf = (element: HTMLElement): number =>
  Number.parseFloat(getComputedStyle(element).getPropertyValue("--row-height")) || 36;
