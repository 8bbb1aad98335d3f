/** What somebody asks for becomes a list of benchmarks: parameters, names, and what belongs to which command. */
import { describe, expect, test } from "bun:test";
import {
  commandBenchmarks,
  type CommandsWish,
  functionBenchmarks,
} from "../../../../src/core/bench/benchmark.ts";
import { configuredBenchmarks, parseTrialConfigs } from "../../../../src/core/bench/configured.ts";
import {
  combinations,
  listParameter,
  scanParameter,
  withValues,
} from "../../../../src/core/bench/parameters.ts";

describe("values of a parameter", () => {
  test.each([
    ["1,2,4", ["1", "2", "4"]],
    ["a", ["a"]],
    [String.raw`a\,b,c`, ["a,b", "c"]],
    ["a,,b", ["a", "", "b"]],
  ])("the list %p", (list, values) => expect(listParameter("n", list).values).toEqual(values));

  test.each([
    [
      ["1", "3", "1"],
      ["1", "2", "3"],
    ],
    [
      ["0", "1", "0.25"],
      ["0.00", "0.25", "0.50", "0.75", "1.00"],
    ],
    [
      ["0.1", "0.3", "0.1"],
      ["0.1", "0.2", "0.3"],
    ],
    [
      ["-2", "2", "2"],
      ["-2", "0", "2"],
    ],
    [
      ["1", "10", "4"],
      ["1", "5", "9"],
    ],
    [["5", "5", "1"], ["5"]],
  ] as const)("the scan %p", ([from, to, step], values) =>
    expect(scanParameter("n", from, to, step).values).toEqual([...values]),
  );

  test.each([
    ["n", "5", "1", "1", "above its end"],
    ["n", "1", "5", "0", "step"],
    ["n", "1", "5", "-1", "step"],
    ["n", "one", "5", "1", '"one"'],
    ["n", "1", "1e9", "1", '"1e9"'],
    ["n", "1", "1000000000", "1", "values"],
    ["a b", "1", "2", "1", '"a b"'],
  ])("what is wrong with %p from %p to %p by %p", (name, from, to, step, says) =>
    expect(() => scanParameter(name, from, to, step)).toThrow(says),
  );

  test("every combination; the last one changes fastest", () => {
    const all = combinations([listParameter("a", "1,2"), listParameter("b", "x,y")]);
    expect(all.map(({ a, b }) => `${a}${b}`)).toEqual(["1x", "1y", "2x", "2y"]);
    expect(combinations([])).toEqual([{}]);
  });

  test("each name is replaced once, and braces of a shell stay", () =>
    expect(withValues("x {a} {b} {c,d} {toString}", { a: "{b}", b: "2" })).toBe("x {b} 2 {c,d} {toString}"));
});

const WISH: CommandsWish = {
  commands: [],
  names: [],
  prepare: [],
  cleanup: [],
  parameters: [],
  runs: null,
  ignoreFailure: false,
  wordsOf: null,
  trials: null,
};

const benchmarks = (wish: Partial<CommandsWish>) => commandBenchmarks({ ...WISH, ...wish });

const trialsOf = (wish: Partial<CommandsWish>) => benchmarks(wish).map((each) => each.trials);

describe("commands", () => {
  test("no trial is without a run", () => {
    expect(trialsOf({ commands: ["a"] })).toEqual([10]);
    expect(trialsOf({ commands: ["a", "b"] })).toEqual([10, 10]);
    expect(trialsOf({ commands: ["a", "b"], runs: 3 })).toEqual([3, 3]);
    expect(trialsOf({ commands: ["a", "b"], trials: 20 })).toEqual([10, 10]);
    expect(trialsOf({ commands: ["a"], trials: 2 })).toEqual([2]);
  });

  test("a command gets the parameters that are in it, and so do its name and what belongs to it", () => {
    const all = benchmarks({
      commands: ["gzip -{n} a", "cat a"],
      names: ["gzip {n}", "cat"],
      prepare: ["rm -f a{n}", ""],
      cleanup: ["rm x{n}", ""],
      parameters: [listParameter("n", "1,9")],
    });
    expect(all.map(({ name, config, cleanup }) => [name, config.command, config.prepare, cleanup])).toEqual([
      ["gzip 1", "gzip -1 a", "rm -f a1", "rm x1"],
      ["gzip 9", "gzip -9 a", "rm -f a9", "rm x9"],
      ["cat", "cat a", null, null],
    ]);
    expect(all.map(({ parameters }) => parameters)).toEqual([{ n: "1" }, { n: "9" }, {}]);
  });

  test("a parameter may be in what prepares a run alone", () => {
    const wish = {
      commands: ["make"],
      prepare: ["git checkout {at}"],
      parameters: [listParameter("at", "v1,v2")],
    };
    expect(benchmarks(wish).map(({ name, config }) => [name, config.prepare])).toEqual([
      ["make (at=v1)", "git checkout v1"],
      ["make (at=v2)", "git checkout v2"],
    ]);
  });

  test("every name is there once", () => {
    expect(benchmarks({ commands: ["a", "a", "b"] }).map(({ name }) => name)).toEqual(["a", "a (2)", "b"]);
    const named = { commands: ["a {n}"], names: ["x"], parameters: [listParameter("n", "1,2")] };
    expect(benchmarks(named).map(({ name }) => name)).toEqual(["x (n=1)", "x (n=2)"]);
  });

  test.each([
    [{ commands: ["a", "b"], names: ["a"] }, "--name is given 1 times, and there are 2 commands"],
    [{ commands: ["a", "b", "c"], prepare: ["a", "b"] }, "--prepare"],
    [{ commands: ["a"], cleanup: ["a", "b"] }, "--cleanup"],
    [{ commands: ["a"], parameters: [listParameter("n", "1")] }, "No command has {n}"],
    [
      { commands: ["{n}"], parameters: [listParameter("n", "1"), listParameter("n", "2")] },
      '"n" is given twice',
    ],
  ])("what is wrong: %j", (wish, says) => expect(() => benchmarks(wish)).toThrow(says));
});

test("the functions of a file are a group; the default one is called as the file", () => {
  const all = functionBenchmarks("a.bench.ts", ["default", "b"], { trials: null, iterations: 7, target: 2 });
  expect(all.map(({ name, group, trials, config }) => [name, group, trials, config.export])).toEqual([
    ["a.bench.ts", "a.bench.ts", 10, "default"],
    ["a.bench.ts > b", "a.bench.ts", 10, "b"],
  ]);
  expect(all[1]?.config).toMatchObject({ iterations: 7, target: 2, timeoutMs: 300_000 });
});

describe("configurations", () => {
  test("a command, a function, and a module with several", () => {
    const [command, one, several] = parseTrialConfigs(
      `[{"name":"c","command":"x","cleanup":"y","iterations":4,"target":3},
        {"name":"f","file":"a.ts","iterations":5}, {"name":"g","file":"a.ts"}]`,
    );
    if (command === undefined || one === undefined || several === undefined) throw new Error("three");
    const all = [
      ...configuredBenchmarks(command, [], null),
      ...configuredBenchmarks(one, ["default"], 7),
      ...configuredBenchmarks(several, ["a", "b"], null),
    ];
    expect(all.map(({ name, group, trials, runs, cleanup }) => [name, group, trials, runs, cleanup])).toEqual(
      [
        ["c", "c", 4, 4, "y"],
        ["f", "f", 7, null, null],
        ["g > a", "g", 10, null, null],
        ["g > b", "g", 10, null, null],
      ],
    );
    expect(all[0]?.config).toMatchObject({ cleanup: null, target: 3 });
    expect(parseTrialConfigs('{"name":"a","command":"x"}')).toHaveLength(1);
  });

  test.each([
    ["[", "no JSON"],
    ['[{"name":"a","command":"x"},{"name":"b"}]', "[1] file: it is missing"],
    ['[{"name":"a","command":"x"},{"name":"a","command":"y"}]', 'name: "a" is there twice'],
    ["5", "config"],
  ])("what is wrong: %p", (text, says) => expect(() => parseTrialConfigs(text)).toThrow(says));
});
