import { describe, expect, test } from "bun:test";
import { withFailure, withPreview, withStopping } from "../../../src/live/update.ts";
import { layout, windowStart, type Lines } from "../../../src/live/layout.ts";
import { gauge, measure, cpuSparkline } from "../../../src/live/meters.ts";
import { initial, type State } from "../../../src/live/state.ts";
import { frame } from "../../../src/live/view.ts";
import type { ProcessSample } from "../../../src/core/process/process.ts";
import { aProcess, GB, SHELL } from "../../support/build.ts";
import { aReport, press, showing } from "./scene.ts";

const crowd = Array.from({ length: 40 }, (_, at) =>
  aProcess({
    pid: 10 + at,
    ppid: SHELL,
    argv: ["bun", `/srv/shop/src/script-${at}.ts`],
    memoryBytes: at === 3 ? 1.5 * GB : GB / 8,
  }),
);
const wide = [aProcess({ pid: 10, ppid: SHELL, argv: ["bun", "漢字🚀👩‍👩‍👧‍👦.ts"], cwd: "/srv/ばん" })];

const preview = {
  atMs: 0,
  dryRun: true,
  mode: "observe" as const,
  plan: {
    steps: [],
    refused: [{ pid: 10, command: "bun x.ts", because: "protected: it belongs to bun-watchdog" }],
  },
  carriedOut: [],
  monitorPid: null,
};

const STATES: Readonly<Record<string, State>> = {
  "before the first look": initial,
  "nobody there": showing([]),
  crowd: showing(crowd),
  "the end of the crowd": press(showing(crowd), "end").state,
  tree: press(showing(crowd), "t").state,
  "wide names": showing(wide),
  help: press(showing(crowd), "?").state,
  filter: press(showing(crowd), "/", ..."script".split("")).state,
  question: withPreview(showing(crowd), crowd[0]?.id ?? { pid: 0, startTicks: 0, exe: null }, preview),
  notices: withFailure(
    withStopping(showing(crowd), { pid: 11, startTicks: 11, exe: null }, 0),
    { pid: 12, startTicks: 12, exe: null },
    "error: a very long failure ".repeat(20),
    2_000_000,
  ),
};

describe("a frame is exactly as large as the terminal", () => {
  test.each(Object.entries(STATES))("%s", (_, state) => {
    for (const columns of [1, 10, 20, 40, 60, 80, 100, 250]) {
      for (const rows of [1, 2, 3, 5, 10, 16, 24, 60]) {
        const lines = frame(state, { columns, rows });
        expect(lines).toHaveLength(rows);
        expect(lines.filter((line) => Bun.stringWidth(line) > columns)).toEqual([]);
      }
    }
  });
});

const text = (state: State, columns = 100, rows = 30): string => frame(state, { columns, rows }).join("\n");
/** The column where the commands stand. */
const commandsAt = (state: State): number | undefined =>
  text(state)
    .split("\n")
    .find((line) => line.includes(" PID"))
    ?.indexOf("COMMAND");

describe("what is seen", () => {
  test("the selected row, wherever it is in the list", () => {
    for (const rows of [8, 12, 30, 80])
      expect(text(STATES["the end of the crowd"] ?? initial, 100, rows)).toContain("▸");
  });
  test("the question, on the smallest screen that one can work on", () =>
    expect(text(STATES["question"] ?? initial, 40, 10)).toContain("10 is not stopped"));
  test("evidence of what is over a limit, below its rule", () =>
    expect(text(showing(crowd))).toMatch(/memory +1.5 GB +1 GB +█+ +runaway\n +uses 1.5 GB of memory/));
  test("the columns stand where they stood, whatever the names", () => {
    expect(commandsAt(showing(wide))).toBe(commandsAt(showing(crowd.slice(0, 1))));
  });
});

const wishes: Lines = { head: 4, table: 10, details: 12, notices: 0 };

test.each([
  ["all fits", 40, wishes, { head: 4, table: 10, details: 12, notices: 0 }],
  ["the details get what is left", 26, wishes, { head: 4, table: 10, details: 10, notices: 0 }],
  [
    "a long table leaves them their share",
    26,
    { ...wishes, table: 50 },
    { head: 4, table: 10, details: 10, notices: 0 },
  ],
  ["low: no details", 10, wishes, { head: 1, table: 7, details: 0, notices: 0 }],
  ["very low", 3, wishes, { head: 0, table: 1, details: 0, notices: 0 }],
  [
    "notices take from the others",
    40,
    { ...wishes, notices: 9 },
    { head: 4, table: 10, details: 12, notices: 6 },
  ],
])("layout: %s", (_, rows, wanted, expected) =>
  expect(layout({ columns: 80, rows }, wanted)).toEqual(expected),
);

test.each([
  [0, 10, 20, 0],
  [0, 100, 10, 0],
  [50, 100, 10, 45],
  [99, 100, 10, 90],
  [-1, 100, 10, 0],
])("window: row %d of %d in %d begins at %d", (selected, count, visible, start) =>
  expect(windowStart(selected, count, visible)).toBe(start),
);

test.each([
  [[], "        "],
  [[0, 100, 250], "     ▁██"],
  [[0, 12.5, 50, 99], "    ▁▂▅█"],
])("sparkline of %j", (percents, drawn) => expect(cpuSparkline(percents)).toBe(drawn));

test.each([
  [0, "░░░░"],
  [0.5, "██░░"],
  [0.53, "██▏░"],
  [1, "████"],
  [7, "████"],
])("gauge of %d", (share, drawn) => expect(gauge(share, 4)).toBe(drawn));

const at = (cpuMs: number): readonly ProcessSample[] => [aProcess({ pid: 10, cpuMs })];

describe("meters", () => {
  test("use between two looks, none after one", () => {
    const first = measure(new Map(), aReport(at(0), 1_000));
    expect(first.get("10:10")?.percents).toEqual([]);
    const second = measure(first, aReport(at(250), 2_000));
    expect(second.get("10:10")?.percents).toEqual([25]);
    expect(measure(second, aReport(at(260), 2_050)).get("10:10")).toEqual(second.get("10:10"));
  });
  test("a clock that is set back begins anew", () => {
    const back = measure(measure(new Map(), aReport(at(0), 9_000)), aReport(at(10), 1_000));
    expect(measure(back, aReport(at(510), 2_000)).get("10:10")?.percents).toEqual([50]);
  });
  test("another process with the same pid has none of it", () => {
    const before = measure(measure(new Map(), aReport(at(0), 1_000)), aReport(at(900), 2_000));
    const reused = aReport([aProcess({ pid: 10, startTicks: 77, cpuMs: 5 })], 3_000);
    expect([...measure(before, reused)]).toEqual([["10:77", { atMs: 3_000, cpuMs: 5, percents: [] }]]);
  });
});
