/** Lines over time: what was measured, the limit as a dashed line, events as marks. */
import uPlot from "uplot";
import { h, setAttribute } from "../dom/element.ts";
import { forget, soon } from "../dom/frames.ts";
import type { EventMark } from "../model/marks.ts";
import { formatTime } from "../model/words.ts";

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

export const PERCENT_STEPS = [5, 10, 20, 25, 50, 100, 200, 500, 1_000, 2_000];
export const MS_STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000];
const MB = 1_024 ** 2;
export const SIZE_STEPS = Array.from({ length: 24 }, (_, at) => MB * 2 ** at);

interface Chart {
  readonly element: HTMLElement;
  readonly set: (data: ChartData) => void;
  readonly leave: () => void;
}

const HEIGHT = 150;

/** The canvas knows no custom property: the colour is read from an element that has it. */
function colours(): (token: string) => string {
  const probe = h("span", { class: "unseen" });
  document.body.append(probe);
  const known = new Map<string, string>();
  return (token) => {
    const found = known.get(token);
    if (found !== undefined) return found;
    probe.style.setProperty("color", `var(--${token})`);
    const colour = getComputedStyle(probe).color;
    known.set(token, colour);
    return colour;
  };
}

let colourOf: ((token: string) => string) | null = null;

/** When the page goes from light to dark. */
export const forgetColours = (): void => void (colourOf = null);

const colour = (token: string): string => (colourOf ??= colours())(token);

export function chart({ title, atLeast, words, steps }: ChartWish): Chart {
  const box = h("div", { class: "chart-box", "aria-hidden": "true" });
  const figure = h(
    "div",
    { class: "chart", role: "img", "aria-label": title },
    h("div", { class: "chart-title" }, title),
    box,
  );
  let data: ChartData = { at: [], values: [], limit: null, marks: [] };
  const plot = new uPlot(
    {
      width: 300,
      height: HEIGHT,
      legend: { show: false },
      cursor: { y: false, points: { size: 5 }, drag: { x: false, y: false } },
      scales: {
        x: { time: true, range: (_, first, last) => spanOf(first, last) },
        y: {
          range: (_, __, highest) => [0, Math.max(atLeast, (data.limit ?? 0) * 1.15, (highest ?? 0) * 1.1)],
        },
      },
      series: [
        {},
        {
          stroke: () => colour("line-1"),
          width: 1.5,
          fill: () => colour("line-1-soft"),
          points: { show: false },
          spanGaps: false,
        },
      ],
      axes: [
        {
          ...AXIS,
          space: 70,
          size: 26,
          values: (_, ticks, __, ___, step) =>
            ticks.map((second) => formatTime(second * 1_000).slice(0, step % 60 === 0 ? 5 : 8)),
        },
        {
          ...AXIS,
          size: 62,
          space: 28,
          incrs: steps,
          values: (_, ticks) => ticks.map((value) => (value === 0 ? "0" : words(value))),
        },
      ],
      hooks: { draw: [(self) => drawLines(self, data)] },
    },
    [[], []],
    box,
  );
  const resized = new ResizeObserver(([entry]) => {
    if (entry !== undefined && entry.contentRect.width > 0)
      plot.setSize({ width: Math.floor(entry.contentRect.width), height: HEIGHT });
  });
  resized.observe(box);
  return {
    element: figure,
    set: (next) => {
      data = next;
      soon(plot, () => {
        // they grow in place, and uPlot keeps what it is given
        plot.setData([[...data.at], [...data.values]]);
        setAttribute(figure, "aria-label", inWords(title, data, words));
      });
    },
    leave: () => {
      forget(plot);
      resized.disconnect();
      plot.destroy();
    },
  };
}

/** A line that has just begun stands at the right. */
const LEAST_S = 60;
const spanOf = (first: number | null, last: number | null): [number, number] =>
  first === null || last === null ? [0, LEAST_S] : [Math.min(first, last - LEAST_S), last];

const AXIS: uPlot.Axis = {
  stroke: () => colour("ink-3"),
  grid: { stroke: () => colour("line"), width: 1 },
  ticks: { show: false },
  font: "11px system-ui, sans-serif",
};

function drawLines(plot: uPlot, { limit, marks }: ChartData): void {
  const { ctx, bbox } = plot;
  const pixel = devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.lineWidth = pixel;
  if (limit !== null) {
    const y = Math.round(plot.valToPos(limit, "y", true)) + 0.5;
    line(ctx, "bad", [4 * pixel, 3 * pixel], [bbox.left, y], [bbox.left + bbox.width, y]);
  }
  for (const { at } of marks) {
    const x = Math.round(plot.valToPos(at, "x", true)) + 0.5;
    line(ctx, "ink-2", [], [x, bbox.top], [x, bbox.top + bbox.height]);
    ctx.fillStyle = colour("ink-2");
    ctx.fillRect(x - 2.5 * pixel, bbox.top, 5 * pixel, 5 * pixel);
  }
  ctx.restore();
}

type Point = readonly [x: number, y: number];

function line(ctx: CanvasRenderingContext2D, token: string, dash: number[], from: Point, to: Point): void {
  ctx.strokeStyle = colour(token);
  ctx.setLineDash(dash);
  ctx.beginPath();
  ctx.moveTo(...from);
  ctx.lineTo(...to);
  ctx.stroke();
}

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
