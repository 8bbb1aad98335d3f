/** One row of the table. Only the cells that have changed are touched. */
import { h, setAttribute, setClass, setHidden, setPlace, setProperty, setText } from "../../dom/element.ts";
import type { RowPart } from "../../dom/keyed.ts";
import { sparkPoints, type Measurements } from "../../model/series.ts";
import type { TableRow } from "../../model/table.ts";
import { formatDuration, inRow, percentWords, sizeWords, wholeName } from "../../model/words.ts";
import { badge } from "../parts.ts";

const SVG = "http://www.w3.org/2000/svg";
const [SPARK_WIDTH, SPARK_HEIGHT] = [80, 22];

export function processRow(measurements: Measurements, onStop: (row: TableRow) => void): RowPart<TableRow> {
  let shown: TableRow | null = null;
  const name = h("a", { class: "command", dir: "ltr", tabindex: "-1" });
  const indent = h("span", { class: "indent", "aria-hidden": "true" }, "└");
  const cells = {
    pid: cell("number pid"),
    cpu: cell("number cpu"),
    memory: cell("number memory"),
    age: cell("number age"),
  };
  const verdict = badge();
  const why = h("span", { class: "why" });
  const line = document.createElementNS(SVG, "polyline");
  const stop = h(
    "button",
    { type: "button", class: "small stop", tabindex: "-1", onclick: () => shown !== null && onStop(shown) },
    "Stop",
  );
  const element = h(
    "div",
    { role: "row", class: "row" },
    h("div", { role: "gridcell", class: "cell name" }, indent, h("bdi", {}, name)),
    cells.pid,
    cells.cpu,
    h("div", { role: "gridcell", class: "cell spark" }, sparkline(line)),
    cells.memory,
    cells.age,
    h("div", { role: "gridcell", class: "cell verdict" }, verdict.element, why),
    h("div", { role: "gridcell", class: "cell actions" }, stop),
  );
  return {
    element,
    update: (row) => {
      shown = row;
      const { process, judged, command, depth } = row;
      setPlace(name, `#/process/${process.id}`);
      setText(name, command);
      setAttribute(name, "title", wholeName(process.command));
      setHidden(indent, depth === 0);
      setProperty(element, "--depth", String(Math.min(depth, 6)));
      setText(cells.pid, String(process.pid));
      setText(cells.cpu, percentWords(process.cpuPercent));
      setText(cells.memory, sizeWords(process.memoryBytes));
      setText(cells.age, formatDuration(process.ageMs));
      verdict.set(judged.word, judged.tone);
      setText(why, inRow(judged.why));
      setAttribute(why, "title", judged.why);
      setClass(element, `row ${judged.tone}`);
      setAttribute(stop, "aria-label", `Stop ${process.pid}`);
      setAttribute(line, "points", sparkPoints(measurements.of(process.id).cpu, SPARK_WIDTH, SPARK_HEIGHT));
    },
  };
}

const cell = (name: string): HTMLElement => h("div", { role: "gridcell", class: `cell ${name}` });

function sparkline(line: SVGElement): SVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${SPARK_WIDTH} ${SPARK_HEIGHT}`);
  svg.setAttribute("aria-hidden", "true");
  svg.append(line);
  return svg;
}
