/** The table of docs/isolate.md, which `npm run bench -- verdicts --markdown` writes, has what the suite of endings says. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { ENDINGS, SUITE } from "../../support/isolate-suite.ts";
import { RUNNERS } from "../../support/suite-end.ts";

const page = readFileSync(join(resolve(import.meta.dir, "../../.."), "docs/isolate.md"), "utf8");
const block = /<!-- bench:verdicts:start -->(.*)<!-- bench:verdicts:end -->/su.exec(page)?.[1] ?? "";
const rows = block.split("\n").map((line) => line.split("|").map((cell) => cell.trim()));

test("a row for each ending, with the verdict that is right and nothing left alive", () => {
  const from = rows.findIndex(([, first]) => first === "the file");
  expect(rows[from]?.slice(1, -1)).toEqual(["the file", ...RUNNERS.map(({ name }) => name)]);
  const body = rows.slice(from + 2, from + 2 + Object.keys(ENDINGS).length);
  const ours = body.map(([, label, cell]) => [label, cell]);
  expect(ours).toEqual(
    Object.entries(ENDINGS).map(([label, name]) => {
      const verdict = SUITE[name]?.verdict;
      return [label, `${verdict}, exit ${verdict === "passed" ? 0 : 1}`];
    }),
  );
});

test("every bar of it is met", () => {
  const bars = rows.filter((cells) => /^(?:NOT )?[mM][eE][tT]$/u.test(cells.at(-2) ?? ""));
  expect(bars.map((cells) => cells.at(-2))).toEqual(["met", "met", "met"]);
});
