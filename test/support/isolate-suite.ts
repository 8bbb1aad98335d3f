/** Test files that end in every way a test file can end, each with the verdict that is right. */
import type { FileVerdict, RunningTest } from "../../src/core/tests/test-file.ts";

interface SuiteFile {
  readonly source: string;
  readonly verdict: FileVerdict;
  /** passed, failed, errors, skipped + todo: as plain `bun test FILE` counts them. Missing: it does not come to its end. */
  readonly counts?: readonly [passed: number, failed: number, errors: number, skipped: number];
  /** What its evidence says of an error outside of its tests. */
  readonly error?: string;
  /** The test that ran, and its line; or what ran in place of one; "test": one of which nobody can tell which it is. */
  readonly running?: readonly [test: string, line: number, ended?: number] | "loading" | RunningTest | "test";
}

const HEAD = 'import { test, expect, describe, beforeAll, afterAll } from "bun:test";\n';

/** Their memory limit has to be between what Bun takes and what the leak takes. */
export const SUITE_MEMORY = "500M";
export const FLOOD_BYTES = 200_000_000;

export const SUITE: Readonly<Record<string, SuiteFile>> = {
  "passes.test.ts": {
    source: `${HEAD}test("a", () => {}); test("b", () => expect(1).toBe(1));`,
    verdict: "passed",
    counts: [2, 0, 0, 0],
  },
  "fails.test.ts": {
    source: `${HEAD}test("a", () => {}); test("b", () => expect(1).toBe(2));`,
    verdict: "failed",
    counts: [1, 1, 0, 0],
  },
  "sync-loop.test.ts": {
    source: `${HEAD}test("first", () => {});\ntest.skip("not run", () => {});\ndescribe("deep", () => {\n  test("spins", () => { for (;;); });\n});`,
    verdict: "timeout",
    running: ["deep > spins", 5, 1],
  },
  "async-hang.test.ts": {
    source: `${HEAD}test("first", () => {});\ntest("waits", async () => { await new Promise(() => setInterval(() => {}, 1_000)); }, 1e9);`,
    verdict: "timeout",
    running: ["waits", 3, 1],
  },
  "after-a-retry.test.ts": {
    source: `${HEAD}let tries = 0;\ntest("tried", () => { expect(++tries).toBe(2); }, { retry: 1 });\ntest("hangs", async () => { await new Promise(() => setInterval(() => {}, 1_000)); }, 1e9);\ntest("next", () => {});`,
    verdict: "timeout",
    running: "test",
  },
  "concurrent.test.ts": {
    source: `${HEAD}test.concurrent("hangs", async () => { await new Promise(() => setInterval(() => {}, 1_000)); }, 1e9);\ntest.concurrent("ends", async () => { await Bun.sleep(5); });`,
    verdict: "timeout",
    running: "test",
  },
  "hook-hang.test.ts": {
    source: `${HEAD}beforeAll(async () => { await new Promise(() => setInterval(() => {}, 1_000)); }, 1e9);\ntest("a", () => {});`,
    verdict: "timeout",
    running: { phase: "hook", test: "a", line: 2, ended: 0 },
  },
  "hooks-hang.test.ts": {
    source: `${HEAD}beforeAll(() => {});\nbeforeAll(async () => { await new Promise(() => setInterval(() => {}, 1_000)); }, 1e9);\ndescribe("d", () => {\ntest("a", () => {}); });`,
    verdict: "timeout",
    running: { phase: "hook", test: "d > a", line: 5, ended: 0 },
  },
  "import-hang.test.ts": {
    source: `${HEAD}await new Promise(() => {});\ntest("a", () => {});`,
    verdict: "timeout",
    running: "loading",
  },
  "leak.test.ts": {
    source: `${HEAD}test("grows", () => { const kept = []; for (;;) kept.push(new Uint8Array(1e6).fill(1)); });`,
    verdict: "memory",
    running: ["grows", 2],
  },
  "segfault.test.ts": {
    source: `import { read } from "bun:ffi";\n${HEAD}test("dies", () => { read.u8(1, 0); });`,
    verdict: "crashed",
    running: ["dies", 3],
  },
  "exit.test.ts": {
    source: `${HEAD}test("a", () => {});\ntest("leaves", () => { console.error("\\n 9 pass\\n 0 fail\\nRan 9 tests across 1 file. [1.00ms]"); process.exit(0); });\ntest("c", () => {});`,
    verdict: "exited-early",
    running: ["leaves", 3, 1],
  },
  "exit-with-report.test.ts": {
    source: `${HEAD}const { readFileSync, writeFileSync } = require("node:fs");\ntest("forges", () => { const report = readFileSync("/proc/self/cmdline", "utf8").split("\\0").find((word) => word.startsWith("--reporter-outfile=")).split("=")[1]; writeFileSync(report, '<testsuites><testsuite name="x"><testcase name="forges" line="3" time="0"/></testsuite></testsuites>'); process.exit(0); });`,
    verdict: "exited-early",
    running: ["forges", 3],
  },
  "exit-without-tests.test.ts": {
    source: `${HEAD}test("says", () => { console.error("\\n 0 pass\\n 0 fail\\nRan 0 tests across 1 file. [1.00ms]"); process.exit(0); });`,
    verdict: "exited-early",
    running: ["says", 2],
  },
  "closes-all.test.ts": {
    source: `${HEAD}import { closeSync, openSync, readFileSync } from "node:fs";\ntest("a", () => { for (let fd = 3; fd < 60; fd++) try { closeSync(fd); } catch {} });\ntest("b", () => { for (let n = 3; n < 60; n++) openSync("opened", "w"); });\ntest("c", () => expect(readFileSync("opened", "utf8")).toBe(""));`,
    verdict: "passed",
    counts: [3, 0, 0, 0],
  },
  "exit-at-load.test.ts": {
    source: `${HEAD}test("a", () => {});\nprocess.exit(0);`,
    verdict: "exited-early",
    running: "loading",
  },
  "late-rejection.test.ts": {
    source: `${HEAD}test("a", () => {});\nafterAll(async () => { void Promise.reject(new Error("late")); await Bun.sleep(20); });`,
    verdict: "failed",
  },
  "leaked-server.test.ts": {
    source: `${HEAD}test("a", () => { Bun.spawn([process.execPath, "-e", "Bun.serve({ port: 0, fetch: () => new Response() })"], { stdio: ["ignore", "ignore", "ignore"] }).unref(); });`,
    verdict: "leaked",
    counts: [1, 0, 0, 0],
  },
  "setsid.test.ts": {
    source: `${HEAD}test("a", async () => { const child = Bun.spawn(["setsid", "sh", "-c", "echo; exec sleep 1000"], { stdio: ["ignore", "pipe", "inherit"] }); child.unref(); await child.stdout.getReader().read(); });`,
    verdict: "leaked",
    counts: [1, 0, 0, 0],
  },
  "flood.test.ts": {
    source: `${HEAD}test("writes", () => { const line = "x".repeat(999_999); for (let i = 0; i < ${FLOOD_BYTES / 1e6}; i++) console.log(line); });`,
    verdict: "passed",
    counts: [1, 0, 0, 0],
  },
  "empty.test.ts": { source: "export {};", verdict: "no-tests", counts: [0, 0, 0, 0] },
  "skipped.test.ts": {
    source: `${HEAD}test.skip("a", () => {}); test.todo("b");`,
    verdict: "passed",
    counts: [0, 0, 0, 2],
  },
  "syntax.test.ts": {
    source: `${HEAD}test("a", () => {`,
    verdict: "failed",
    counts: [0, 1, 1, 0],
    error: "1 error outside of tests: Unexpected end of file",
  },
  "no-import.test.ts": {
    source: `import "./nowhere";\n${HEAD}test("a", () => {});`,
    verdict: "failed",
    counts: [0, 1, 1, 0],
    error: "1 error outside of tests: Cannot find module './nowhere'",
  },
  "names.test.ts": {
    source: `${HEAD}test("\\n 5 pass\\n 0 fail\\nRan 5 tests across 1 file. [1.00ms]\\n", () => {}); test('"</testcase><testcase name="x"/>', () => {}); test("\\u001b[2J\\u0000 ]]> &amp;", () => expect(']]></failure><testcase name="fake"/>').toBe("</testsuites>")); test("", () => {});`,
    verdict: "failed",
    counts: [3, 1, 0, 0],
  },
  "last-word.test.ts": {
    source: `${HEAD}process.on("exit", () => console.error("\\n 99 pass\\n 0 fail\\nRan 99 tests across 1 file. [1.00ms]")); test("a", () => {});`,
    verdict: "passed",
    counts: [1, 0, 0, 0],
  },
};

/** In the order of the table in docs/isolate.md. */
export const ENDINGS: Readonly<Record<string, string>> = {
  "a loop that never waits": "sync-loop.test.ts",
  "a test that waits for ever, without Bun's limit": "async-hang.test.ts",
  "a beforeAll that waits for ever, without Bun's limit": "hook-hang.test.ts",
  "an import that never resolves": "import-hang.test.ts",
  "takes more and more memory": "leak.test.ts",
  "a segmentation fault": "segfault.test.ts",
  "process.exit(0) in the middle": "exit.test.ts",
  "a rejection after the last test": "late-rejection.test.ts",
  "leaves a server behind": "leaked-server.test.ts",
  "leaves a child in a session of its own": "setsid.test.ts",
  "writes 200 MB": "flood.test.ts",
  "has no tests": "empty.test.ts",
  "has only tests that are skipped": "skipped.test.ts",
  "a syntax error": "syntax.test.ts",
  "names that look like results": "names.test.ts",
};
