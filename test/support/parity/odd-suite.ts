/** A suite with what a test file can be called, be written in, and say about its tests, and with configuration above and below. */
const A_PASSES = 'test("a", () => {});';
const HEAD = 'import { describe, expect, test } from "bun:test";\n';

/** Files that Bun takes for tests by their names. */
const NAMES = [
  "js.test.js",
  "jsx.test.jsx",
  "tsx.spec.tsx",
  "esm.test.mjs",
  "common.test.cjs",
  "mts.test.mts",
  "cts.test.cts",
  "low_test.ts",
  "low_spec.js",
  "dotted.name.spec.ts",
  "sp ace.test.ts",
  "ünï-日本.test.ts",
  "[id].test.ts",
  "(group)/[...all].test.ts",
  "a{b,c}*?.test.ts",
  "-x.test.ts",
  "deep/er/x.test.ts",
  "test/UPPER.test.ts",
  "é.test.ts",
] as const;

/** And those that it does not take for any. */
const OTHERS = [
  "test.ts",
  "x_test_y.ts",
  "_test_.ts",
  "x.tests.ts",
  "x.test.json",
  "node_modules/m/x.test.ts",
];

const KINDS: Readonly<Record<string, string>> = {
  "each.test.ts":
    'test.each([[1, 2], [2, 2]])("%d is %d", (a, b) => expect(a).toBe(b)); describe.each(["x", "y"])("%s", (x) => { test("x", () => expect(x).toBe("x")); });',
  "skips.test.ts":
    'describe.skip("d", () => { test("a", () => { throw 1; }); describe("e", () => { test("b", () => {}); }); }); test.skip("c", () => {}); test.skipIf(true)("d", () => {}); test.if(false)("e", () => {}); test("f", () => {});',
  "todos.test.ts":
    'test.todo("a"); test.todo("b", () => { throw 1; }); test.todo("c", () => {}); test.todoIf(true)("d", () => {}); describe.todo("e", () => { test("f", () => {}); });',
  "failing.test.ts":
    'test.failing("a", () => { throw 1; }); test.failing("b", () => {}); test.failing("c", async () => { await Promise.reject(1); });',
  "wrong-inline.test.ts": 'test("a", () => { expect(1).toMatchInlineSnapshot(`2`); });',
  "kept.test.ts": 'test("kept", () => { expect(1).toMatchSnapshot(); expect(1).toMatchSnapshot(); });',
  "same-names.test.ts": `${A_PASSES}${A_PASSES} test("", () => {}); test("", () => { throw 1; });`,
  "where.test.ts":
    'import { basename } from "node:path"; test("a", () => { expect(basename(Bun.main)).toBe(basename(import.meta.path)); expect(process.cwd()).toBe(process.env.HOME); });',
  "assertions.test.ts":
    'test("a", () => { expect.assertions(2); expect(1).toBe(1); }); test("b", () => { expect.hasAssertions(); });',
  "timers.test.ts":
    'import { jest } from "bun:test"; jest.useFakeTimers(); test("a", () => { let ran = 0; setTimeout(() => { ran++; }, 10_000); jest.advanceTimersByTime(10_000); expect(ran).toBe(1); });',
  "modules.test.ts":
    'import { mock, spyOn } from "bun:test"; mock.module("node:fs", () => ({ writeSync: () => { throw 1; } })); spyOn(console, "error"); test("a", () => {}); test("b", () => { throw 1; });',
  "environment.test.ts":
    'process.env = {}; process.chdir("/"); globalThis.process = { ...process, env: {} }; Error.prepareStackTrace = () => { throw 1; }; test("a", () => {}); test("b", () => { throw new Error("b"); });',
  "only.test.ts":
    'test("a", () => {}); test.only("b", () => {}); describe("c", () => { test("d", () => {}); });',
  "preloaded.test.ts": 'test("a", () => expect(globalThis.preloaded).toBe("above"));',
  "below/preloaded.test.ts": 'test("a", () => expect(globalThis.preloaded).toBe("above"));',
  "hooks.test.ts":
    'import { afterAll, beforeAll } from "bun:test"; describe("a", () => { beforeAll(() => { throw 1; }); test("b", () => {}); test("c", () => {}); afterAll(() => { throw 2; }); }); test("d", () => {});',
  "broken.test.ts": 'test("a", () => {',
  "empty.test.ts": "",
  "jest.test.js": 'const { test: it } = require("@jest/globals"); it("a", () => {}); xit("b", () => {});',
  "vitest.test.ts":
    'import { it, vi } from "vitest"; it("a", () => { expect(vi.fn()).not.toHaveBeenCalled(); });',
  "node.test.mjs":
    'import nodeTest from "node:test"; nodeTest("a", () => {}); nodeTest("b", { skip: true }, () => {}); nodeTest.todo("c"); nodeTest("d", () => { throw 1; });',
};

const CONFIGURATION = {
  "package.json": "{}",
  "bunfig.toml":
    '[test]\nroot = "./suite"\npreload = ["./preload.ts"]\ncoverage = true\ncoverageDir = "covered"\n',
  "preload.ts": 'globalThis.preloaded = "above";\n',
  // the folder that tests are run in has the one that holds
  "suite/below/bunfig.toml": '[test]\npreload = ["./nowhere.ts"]\n',
  "suite/__snapshots__/kept.test.ts.snap":
    "// Bun Snapshot v1, https://bun.sh/docs/test/snapshots\n\nexports[`kept 1`] = `1`;\n\nexports[`kept 2`] = `2`;\n",
  "outside.test.ts": "throw 1;",
};

export const ODD_TESTS: readonly string[] = [...NAMES, ...Object.keys(KINDS)].map((name) => `suite/${name}`);

const below = (files: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(files).map(([name, source]) => [`suite/${name}`, source]));

const isCommon = (name: string): boolean => /\.ct?js$|\.cts$|^jest/u.test(name);

export const WRITES_SNAPSHOTS: Readonly<Record<string, string>> = {
  "file.test.ts": `${HEAD}test("a", () => { expect({ a: ["x\\n\`y"] }).toMatchSnapshot(); expect(2).toMatchSnapshot("named"); });\n`,
  "inline.test.ts": `${HEAD}test("a", () => { expect({ a: 1 }).toMatchInlineSnapshot(); });\n`,
};

/** All files of it, in a folder of their own. */
export const ODD_SUITE: Readonly<Record<string, string>> = {
  ...CONFIGURATION,
  ...below(Object.fromEntries(OTHERS.map((name) => [name, "throw 1;"]))),
  ...below(Object.fromEntries(NAMES.map((name) => [name, isCommon(name) ? A_PASSES : `${HEAD}${A_PASSES}`]))),
  ...below(
    Object.fromEntries(
      Object.entries(KINDS).map(([name, source]) => [name, isCommon(name) ? source : `${HEAD}${source}\n`]),
    ),
  ),
};
