/** benchmark-runner: a configuration on its standard input, a result on its standard output, and nothing else there. */
import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { figuresIn, type TrialResult } from "../../../src/core/bench/result.ts";
import { place } from "../../support/isolate.ts";
import { repository } from "../../support/launch.ts";
import { leftSince, living } from "../../support/mechanisms.ts";
import { requireNamespace } from "../../support/namespace.ts";
import { until } from "../../support/ready.ts";
import { withTemporary } from "../../support/temporary.ts";

requireNamespace();

const MODULE = `
export const add = (a: number, b: number) => a + b;
export async function waits() { console.log("on standard output"); console.error("on standard error"); await Bun.sleep(2); }
export const collects = () => { Bun.gc(true); };
export const mode = () => { if (process.env.NODE_ENV !== "production" || process.env.X !== "1") throw new Error(\`it is \${process.env.NODE_ENV}\`); };
export const throws = () => { throw new Error("no luck"); };
export const leaves = () => { require("node:fs").writeSync(2, "last word"); process.exit(0); };
export const spins = () => { for (;;); };
export const no = 5;
export class NoFunction {}
`;

async function trial(config: object | string, folder: string) {
  const before = living();
  const child = Bun.spawn([process.execPath, "run", join(repository, "scripts/benchmark-runner.ts")], {
    cwd: folder,
    env: { ...process.env, NODE_ENV: "test" },
    stdin: new Blob([typeof config === "string" ? config : JSON.stringify(config)]),
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  expect(await leftSince(before)).toEqual([]);
  return { stdout, stderr, code };
}

const inFolder = (body: (folder: string) => Promise<void>): Promise<void> =>
  withTemporary(async (folder) => {
    place(folder, {
      "m.ts": MODULE,
      "one.ts": "export default () => [1, 2, 3].map(String);",
      "none.ts": "1;",
    });
    await body(folder);
  });

async function measured(config: object, folder: string): Promise<{ result: TrialResult; stderr: string }> {
  const { code, stdout, stderr } = await trial(config, folder);
  expect([stderr, code]).toEqual([stderr, 0]);
  const result: TrialResult = JSON.parse(stdout);
  return { result, stderr };
}

describe("what is measured", () => {
  test("the seed's configuration: the function of a module, against a target", () =>
    inFolder(async (folder) => {
      const seed = { name: "Profile Query (single)", target: 0.8, iterations: 10, category: "performance" };
      const { result } = await measured({ ...seed, file: "./one.ts" }, folder);
      expect(result).toMatchObject({
        schemaVersion: 1,
        name: seed.name,
        category: "performance",
        target: 0.8,
        targetMet: true,
        export: "default",
        gc: { count: expect.any(Number) },
        environment: { bun: Bun.version, nodeEnv: "production" },
      });
      if ("functions" in result) throw new Error("there is one function");
      expect(result.samples).toHaveLength(10);
      expect(result.samples).toContain(result.min);
      expect(result.cpuMs).toBeGreaterThan(0);
    }));

  test("a function that takes arguments, with an environment; and what it prints is not in the result", () =>
    inFolder(async (folder) => {
      const env = { X: "1" };
      await measured({ name: "a", file: "m.ts", export: "add", args: [1, 2], iterations: 2 }, folder);
      await measured({ name: "a", file: "m.ts", export: "mode", env, iterations: 2, warmup: 1 }, folder);
      const { result, stderr } = await measured(
        { name: "a", file: "m.ts", export: "waits", target: 1, iterations: 3, warmup: 0 },
        folder,
      );
      expect(result).toMatchObject({ targetMet: false, callsPerSample: 1 });
      expect(stderr.split("\n").toSorted().join(" ").trim()).toMatch(
        /^(?:on standard error )+(?:on standard output ?)+$/,
      );
    }));

  test("collections while it is measured", () =>
    inFolder(async (folder) => {
      const config = { name: "a", file: "m.ts", export: "collects", iterations: 5, warmup: 0 };
      const { result } = await measured(config, folder);
      if ("functions" in result) throw new Error("there is one function");
      expect(result.gc?.count).toBeGreaterThanOrEqual(5);
      expect(result.gc?.timeMs).toBeGreaterThan(0);
    }));

  test("a command: its words, a line for a shell, with what is done before each run and after the last", () =>
    inFolder(async (folder) => {
      await measured({ name: "a", command: ["test", "-e"], args: ["m.ts"], iterations: 2 }, folder);
      const { result } = await measured(
        {
          name: "a",
          command: "cat n && echo run >> log",
          prepare: "echo prepare >> log; touch n",
          cleanup: "echo cleanup >> log",
          warmup: 1,
          iterations: 2,
        },
        folder,
      );
      expect(result).toMatchObject({ export: null, heap: null, gc: null, targetMet: null });
      expect(await Bun.file(join(folder, "log")).text()).toBe(`${"prepare\nrun\n".repeat(3)}cleanup\n`);
    }));
});

const BUSY = "let x = 0; for (let i = 0; i < 3e6; i++) x = (x * 31 + i) | 0; return x;";
/** What the kernel says of a thread's time. */
const isTold = existsSync("/proc/thread-self/schedstat");

test.each([
  [
    "a command that computes",
    { command: ["sh", "-c", "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done"] },
    true,
  ],
  ["a command that waits", { command: "sleep 0.03" }, false],
  ["a function that computes", { file: "busy.ts", export: "computes" }, isTold],
  ["a function that waits", { file: "busy.ts", export: "waits" }, false],
])("%s: whether it waits for nothing but a processor", (_, what, isBound) =>
  inFolder(async (folder) => {
    const waits = "export const waits = () => Bun.sleep(5);";
    place(folder, { "busy.ts": `export const computes = () => { ${BUSY} };\n${waits}` });
    const { result } = await measured({ name: "a", ...what, iterations: 9 }, folder);
    const [figures] = figuresIn(result);
    expect(figures?.isProcessorBound).toBe(isBound);
    if (isBound) expect(figures?.processorMs).toBeGreaterThan(0);
  }),
);

test("what a command leaves behind is not waited for, and little of a flood is shown", () =>
  inFolder(async (folder) => {
    const { result } = await measured({ name: "a", command: "sleep 1000 & :", iterations: 2 }, folder);
    expect(figuresIn(result)[0]?.count).toBe(2);
    const flood = { name: "a", command: "yes | head -c 1000000 >&2; exit 3", iterations: 1 };
    const { stderr } = await trial(flood, folder);
    expect(stderr.length).toBeLessThan(5_000);
  }));

test("a cleanup that fails does not hide why the command has failed", () =>
  inFolder(async (folder) => {
    const commands = { command: "echo first >&2; exit 3", cleanup: "echo second >&2; exit 4" };
    const { code, stderr } = await trial({ name: "a", ...commands, iterations: 1 }, folder);
    expect(stderr).toMatch(
      /command ended with exit code 3: .+\nfirst\ncleanup ended with exit code 4: .+\nsecond/u,
    );
    expect(code).toBe(1);
  }));

test("a signal ends all of it", () =>
  inFolder(async (folder) => {
    const before = living();
    const begun = join(folder, "begun");
    const config = { name: "a", command: "touch begun; sleep 1000; :" };
    const child = Bun.spawn([process.execPath, "run", join(repository, "scripts/benchmark-runner.ts")], {
      cwd: folder,
      stdin: new Blob([JSON.stringify(config)]),
      stdout: "pipe",
    });
    expect(await until(() => existsSync(begun), 30_000)).toBe(true);
    child.kill("SIGTERM");
    expect([await child.exited, await child.stdout.text()]).toEqual([143, ""]);
    expect(await leftSince(before)).toEqual([]);
  }));

describe("what goes wrong", () => {
  test.each([
    ["{", 2, /^error: config: [^\n]+\n$/],
    [{ name: "a", file: "none.ts" }, 2, /^error: file: [^\n]+ exports no function\n$/],
    [{ name: "a", file: "nowhere.ts" }, 2, /^error: file: there is no [^\n]+nowhere.ts\n$/],
    [{ name: "a", file: "m.ts", export: "no" }, 2, /^error: export: [^\n]+\n$/],
    [{ name: "a", command: ["/no/program"] }, 2, /^error: command: [^\n]+\n$/],
    [{ name: "a", command: "false" }, 1, /command ended with exit code 1: false/],
    [{ name: "a", file: "m.ts", export: "throws" }, 1, /"a": it failed: no luck/],
    [
      { name: "a", file: "m.ts", export: "leaves" },
      1,
      /last word.*"a": it gave no result: it exited with code/s,
    ],
    [{ name: "a", file: "m.ts", export: "spins", timeoutMs: 300 }, 1, /"a": it gave no result/],
  ] as const)("%j: exit code %d, and nothing on standard output", (config, exitCode, says) =>
    inFolder(async (folder) => {
      const { stdout, stderr, code } = await trial(config, folder);
      expect(stderr).toMatch(says);
      expect([code, stdout]).toEqual([exitCode, ""]);
    }),
  );
});
