/** What one run has brought. */
import { h, type Child } from "../../dom/element.ts";
import { runWords, type RunCell, type RunDocument } from "../../model/runs.ts";
import { duration, formatDate, wholeName } from "../../model/words.ts";
import { plainTable, toned } from "../parts.ts";

export function runResult(run: RunDocument): HTMLElement {
  const { verdict, tone, headings, rows, notes } = runWords(run);
  return h(
    "article",
    { class: "run" },
    h(
      "h3",
      {},
      h("bdi", { class: "mono", dir: "ltr" }, wholeName(run.file)),
      " ",
      toned(verdict, tone),
      h("span", { class: "hint" }, ` ${formatDate(Date.parse(run.at))}, ${duration(run.tookMs)}`),
    ),
    rows.length > 0 &&
      plainTable(
        `Result of ${run.file}`,
        headings.map((title, at) => ({
          title,
          number: at > 0 && title !== "Verdict",
          wide: MAY_MISS.has(title),
        })),
        rows.map((row) => row.map(cell)),
      ),
    ...notes.map((note) => h("p", { class: "why" }, wholeName(note))),
  );
}

/** What a phone has no room for. */
const MAY_MISS: ReadonlySet<string> = new Set(["Fastest", "p99", "Trials", "CPU", "Peak"]);

const cell = (what: RunCell): Child =>
  typeof what === "string" ? wholeName(what) : toned(wholeName(what.words), what.tone);
