import { describe, expect, test } from "bun:test";
import { withPreview, withReport, update } from "../../../src/live/update.ts";
import { entriesOf } from "../../../src/live/entries.ts";
import type { State } from "../../../src/live/state.ts";
import { byHand } from "../../../src/core/plan/by-hand.ts";
import type { ProcessId } from "../../../src/core/process/process.ts";
import type { StopReport } from "../../../src/wire/reports.ts";
import { aHelper, aProcess, GB, MB, SHELL, World } from "../../support/build.ts";
import { aReport, keyOfPid, press, showing, type Pressed } from "./scene.ts";

const idle = aProcess({ pid: 10, ppid: SHELL, argv: ["bun", "b.ts"], ageMs: 90_000, memoryBytes: 50 * MB });
const big = aProcess({ pid: 20, ppid: SHELL, argv: ["bun", "c.ts"], ageMs: 30_000, memoryBytes: 1.5 * GB });
const young = aProcess({ pid: 30, ppid: SHELL, argv: ["bun", "a.ts"], ageMs: 5_000, memoryBytes: 10 * MB });
const all = [idle, big, young];

const rows = (state: State): readonly number[] => entriesOf(state).map(({ process }) => process.id.pid);

describe("sorting", () => {
  test.each<[string, readonly number[]]>([
    ["v", [10, 30, 20]],
    ["m", [20, 10, 30]],
    ["a", [10, 20, 30]],
    ["p", [10, 20, 30]],
    ["n", [30, 10, 20]],
  ])("%s, and again the other way round", (key, order) => {
    const once = press(showing(all), key).state;
    // it is sorted by verdict from the start: the first v turns it round
    expect(rows(once)).toEqual([...order]);
    const twice = press(once, key).state;
    expect(rows(twice)).toEqual(key === "v" ? [20, 10, 30] : order.toReversed());
    expect(rows(press(twice, key).state)).toEqual([...order]);
  });

  test("by CPU: as measured between two looks", () => {
    const busy = { ...young, cpuMs: 900 };
    const state = withReport(
      showing(all),
      aReport([idle, { ...big, cpuMs: 100 }, busy], 1_001_000),
      new Map(),
    );
    expect(rows(press(state, "c").state)).toEqual([30, 20, 10]);
  });

  test("what is over a limit is first from the start", () =>
    expect(rows(showing(all))).toEqual([20, 10, 30]));
});

describe("the selection", () => {
  const start = press(showing(all), "p", "home").state;
  test.each<[readonly string[], number]>([
    [["down"], 20],
    [["j", "j"], 30],
    [["j", "k"], 10],
    [["end"], 30],
    [["end", "down"], 30],
    [["up"], 10],
    [["page-down"], 30],
    [["end", "page-up"], 10],
  ])("%j", (keys, pid) => expect(press(start, ...keys).state.selected).toBe(keyOfPid(pid)));

  test("is the first row until somebody chooses", () => {
    const early = showing([idle, young]);
    expect(press(early, "x").effects).toEqual([{ type: "preview", chosen: idle.id }]);
    const later = withReport(early, aReport(all), new Map());
    expect(press(later, "x").effects).toEqual([{ type: "preview", chosen: big.id }]);
    expect(press(later, "down").state.selected).toBe(keyOfPid(10));
    const asked = withReport(press(early, "x").state, aReport(all), new Map());
    expect(asked.selected).toBe(keyOfPid(10));
  });

  test("follows the process through every order", () => {
    for (const key of "vmapnvt") expect(press(start, "down", key).state.selected).toBe(keyOfPid(20));
  });

  test("goes to whoever stands in its place when the process ends", () => {
    const middle = press(start, "down").state;
    expect(withReport(middle, aReport([idle, young]), new Map()).selected).toBe(keyOfPid(30));
    const last = press(start, "end").state;
    expect(withReport(last, aReport([idle, big]), new Map()).selected).toBe(keyOfPid(20));
    expect(withReport(last, aReport([]), new Map()).selected).toBeNull();
  });

  test("does not pass to another process with the same pid", () => {
    const reused = aProcess({ pid: 10, startTicks: 99, argv: ["bun", "other.ts"] });
    const after = withReport(press(start, "end").state, aReport([reused, young]), new Map());
    expect(after.selected).toBe(keyOfPid(30));
    expect(withReport(start, aReport([young, reused]), new Map()).selected).not.toBe(keyOfPid(10));
  });
});

describe("the tree", () => {
  const family = [
    aProcess({ pid: 10, ppid: SHELL, argv: ["bun", "run", "dev"] }),
    aHelper({ pid: 11, ppid: 10 }),
    aProcess({ pid: 12, ppid: 11, argv: ["bun", "server.ts"] }),
    aProcess({ pid: 13, ppid: 10, argv: ["bun", "worker.ts"] }),
    big,
  ];
  test("shows whole jobs, the others' order inside them untouched", () => {
    const tree = press(showing(family), "t").state;
    expect(entriesOf(tree).map(({ process, branch }) => `${branch}${process.id.pid}`)).toEqual([
      "20",
      "10",
      "├─ 11",
      "│  └─ 12",
      "└─ 13",
    ]);
  });
  test("flat: Bun processes alone", () =>
    expect(rows(press(showing(family), "p").state)).toEqual([10, 12, 13, 20]));
  test("a filter keeps the jobs that have it", () => {
    expect(rows(press(showing(family), "t", "/", ..."worker".split("")).state)).toEqual([10, 11, 12, 13]);
  });
});

describe("the filter", () => {
  test("narrows with each character, in whatever case", () => {
    expect(rows(press(showing(all), "/", "C", ".").state)).toEqual([20]);
    expect(rows(press(showing(all), "/", "C", ".", "backspace", "backspace").state)).toHaveLength(3);
  });
  test("Enter keeps it, Esc takes it back, Esc in the table ends it", () => {
    const kept = press(showing(all), "/", "a", ".", "t", "enter").state;
    expect([kept.filter, kept.mode.kind]).toEqual(["a.t", "table"]);
    expect(press(kept, "/", "x", "escape").state.filter).toBe("a.t");
    expect(press(kept, "escape").state.filter).toBe("");
  });
  test("keys are characters there", () =>
    expect(press(showing(all), "/", "q", "x", " ").effects).toEqual([]));
  test("takes what is pasted, without what a terminal would obey", () => {
    const { state } = update(press(showing(all), "/").state, { pasted: "a\u001B[31m\nb" }, 3);
    expect(state.filter).toBe("a[31mb");
  });
});

describe("stopping", () => {
  const world = new World().see(0, all);
  const { policy, self, history } = world;
  const context = { policy, self, history, inFlight: new Set<string>(), force: false };
  const question = (chosen: ProcessId): StopReport => ({
    atMs: 0,
    dryRun: true,
    mode: "enforce",
    plan: byHand(world.judge(), [chosen], context),
    carriedOut: [],
    monitorPid: null,
  });
  const asked = (state: State): State => withPreview(state, big.id, question(big.id));

  test("x asks about the selected process, as it is known by pid and start", () =>
    expect(press(showing(all), "x").effects).toEqual([{ type: "preview", chosen: big.id }]));

  test.each<[string, readonly string[], Pressed["effects"]]>([
    ["y", ["y"], [{ type: "stop", chosen: big.id, force: false }]],
    ["f", ["f"], [{ type: "stop", chosen: big.id, force: true }]],
    ["n", ["n"], []],
    ["Esc", ["escape"], []],
    ["a second y does nothing more", ["y", "y"], [{ type: "stop", chosen: big.id, force: false }]],
    ["what is no answer is none", ["j", "enter", " ", "x", "Y"], []],
    ["Ctrl-C leaves", ["interrupt"], [{ type: "quit" }]],
  ])("%s", (_, keys, effects) => expect(press(asked(showing(all)), ...keys).effects).toEqual([...effects]));

  test("y before the question is on the screen is no answer", () => {
    const { state, effects } = press(showing(all), "x", "y");
    expect(effects).toHaveLength(1);
    expect(asked(state).mode.kind).toBe("confirm");
  });

  test("a question does not open over what has the keys", () =>
    expect(asked(press(showing(all), "/").state).mode.kind).toBe("filter"));

  test("pasted text is no answer, and no command", () => {
    for (const state of [showing(all), asked(showing(all))])
      expect(update(state, { pasted: "xyq" }, 3)).toEqual({ state, effect: null });
  });

  test("what was asked about stays, whatever is looked at meanwhile", () => {
    const later = withReport(asked(showing(all)), aReport([idle, young]), new Map());
    expect(press(later, "y").effects).toEqual([{ type: "stop", chosen: big.id, force: false }]);
  });

  test("a refusal takes no answer: whatever is pressed closes it", () => {
    const gone = { pid: 99, startTicks: 99, exe: null };
    for (const key of ["y", "f", "n", "escape", " "]) {
      const { state, effects } = press(withPreview(showing(all), gone, question(gone)), key);
      expect([state.mode.kind, effects]).toEqual(["table", []]);
    }
  });

  test("nothing selected: nothing to ask", () => expect(press(showing([]), "x").effects).toEqual([]));
});

test.each<[readonly string[], readonly Pressed["effects"][number]["type"][]]>([
  [["q"], ["quit"]],
  [["interrupt"], ["quit"]],
  [["?", "q"], []],
  [["?", "interrupt"], ["quit"]],
])("%j", (keys, effects) =>
  expect(press(showing(all), ...keys).effects.map(({ type }) => type)).toEqual([...effects]),
);
