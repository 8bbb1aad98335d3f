/** CPU and memory of all processes, over time. */
import { h } from "../../dom/element.ts";
import { continued, type Earlier } from "../../model/series.ts";
import type { LiveState } from "../../model/state.ts";
import { percentWords, sizeWords } from "../../model/words.ts";
import { chart, PERCENT_STEPS, SIZE_STEPS } from "../chart/chart.ts";
import { sayUnlessEmpty, type Context } from "../view.ts";

const LEAST_MEMORY = 64 * 1_024 ** 2;

/** Of what the history has from before the page was opened. */
const EARLIER_MS = 600_000;

export function totalCharts({ server, change, say }: Context) {
  let earlier: readonly Earlier[] = [];
  const since = new Date(Date.now() - EARLIER_MS).toISOString();
  server
    .get<{ readonly ticks: readonly Earlier[] }>(`/api/history?table=ticks&since=${since}`)
    .then(({ ticks }) => {
      earlier = ticks;
      change((same) => same);
    })
    .catch((error: unknown) => sayUnlessEmpty(say, error));
  const cpu = chart({
    title: "CPU of all processes",
    atLeast: 100,
    words: percentWords,
    steps: PERCENT_STEPS,
  });
  const memory = chart({
    title: "Memory of all processes",
    atLeast: LEAST_MEMORY,
    words: sizeWords,
    steps: SIZE_STEPS,
  });
  return {
    element: h("div", { class: "charts" }, cpu.element, memory.element),
    update: ({ measurements: { total } }: LiveState): void => {
      const { at, cpu: percents, memory: sizes } = continued(earlier, total);
      cpu.set({ at, values: percents, limit: null, marks: [] });
      memory.set({ at, values: sizes, limit: null, marks: [] });
    },
    leave: (): void => {
      cpu.leave();
      memory.leave();
    },
  };
}
