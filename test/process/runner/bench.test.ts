/** `bun-isolate bench` as a person uses it: real functions and commands, and nothing that stays behind. */
import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { BenchmarkResult, BenchReport } from "../../../src/core/bench/report.ts";
import { isolate, type IsolateRun, place, startIsolate } from "../../support/isolate.ts";
import { leftSince, living } from "../../support/mechanisms.ts";
import { requireNamespace } from "../../support/namespace.ts";
import { until } from "../../support/ready.ts";
import { withTemporary } from "../../support/temporary.ts";

requireNamespace();

const FILES = {
  "a.bench.ts": `
    console.error(\`process \${process.pid}\`);
    export const waits = () => Bun.sleep(2);
    export default () => [1, 2, 3].map(String);
    export const noFunction = 5;
  `,
  "deep/b.bench.mjs": "export const fine = () => 1;",
  "node_modules/c.bench.ts": "throw new Error('not ours');",
  "hangs.ts": `
    export const spins = () => { for (;;); };
    export const fine = () => [1].map(String);
  `,
  "throws.ts": `export const fine = () => 1;
    const inner = () => { throw new TypeError("no luck"); };
    export const throws = async () => { await 1; inner(); };
  `,
  "torn.ts": `
    const [, folder] = /BUN_ISOLATE_TRIAL=([^\\0]+)/.exec(require("node:fs").readFileSync("/proc/self/environ", "latin1"));
    require("node:fs").writeFileSync(folder + "/result.json", '{"functions":["a"');
    process.exit(0);
  `,
  "broken.ts": "throw new Error('no luck');",
  "missing.json": '{"name":"gone","file":"gone.ts","export":"a"}',
  "start.json": '{"name":"start","command":"true"}',
  "wrong.json": '{"name":"start","command":"true","iterations":0}',
  "none.ts": "export const nothing = 1;",
};

const inFolder = (use: (folder: string) => Promise<void>): Promise<void> =>
  withTemporary(async (folder) => {
    place(folder, FILES);
    const before = living();
    await use(folder);
    expect(await leftSince(before)).toEqual([]);
  });

const QUICK = ["--trials", "2", "--iterations", "3", "--warmup", "0"] as const;

const bench = (folder: string, ...args: readonly string[]): Promise<IsolateRun> =>
  isolate(folder, ["bench", ...args]);

async function benchJson(folder: string, ...args: readonly string[]): Promise<BenchReport & IsolateRun> {
  const run = await bench(folder, "--json", ...args);
  if (!run.stdout.startsWith("{")) throw new Error(`no document, but: ${run.stdout}${run.stderr}`);
  const report: BenchReport = JSON.parse(run.stdout);
  return { ...report, ...run };
}

const words = (line: string): readonly string[] => line.split(" ");
const names = ({ benchmarks }: BenchReport): readonly string[] => benchmarks.map(({ name }) => name);
const measured = ({ benchmarks }: BenchReport): readonly BenchmarkResult[] =>
  benchmarks.filter(({ failure }) => failure === null);

describe("functions", () => {
  test("every *.bench.ts below the folder; each trial of each function in a process of its own", () =>
    inFolder(async (folder) => {
      const report = await benchJson(folder, ...QUICK);
      expect(report.code).toBe(0);
      // a module has its exports in the order of the alphabet
      expect(names(report)).toEqual(["a.bench.ts", "a.bench.ts > waits", "deep/b.bench.mjs > fine"]);
      expect(report.benchmarks.map(({ trials }) => trials.length)).toEqual([2, 2, 2]);
      expect(report.benchmarks.flatMap(({ trials }) => trials.map(({ samples }) => samples.length))).toEqual([
        3, 3, 3, 3, 3, 3,
      ]);
      // one says which functions there are
      const pids = report.stderr.match(/^process \d+$/gmu) ?? [];
      expect(new Set(pids).size).toBe(5);
    }));

  test("a target: exit 1 where it is missed, and it says where", () =>
    inFolder(async (folder) => {
      const missed = await bench(folder, "a.bench.ts", "--target", "1000us", ...QUICK);
      expect(missed.code).toBe(1);
      expect(missed.stdout).toMatch(/^✔ default: the median, .+ is within the target of 1\.00 ms$/mu);
      expect(missed.stdout).toMatch(/^✘ waits: the median, .+ is over the target of 1\.00 ms$/mu);
      expect((await bench(folder, "a.bench.ts", "--target", "1h", ...QUICK)).code).toBe(0);
    }));

  test("configurations: each with its own target", () =>
    inFolder(async (folder) => {
      const configs = [
        { name: "slow", file: "a.bench.ts", export: "waits", target: 1, iterations: 3 },
        { name: "all", file: "a.bench.ts", iterations: 3 },
        { name: "start", command: "true", target: 60_000, iterations: 2 },
      ];
      const env = { NODE_ENV: "test" };
      place(folder, { "budgets.json": JSON.stringify(configs) });
      const report = await benchJson(folder, "budgets.json", "--trials", "2");
      expect(report.benchmarks.map(({ name, targetMet }) => [name, targetMet])).toEqual([
        ["slow", false],
        ["all > default", null],
        ["all > waits", null],
        ["start", true],
      ]);
      expect(report.code).toBe(1);
      expect(report.environment.nodeEnv).toBe("production");
      // what they ran in, and none where that was not the same for all
      for (const [count, nodeEnv] of [
        [1, "test"],
        [2, null],
      ] as const) {
        place(folder, {
          "own.json": JSON.stringify([{ ...configs[2], name: "own", env }, configs[2]].slice(0, count)),
        });
        const own = await benchJson(folder, "own.json", "--trials", "1");
        expect(own.environment.nodeEnv).toBe(nodeEnv);
      }
    }));

  test("one that hangs is ended; the others are measured all the same", () =>
    inFolder(async (folder) => {
      const report = await benchJson(folder, "hangs.ts", "broken.ts", "--timeout", "3s", ...QUICK);
      expect(report.code).toBe(1);
      expect(names({ ...report, benchmarks: measured(report) })).toEqual(["hangs.ts > fine"]);
      expect(report.benchmarks.map(({ failure }) => failure)).toEqual([
        null,
        expect.stringContaining("limit 3 s"),
        "it failed: no luck (broken.ts:1:11)",
      ]);
    }));

  test.each(["--subprocess", "--in-process"])("%s: where a function has thrown is said", (how) =>
    inFolder(async (folder) => {
      const { benchmarks, code } = await benchJson(folder, "throws.ts", how, ...QUICK);
      expect(benchmarks.map(({ failure }) => failure)).toEqual([null, "it failed: no luck (throws.ts:2:37)"]);
      expect(code).toBe(1);
    }),
  );

  test("--in-process: this process measures", () =>
    inFolder(async (folder) => {
      const report = await benchJson(folder, "a.bench.ts", "--in-process", ...QUICK);
      expect([report.code, names(report).length]).toEqual([0, 2]);
      expect(new Set(report.stderr.match(/^process \d+$/gmu) ?? []).size).toBe(1);
    }));

  test("a baseline: what is slower is said, and fails only where that was asked for", () =>
    inFolder(async (folder) => {
      const ten = ["f.ts", "--trials", "8", "--iterations", "3", "--warmup", "0"];
      const f = join(folder, "f.ts");
      await Bun.write(f, "export const f = () => Bun.sleep(5);");
      expect((await bench(folder, ...ten, "--export-json", "out/before.json")).code).toBe(0);
      await Bun.write(f, "export const f = () => Bun.sleep(40);");
      const slower = await bench(folder, ...ten, "--compare", "out/before.json");
      expect(slower.stdout).toMatch(
        /^f: slower, .+ of the baseline \(Mann-Whitney U, .+x to .+x, p < 0\.\d+/mu,
      );
      expect(slower.code).toBe(0);
      const failing = await benchJson(folder, ...ten, "--compare", "out/before.json", "--fail-on-slower");
      expect(failing.comparisons).toMatchObject([{ name: "f.ts > f", verdict: "slower", counts: [8, 8] }]);
      expect(failing.code).toBe(1);
      const text = await bench(folder, ...ten, "--compare", "out/before.json", "--fail-on-slower");
      expect(text.stdout).toEndWith(
        "✘ 1 of 1 benchmark is slower than before: exit code 1 (--fail-on-slower)\n",
      );
    }));
});

describe("commands", () => {
  test("they take turns; prepare before each run, cleanup once after the last; parameters", () =>
    inFolder(async (folder) => {
      const report = await benchJson(
        folder,
        ...words("-n a{n} -n b -L n 1,2 --trials 2 --runs 3 --warmup 1"),
        ...[
          ["--command", "a{n}"],
          ["--command", "b"],
          ["--prepare", "p"],
          ["--cleanup", "c"],
        ].flatMap(([option = "", word = ""]) => [option, `echo ${word} >> log`]),
      );
      expect(report).toMatchObject({ code: 0, stderr: "" });
      expect(names(report)).toEqual(["a1", "a2", "b"]);
      expect(report.benchmarks.map(({ parameters }) => parameters)).toEqual([{ n: "1" }, { n: "2" }, {}]);
      const lines = readFileSync(join(folder, "log"), "utf8").split("\n").join(" ").trim();
      const first = ["a1", "a2", "b"].map((each) => `p ${each} `.repeat(3)).join("");
      const second = ["a1", "a2", "b"].map((each) => `p ${each} c `).join("");
      expect(lines).toBe(`${first}${second}`.trim());
    }));

  test("the faster one is named", () =>
    inFolder(async (folder) => {
      const { stdout, code } = await bench(
        folder,
        "--command",
        "sleep 0.3",
        "--command",
        "true",
        "--runs",
        "8",
      );
      expect(code).toBe(0);
      expect(stdout).toMatch(
        /^true is the fastest\n {2}sleep 0\.3: .+x slower \(.+x to .+x, p < 0\.\d+\)$/mu,
      );
    }));

  test("one that fails is said, and the others go on; --ignore-failure takes it", () =>
    inFolder(async (folder) => {
      const both = ["--command", "false", "--command", "true", "--runs", "2"];
      const report = await benchJson(folder, ...both);
      expect(report.benchmarks.map(({ failure }) => failure)).toEqual([
        "it failed: command ended with exit code 1: false",
        null,
      ]);
      expect(report.code).toBe(1);
      expect((await bench(folder, ...both, "-i")).code).toBe(0);
    }));

  test("quotes need no shell", () =>
    inFolder(async (folder) => {
      const line = `"${process.execPath}" -e 'process.exit(process.argv[1] === "a \\"b" ? 0 : 1)' "a \\"b"`;
      expect((await bench(folder, "--runs", "1", "--command", line)).code).toBe(0);
      const none = await benchJson(folder, "--runs", "1", "--command", "'no program' 'of mine'");
      expect(none.benchmarks[0]?.failure).toBe("command: there is no such program: no program");
    }));

  test("what only a shell can do is left to one", () =>
    inFolder(async (folder) => {
      const report = await benchJson(folder, "--command", "exit 3", "--command", "cd /", "--runs", "1");
      expect(report.benchmarks.map(({ failure }) => failure)).toEqual([
        "it failed: command ended with exit code 3: exit 3",
        null,
      ]);
    }));

  test("--shell: none, or one that is named", () =>
    inFolder(async (folder) => {
      const one = ["--runs", "1", "--command"];
      expect((await bench(folder, ...one, "test 'a b' = 'a b'", "--shell", "none")).code).toBe(0);
      expect((await bench(folder, ...one, "[[ a == a* ]]", "--shell", "bash")).code).toBe(0);
    }));
});

test("a file that cannot be written is named before anything is measured", () =>
  inFolder(async (folder) => {
    const args = ["--command", "touch x", "--runs", "1", "--export-json", "."];
    const { code, stdout, stderr } = await bench(folder, ...args);
    expect(stderr).toStartWith("error: . cannot be written: ");
    expect([code, stdout, existsSync(join(folder, "x"))]).toEqual([1, "", false]);
  }));

test("a command that is mistyped fails alone", () =>
  inFolder(async (folder) => {
    const args = ["--command", "slepp 1", "--command", "true", "--runs", "1"];
    const { code, benchmarks } = await benchJson(folder, ...args);
    expect(benchmarks.map(({ failure }) => failure)).toEqual([
      "command: there is no such program: slepp",
      null,
    ]);
    expect(code).toBe(1);
  }));

test("a result that is half written is none", () =>
  inFolder(async (folder) => {
    const { code, benchmarks } = await benchJson(folder, "torn.ts");
    expect(benchmarks.map(({ failure }) => failure)).toEqual(["it gave no result: it exited with code 0"]);
    expect(code).toBe(1);
  }));

test("a baseline of other benchmarks is wrong usage, before anything is measured", () =>
  inFolder(async (folder) => {
    await bench(folder, "--command", "true", "--runs", "1", "--export-json", "b.json");
    const { code, stderr } = await bench(folder, "--command", "touch x", "--compare", "b.json");
    expect(stderr).toContain('none of these benchmarks. It has: "true"');
    expect([code, existsSync(join(folder, "x"))]).toEqual([2, false]);
  }));

describe("wrong usage: exit 2, and one line", () => {
  test.each([
    [["nowhere.ts"], 'There is no file or folder "nowhere.ts"'],
    [["sleep 1"], "A command is measured with --command 'sleep 1'"],
    [["none.ts"], "exports no function"],
    [["node_modules/x"], "There is no"],
    [["start.json", "--in-process"], 'start.json: "start" is a command'],
    [["wrong.json"], "wrong.json: iterations: 0 is not allowed"],
    [["--runs", "3"], "--runs is about commands"],
    [["--command", "true", "--in-process"], "--in-process is about functions"],
    [["--in-process", "--subprocess"], "exclude each other"],
    [["--fail-on-slower"], "--fail-on-slower needs --compare"],
    [["--compare", "nowhere.json"], "nowhere.json cannot be read"],
    [["--compare", "a.bench.ts"], "a.bench.ts holds no results"],
    [["--command", "true", "-L", "n"], "--parameter-list takes a name and its values"],
    [["--command", "true", "-L", "n", "1"], "No command has {n}"],
    [["--command", "x {n}", "-P", "n", "1", "x"], '"x" is no number'],
    [["--target", "0us"], "Write a time above 0"],
    [["--target", "5xs"], "Write a time above 0"],
    [["--command", " "], "--command is empty"],
    [["--command", "true", "--name", ""], "--name is empty"],
    [["--command", "true", "--trials", "1000000000"], "Write 10000 at most"],
    [
      ["--command", "a {n} {m}", ..."-P n 1 999 -P m 1 999".split(" ")],
      "998001 combinations. 10000 are the most",
    ],
    [["missing.json"], "file: there is no "],
  ])("%j", (args, says) =>
    inFolder(async (folder) => {
      const { code, stdout, stderr } = await bench(folder, ...args);
      expect(stderr).toContain(says);
      expect([code, stdout]).toEqual([2, ""]);
    }),
  );
});

test.each([
  ["a function", "SIGINT", 130, "waits.ts"],
  ["a command", "SIGTERM", 143, "--command"],
] as const)("a signal while %s is measured ends all of it: %s", (_, signal, code, first) =>
  inFolder(async (folder) => {
    const begun = join(folder, "begun");
    await Bun.write(
      join(folder, "waits.ts"),
      `export const waits = () => { require("node:fs").writeFileSync(${JSON.stringify(begun)}, ""); for (;;); };`,
    );
    const args = first === "--command" ? [first, "touch begun; sleep 1000; :"] : [first];
    const child = startIsolate(folder, ["bench", ...args, "--export-json", "out.json"]);
    expect(await until(() => existsSync(begun), 30_000)).toBe(true);
    child.kill(signal);
    const stderr = await child.stderr.text();
    expect(await child.exited).toBe(code);
    expect(stderr).toContain("what was measured until then is in out.json.partial");
    expect(existsSync(join(folder, "out.json"))).toBe(false);
    const report: BenchReport = JSON.parse(readFileSync(join(folder, "out.json.partial"), "utf8"));
    expect(report.benchmarks.map(({ failure }) => failure)).toEqual(["it was ended before its last trial"]);
  }),
);
