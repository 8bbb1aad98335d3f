/** CPU and memory of one process over time: its limits as lines, and what has happened to it as marks. */
import { h, setHidden, setText } from "../../dom/element.ts";
import type { ProcessDocument } from "../../model/documents.ts";
import { marksOf, recordedMarks } from "../../model/marks.ts";
import type { AboutProcess } from "../../model/records.ts";
import { continued } from "../../model/series.ts";
import type { LiveState } from "../../model/state.ts";
import { formatTime, percentWords, sizeWords } from "../../model/words.ts";
import { chart, PERCENT_STEPS, SIZE_STEPS } from "../chart/chart.ts";

const LEAST_MEMORY = 16 * 1_024 ** 2;

export function curves(id: string) {
  const cpu = chart({ title: "CPU", atLeast: 100, words: percentWords, steps: PERCENT_STEPS });
  const memory = chart({ title: "Memory", atLeast: LEAST_MEMORY, words: sizeWords, steps: SIZE_STEPS });
  const told = h("p", { class: "hint told" });
  return {
    element: h("div", { class: "charts" }, cpu.element, memory.element, told),
    update: (
      { measurements, events }: LiveState,
      { verdicts }: ProcessDocument,
      { memory: points, history }: AboutProcess,
    ): void => {
      const own = measurements.of(id);
      const earlier = points.map(({ atMs, bytes }) => ({ atMs, cpuPercent: null, memoryBytes: bytes }));
      const { at, cpu: percents, memory: sizes } = continued(earlier, own);
      const before = recordedMarks(history).filter((mark) => mark.at < (own.at[0] ?? Infinity));
      const marks = [...before, ...marksOf(events, id)];
      const limitOf = (rule: string): number | null =>
        verdicts.find((each) => each.rule === rule)?.limit ?? null;
      cpu.set({ at, values: percents, limit: limitOf("cpu"), marks });
      memory.set({ at, values: sizes, limit: limitOf("memory"), marks });
      setText(told, marks.map((mark) => `${formatTime(mark.at * 1_000)} ${mark.word}`).join(", "));
      setHidden(told, marks.length === 0);
    },
    leave: (): void => {
      cpu.leave();
      memory.leave();
    },
  };
}
