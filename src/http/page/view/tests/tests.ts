/** Benchmarks and test files of the project: what came out last, and one more run, isolated from everything else. */
import { add, h } from "../../dom/element.ts";
import type { BenchmarksDocument } from "../../model/runs.ts";
import { duration, formatDate, wholeName } from "../../model/words.ts";
import { asked, empty, plainTable, section } from "../parts.ts";
import type { MakeView } from "../view.ts";
import { runPart } from "./run.ts";
import { runResult } from "./result.ts";

export const testsView: MakeView = (context) => {
  const ending = new AbortController();
  const last = asked(
    () => context.server.get<BenchmarksDocument>("/api/benchmarks"),
    (document) => {
      const box = h("div", { class: "stack" });
      const { bench, test } = document.files;
      if (bench.length + test.length === 0) add(box, nothing());
      else
        add(
          box,
          section(
            "Run one, isolated",
            runPart(context, document, ending.signal, () => last.again()),
          ),
        );
      add(
        box,
        section(
          "Last runs from here",
          ...(document.runs.length === 0
            ? [h("p", { class: "hint" }, "None yet. A run stands here with its result, and is kept.")]
            : document.runs.map(runResult)),
        ),
        document.tests.length > 0 && section("Test files, by how long they take", known(document.tests)),
      );
      return box;
    },
  );
  return {
    title: "Tests",
    element: h("div", { class: "view" }, h("h1", {}, "Benchmarks and tests"), last.element),
    update: () => {},
    leave: () => ending.abort(),
  };
};

const nothing = (): HTMLElement =>
  empty(
    "This project has no benchmarks and no tests that can be told by their names.",
    "A file such as sum.bench.ts exports functions to measure; sum.test.ts has tests. In a terminal, each runs isolated by:",
    "bun-isolate bench sum.bench.ts",
    "bun-isolate test",
  );

const known = (tests: BenchmarksDocument["tests"]): HTMLElement =>
  plainTable(
    "Test files",
    [
      { title: "File" },
      { title: "Took", number: true },
      { title: "Flaky runs", number: true },
      { title: "Last flaky", number: true, wide: true },
    ],
    tests.map(({ file, tookMs, flakyRuns, lastFlakyMs }) => [
      h("bdi", { class: "mono", dir: "ltr" }, wholeName(file)),
      tookMs === null ? "not known" : duration(tookMs),
      String(flakyRuns),
      lastFlakyMs === null ? "never" : formatDate(lastFlakyMs),
    ]),
  );
