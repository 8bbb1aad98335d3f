/** One registered program: how it stands, and its heap and the lag of its event loop over the last two minutes. */
import { h, setHidden, setText } from "../../dom/element.ts";
import type { RowPart } from "../../dom/keyed.ts";
import type { ProgramDocument } from "../../../../wire/documents/programs.ts";
import { duration, inRow, several, sizeWords } from "../../model/words.ts";
import { chart, MS_STEPS, SIZE_STEPS } from "../chart/chart.ts";
import { processLink } from "../parts.ts";
import type { Context } from "../view.ts";
import { collectButtons } from "./collect.ts";

const MB = 1_024 ** 2;

export function programPart(context: Context): RowPart<ProgramDocument> {
  const heap = chart({ title: "Heap in use", atLeast: 8 * MB, words: sizeWords, steps: SIZE_STEPS });
  const lag = chart({ title: "Lag of the event loop", atLeast: 10, words: duration, steps: MS_STEPS });
  const name = h("h3", { class: "program-name" });
  const numbers = h("p", { class: "hint" });
  const buttons = h("div", {});
  let shown: string | null = null;
  return {
    element: h(
      "li",
      { class: "program" },
      name,
      numbers,
      h("div", { class: "charts" }, heap.element, lag.element),
      buttons,
    ),
    update: (program) => {
      const { id, pid, readings, collections, mayCollect } = program;
      if (shown !== id) {
        shown = id;
        name.replaceChildren(processLink(id, inRow(program.name)), h("span", { class: "hint" }, ` ${pid}`));
        buttons.replaceChildren(collectButtons(context, id, () => {}));
      }
      setHidden(buttons, !mayCollect);
      const last = readings.at(-1);
      setText(
        numbers,
        last === undefined
          ? "Waiting for its first reading …"
          : `Heap ${sizeWords(last.memory.heapUsed)}, resident ${sizeWords(last.memory.rss)}, event loop late by ${duration(last.eventLoop.meanMs)} on average, ${several(last.gcStats.collections, "collection")} asked for`,
      );
      const at = readings.map(({ timestamp }) => Date.parse(timestamp) / 1_000);
      const marks = collections.map((each) => ({ at: Date.parse(each.at) / 1_000, word: "collected" }));
      heap.set({ at, values: readings.map(({ memory }) => memory.heapUsed), limit: null, marks });
      lag.set({ at, values: readings.map(({ eventLoop }) => eventLoop.maxMs), limit: null, marks: [] });
    },
    leave: () => {
      heap.leave();
      lag.leave();
    },
  };
}
