import { expect, test } from "bun:test";
import { needsNamespace, select } from "../../support/runner/files.ts";
import { parseRun, totals } from "../../support/runner/summary.ts";

const summary = (...lines: readonly string[]): string =>
  [
    "a.test.ts:",
    "(pass) a",
    "",
    ...lines,
    " 1 expect() calls",
    "Ran 4 tests across 1 file. [23.00ms]",
    "",
  ].join("\n");
const parse = (output: string, exitCode = 0): readonly number[] => {
  const { passed, failed, skipped } = parseRun({ file: "a", exitCode, output });
  return [passed, failed, skipped];
};

test.each([
  ["all pass", summary(" 4 pass", " 0 fail"), 0, [4, 0, 0]],
  ["coloured", summary("\u001b[32m 4 pass\u001b[0m", "\u001b[2m 0 fail\u001b[0m"), 0, [4, 0, 0]],
  ["skips and todos", summary(" 1 pass", " 2 skip", " 1 todo", " 0 fail"), 0, [1, 0, 3]],
  ["a failure", summary(" 3 pass", " 1 fail"), 1, [3, 1, 0]],
  ["an error between tests", summary(" 3 pass", " 0 fail", " 1 error"), 1, [3, 1, 0]],
  ["fails without a failed test", summary(" 3 pass", " 0 fail"), 1, [3, 1, 0]],
  ["no tests", summary(" 0 pass", " 0 fail"), 0, [0, 1, 0]],
  ["killed before its summary", "(pass) a\n", 137, [0, 1, 0]],
  [
    "a nested run above it",
    `${summary(" 99 pass", " 9 fail")}\n${summary(" 1 pass", " 0 fail")}`,
    0,
    [1, 0, 0],
  ],
])("%s", (_name, output, exitCode, expected) => {
  expect(parse(output, exitCode)).toEqual(expected);
});

test("reasons of skips are collected once", () => {
  const output = `[skipped part] tmux: not there\nx [skipped part] no\n[skipped part] tmux: not there\n${summary(" 1 skip", " 0 fail")}`;
  expect(parseRun({ file: "a", exitCode: 0, output }).reasons).toEqual(["tmux: not there"]);
});

test("the last line", () => {
  const result = { passed: 2, failed: 0, skipped: 0 };
  expect(totals([result, result])).toBe("4 passed, 0 failed");
  expect(totals([result, { ...result, failed: 1, skipped: 3 }])).toBe("4 passed, 1 failed, 3 skipped");
  expect(totals([])).toBe("0 passed, 0 failed");
});

test("what can signal comes first and needs a namespace", () => {
  const [top, process, unit, vm, zoo] = [
    "test/architecture.test.ts",
    "test/process/a.test.ts",
    "test/unit/b.test.ts",
    "test/vm/d.test.ts",
    "test/zoo/c.test.ts",
  ] as const;
  const files = [top, process, unit, vm, zoo];
  expect(files.filter(needsNamespace)).toEqual([process, vm, zoo]);
  expect(select(files, [])).toEqual([vm, process, zoo, top, unit]);
  expect(select(files, ["./test/unit", "zoo"])).toEqual([zoo, unit]);
});
