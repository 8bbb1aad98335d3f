import { expect, test } from "bun:test";
import { table, type Column } from "../../../src/text/table.ts";

const COLUMNS: readonly Column[] = [
  { title: "PID", align: "right" },
  { title: "COMMAND", flexible: true },
  { title: "STATE" },
];

test("columns align by display width", () => {
  expect(
    table(
      COLUMNS,
      [
        ["1", "bun 犬.ts", "running"],
        ["22", "bun a.ts", "zombie"],
      ],
      80,
    ),
  ).toEqual(["PID  COMMAND    STATE", "  1  bun 犬.ts  running", " 22  bun a.ts   zombie"]);
});

test("the flexible column is cut so that the line fits", () => {
  const lines = table(COLUMNS, [["1", "x".repeat(100), "running"]], 40);
  expect(lines.map((line) => Bun.stringWidth(line)).every((width) => width <= 40)).toBe(true);
  expect(lines[1]).toContain("…");
});

test("paint sees whole lines and cannot shift the columns", () => {
  const lines = table(COLUMNS, [["1", "a", "b"]], 80, (line, row) => `<${row}>${line}`);
  expect(lines).toEqual(["<header>PID  COMMAND  STATE", "<0>  1  a        b"]);
});
