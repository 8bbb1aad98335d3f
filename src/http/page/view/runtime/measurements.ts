/** Measurements that take a moment and a processor: they are made when somebody asks for them. */
import { add, h, type Child } from "../../dom/element.ts";
import type { BufferTiming, LibraryCall } from "../../../../runtime/index.ts";
import { bufferTable, type BufferChoice, type BufferRow } from "../../model/buffers.ts";
import { bytes } from "../../model/words.ts";
import { choice, plainTable, problem, type Heading } from "../parts.ts";
import type { Context } from "../view.ts";

interface Measured {
  readonly title: string;
  readonly explains: string;
  readonly ask: () => Promise<Child>;
}

/** A button, and below it what it has brought. */
function measured({ title, explains, ask }: Measured): HTMLElement {
  const result = h("div", { "aria-live": "polite" });
  const run = async (): Promise<void> => {
    button.disabled = true;
    result.replaceChildren(h("p", { class: "hint" }, "Measuring …"));
    try {
      const child = await ask();
      result.replaceChildren();
      add(result, child);
    } catch (error) {
      result.replaceChildren(problem(error));
    } finally {
      button.disabled = false;
    }
  };
  const button = h("button", { type: "button", onclick: () => void run() }, title);
  const top = h("div", { class: "measured-ask" }, h("p", { class: "hint" }, explains), button);
  return h("div", {}, top, result);
}

export const bufferPart = ({ server }: Context): HTMLElement =>
  measured({
    title: "Measure buffers",
    explains:
      "How long each way takes to get a buffer, from 1 KB to 64 MB, in a process of its own. Takes 3 to 10 s.",
    ask: async () => {
      const { timings } = await server.post<{ readonly timings: readonly BufferTiming[] }>(
        "/api/buffer/performance",
      );
      return buffers(timings);
    },
  });

function buffers(timings: readonly BufferTiming[]): HTMLElement {
  const box = h("div", {});
  let chosen: BufferChoice = { memory: "reused", filled: true };
  const show = (by: Partial<BufferChoice>): void => {
    chosen = { ...chosen, ...by };
    const { sizes, rows } = bufferTable(timings, chosen);
    box.replaceChildren(
      plainTable(
        "Median time of one buffer, µs",
        [{ title: "µs" }, ...sizes.map((size) => ({ title: bytes(size), number: true }))],
        rows.map(wayCells),
      ),
    );
  };
  show({});
  return h(
    "div",
    {},
    h(
      "div",
      { class: "bar" },
      choice(
        "Memory",
        [
          ["reused", "Reused memory"],
          ["fresh", "Fresh memory"],
        ],
        chosen.memory,
        (memory) => show({ memory }),
      ),
      choice(
        "Filling",
        [
          ["yes", "Filled afterwards"],
          ["no", "Not filled"],
        ],
        chosen.filled ? "yes" : "no",
        (filled) => show({ filled: filled === "yes" }),
      ),
    ),
    box,
  );
}

const wayCells = ({ kind, cells }: BufferRow): readonly Child[] => {
  const words = cells.map(({ words: value, isBest }): Child => (isBest ? h("strong", {}, value) : value));
  return [h("span", { class: "mono" }, kind), ...words];
};

export const libraryPart = ({ server }: Context): HTMLElement =>
  measured({
    title: "Call libc and libm",
    explains: "Real functions of the system, called through bun:ffi, beside the same in JavaScript.",
    ask: async () => {
      const { calls } = await server.post<{ readonly calls: readonly LibraryCall[] }>("/api/ffi");
      return plainTable("Calls of system libraries", LIBRARY_HEADINGS, calls.map(callCells));
    },
  });

const LIBRARY_HEADINGS: readonly Heading[] = [
  { title: "Library" },
  { title: "Call" },
  { title: "Says", number: true },
  { title: "JavaScript says", number: true, wide: true },
  { title: "Native, ns", number: true },
  { title: "JavaScript, ns", number: true },
];

const callCells = (each: LibraryCall): readonly Child[] => [
  each.library,
  h("span", { class: "mono" }, each.call),
  short(each.result),
  short(each.expected),
  each.nativeNs.toFixed(1),
  each.javascriptNs.toFixed(1),
];

const short = (value: number): string => (Number.isInteger(value) ? String(value) : value.toFixed(6));
