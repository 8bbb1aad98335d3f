/** This project and what is elsewhere, each under its heading and in the order that was chosen. */
import { describe, expect, test } from "bun:test";
import { stripVTControlCharacters } from "node:util";
import { withReport } from "../../../src/live/update.ts";
import { initial, type State } from "../../../src/live/state.ts";
import { frame } from "../../../src/live/view.ts";
import { aPolicy, aProcess, SHELL, World } from "../../support/build.ts";
import { aReport, press } from "./scene.ts";

const SHOP = "/srv/shop";
const shop = aPolicy({ projectRoot: SHOP });
const elsewhere = aPolicy({
  limits: { concurrency: null, cpuPercent: 80, memoryBytes: null, timeoutMs: null },
});
const policy = {
  ...shop,
  scope: "nearest" as const,
  governance: { projects: [{ root: SHOP, config: null, policy: shop }], elsewhere, harmOnly: true },
};
const bun = (pid: number, cwd: string, ageMs: number) =>
  aProcess({ pid, ppid: SHELL, cwd, argv: ["bun", "run.ts"], ageMs });

const scene = (facts: Partial<State> = {}): State =>
  withReport(
    { ...initial, root: SHOP, ...facts },
    aReport(
      [
        bun(10, "/srv/other", 5_000),
        bun(11, SHOP, 4_000),
        bun(12, "/srv/other", 3_000),
        bun(13, SHOP, 2_000),
      ],
      1_000_000,
      new World(policy),
    ),
    new Map(),
  );

/** What stands in the first column: a heading's first word, or a pid. */
const column = (state: State, rows = 40): readonly string[] =>
  frame(state, { columns: 100, rows }).flatMap((line) => {
    const found = /^[ ▸] (This|Elsewhere| *\d+ )/.exec(stripVTControlCharacters(line))?.[1];
    return found === undefined ? [] : [found.trim()];
  });

describe("groups", () => {
  test.each<[string, Partial<State>, readonly string[]]>([
    ["by start", {}, ["This", "11", "13", "Elsewhere", "10", "12"]],
    [
      "by pid, the last first",
      { sort: { by: "pid", reversed: true } },
      ["This", "13", "11", "Elsewhere", "12", "10"],
    ],
    ["as a tree", { tree: true }, ["This", "11", "13", "Elsewhere", "10", "12"]],
    ["without a group of which nothing is wanted", { filter: "10" }, ["Elsewhere", "10"]],
  ])("%s", (_, facts, expected) => expect(column(scene(facts))).toEqual([...expected]));

  test("the selection goes through them, and stays in view", () => {
    const last = press(scene(), "end").state;
    expect(last.selected).toBe("12:12");
    for (const rows of [3, 6, 10, 24]) {
      const lines = frame(last, { columns: 100, rows });
      expect(lines).toHaveLength(rows);
      expect(lines.some((line) => stripVTControlCharacters(line).startsWith("▸    12"))).toBe(true);
    }
  });
});
