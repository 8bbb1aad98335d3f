/** A line over time: what was measured, the limit as a dashed line, events as marks. */
import uPlot from "uplot";
import { h, setAttribute, setText } from "../../dom/element.ts";
import { forget, soon } from "../../dom/frames.ts";
import type { EventMark } from "../../model/marks.ts";
import { formatTime } from "../../model/words.ts";
import { colour } from "./colours.ts";
import { drawLines } from "./lines.ts";

interface ChartData {
  readonly at: readonly number[];
  readonly values: readonly (number | null)[];
  readonly limit: number | null;
  readonly marks: readonly EventMark[];
}

interface ChartWish {
  readonly title: string;
  /** The least that the scale shows. */
  readonly atLeast: number;
  readonly words: (value: number) => string;
  /** What the lines of the scale may lie apart. */
  readonly steps: number[];
}

interface Chart {
  readonly element: HTMLElement;
  readonly set: (data: ChartData) => void;
  readonly leave: () => void;
}

const HEIGHT = 150;

export const PERCENT_STEPS = [5, 10, 20, 25, 50, 100, 200, 500, 1_000, 2_000];
export const MS_STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000];
const MB = 1_024 ** 2;
export const SIZE_STEPS = Array.from({ length: 24 }, (_, at) => MB * 2 ** at);

export function chart({ title, atLeast, words, steps }: ChartWish): Chart {
  const box = h("div", { class: "chart-box", "aria-hidden": "true" });
  const now = h("span", { class: "chart-now" });
  const held = h("span", { class: "chart-limit" });
  const figure = h(
    "div",
    { class: "chart", role: "img", "aria-label": title },
    h("div", { class: "chart-title", "aria-hidden": "true" }, title, now, held),
    box,
  );
  let data: ChartData = { at: [], values: [], limit: null, marks: [] };
  const highestOf = (highest: number | null): number =>
    Math.max(atLeast, (data.limit ?? 0) * 1.15, (highest ?? 0) * 1.1);
  const plot = new uPlot(
    {
      width: 300,
      height: HEIGHT,
      padding: [8, null, null, null],
      legend: { show: false },
      cursor: { y: false, points: { size: 5 }, drag: { x: false, y: false } },
      scales: {
        x: { time: true, range: (_, first, last) => spanOf(first, last) },
        y: { range: (_, __, highest) => [0, highestOf(highest)] },
      },
      series: [{}, CURVE],
      axes: [
        { ...AXIS, ...TIMES },
        { ...AXIS, ...valuesIn(words, steps) },
      ],
      hooks: { draw: [(self) => drawLines(self, data)], setCursor: [() => say()] },
    },
    [[], []],
    box,
  );
  const resized = new ResizeObserver(([entry]) => {
    if (entry !== undefined && entry.contentRect.width > 0)
      plot.setSize({ width: Math.floor(entry.contentRect.width), height: HEIGHT });
  });
  resized.observe(box);
  /** The last value, or the one that is pointed at. */
  function say(): void {
    const { idx } = plot.cursor;
    const value = data.values.at(idx ?? -1) ?? null;
    const at = typeof idx === "number" ? data.at[idx] : undefined;
    const when = at === undefined ? "" : ` at ${formatTime(at * 1_000)}`;
    setText(now, value === null ? "" : words(value) + when);
  }
  const draw = (): void => {
    // they grow in place, and uPlot keeps what it is given
    plot.setData([[...data.at], [...data.values]]);
    say();
    setText(held, data.limit === null ? "" : `limit ${words(data.limit)}`);
    setAttribute(figure, "aria-label", inWords(title, data, words));
  };
  return {
    element: figure,
    set: (next) => {
      data = next;
      soon(plot, draw);
    },
    leave: () => {
      forget(plot);
      resized.disconnect();
      plot.destroy();
    },
  };
}

const CURVE: uPlot.Series = {
  stroke: () => colour("line-1"),
  width: 1.5,
  fill: () => colour("line-1-soft"),
  points: { show: false },
  spanGaps: false,
};

const AXIS: uPlot.Axis = {
  stroke: () => colour("ink-3"),
  grid: { stroke: () => colour("line"), width: 1 },
  ticks: { show: false },
  font: "11px system-ui, sans-serif",
};

const MINUTE_S = 60;

const TIMES: uPlot.Axis = {
  space: 70,
  size: 26,
  values: (_, ticks, __, ___, step) =>
    ticks.map((second) => formatTime(second * 1_000).slice(0, step % MINUTE_S === 0 ? 5 : 8)),
};

const valuesIn = (words: ChartWish["words"], steps: number[]): uPlot.Axis => ({
  size: 62,
  space: 28,
  incrs: steps,
  values: (_, ticks) => ticks.map((value) => (value === 0 ? "0" : words(value))),
});

/** A line that has just begun stands at the right. */
const LEAST_S = 60;
const spanOf = (first: number | null, last: number | null): [number, number] =>
  first === null || last === null ? [0, LEAST_S] : [Math.min(first, last - LEAST_S), last];

/** For who cannot see it. */
function inWords(
  title: string,
  { values, limit, marks }: ChartData,
  words: (value: number) => string,
): string {
  const known = values.filter((value) => value !== null);
  const last = known.at(-1);
  if (last === undefined) return `${title}: nothing measured yet`;
  const most = known.reduce((highest, value) => Math.max(highest, value), 0);
  const held = limit === null ? "no limit" : `limit ${words(limit)}`;
  const told =
    marks.length === 0
      ? ""
      : `. ${marks.map(({ at, word }) => `${formatTime(at * 1_000)} ${word}`).join(", ")}`;
  return `${title}: now ${words(last)}, highest ${words(most)}, ${held}${told}`;
}
