/** What is drawn over the curve: the limit as a dashed line, and a mark at each event. */
import type uPlot from "uplot";
import type { EventMark } from "../../model/marks.ts";
import { colour } from "./colours.ts";

interface Lines {
  readonly limit: number | null;
  readonly marks: readonly EventMark[];
}

export function drawLines(plot: uPlot, { limit, marks }: Lines): void {
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
