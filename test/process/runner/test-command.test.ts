/** `bun-isolate test` as a person and a CI use it. */
import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ensureRuntimeDirectory } from "../../../src/os/runtime-directory.ts";
import { ownUid } from "../../../src/trust/open.ts";
import { isolate, isolateJson, place, startIsolate } from "../../support/isolate.ts";
import { leftSince, living } from "../../support/mechanisms.ts";
import { requireNamespace } from "../../support/namespace.ts";
import { until } from "../../support/ready.ts";
import { withTemporary } from "../../support/temporary.ts";

requireNamespace();

const testFile = (...bodies: readonly string[]): string =>
  `import { expect, test } from "bun:test";\n${bodies.map((body, at) => `test("t${at}", ${body});`).join("\n")}\n`;
const PASS = testFile("() => {}");
const FAIL = testFile("() => { expect(1).toBe(2); }");
/** Says what GitHub would take for commands. */
const COMMANDS = testFile(String.raw`() => { throw new Error("::add-mask::e\n##[add-mask]e"); }`);
/** Fails the first time it runs in its folder. */
const FLAKY = `import { existsSync, writeFileSync } from "node:fs";\n${testFile('() => { const seen = existsSync("seen"); writeFileSync("seen", ""); expect(seen).toBe(true); }')}`;

const inFolder = (files: Readonly<Record<string, string>>, use: (folder: string) => Promise<void>) =>
  withTemporary(async (folder) => {
    place(folder, files);
    await use(folder);
  });

const runFolders = (): readonly string[] =>
  readdirSync(ensureRuntimeDirectory(ownUid() ?? 0)).filter((name) => name.startsWith("isolate-"));

const names = (report: { files: readonly { file: string }[] }): readonly string[] =>
  report.files.map(({ file }) => file).toSorted();

describe("which files run", () => {
  const files = {
    "bunfig.toml": '[test]\nroot = "./suite"\npreload = ["./setup.ts"]\n',
    "setup.ts": "globalThis.isSetUp = true;",
    "suite/a.test.ts": testFile("() => expect(globalThis.isSetUp).toBe(true)"),
    "suite/deep/b_spec.tsx": PASS,
    "suite/odd name's.test.ts": PASS,
    "elsewhere/c.test.ts": FAIL,
  };
  test("those that bun test finds, with its bunfig.toml", async () => {
    await inFolder(files, async (folder) => {
      const all = await isolateJson(folder, ["test"]);
      expect(names(all)).toEqual(["suite/a.test.ts", "suite/deep/b_spec.tsx", "suite/odd name's.test.ts"]);
      expect(all.code).toBe(0);
      expect(names(await isolateJson(folder, ["test", "deep"]))).toEqual(["suite/deep/b_spec.tsx"]);
      expect(names(await isolateJson(folder, ["test", "./suite/a.test.ts"]))).toEqual(["suite/a.test.ts"]);
    });
  });

  test("none: exit 1, and Bun's own words", async () => {
    await inFolder(files, async (folder) => {
      const { code, stderr } = await isolate(folder, ["test", "nowhere"]);
      expect(code).toBe(1);
      expect(stderr).toContain("nowhere");
      expect(await isolateJson(folder, ["test", "nowhere"])).toMatchObject({ code: 1, ok: false });
    });
  });

  test("--changed: those that a change can have broken", async () => {
    await inFolder(
      {
        "lib.ts": "export const one = 1;",
        "a.test.ts": `import "./lib.ts";\n${PASS}`,
        "b.test.ts": PASS,
        ".gitignore": ".state\n",
      },
      async (folder) => {
        const git = (...args: readonly string[]): void =>
          void Bun.spawnSync(["git", "-c", "user.name=t", "-c", "user.email=t@t", ...args], { cwd: folder });
        git("init", "-q");
        git("add", "-A");
        git("commit", "-qm", "x");
        expect(await isolateJson(folder, ["test", "--changed"])).toMatchObject({ code: 0, files: [] });
        writeFileSync(join(folder, "lib.ts"), "export const one = 2;");
        expect(names(await isolateJson(folder, ["test", "--changed"]))).toEqual(["a.test.ts"]);
      },
    );
  });

  test("a shard is a part, and all shards are all", async () => {
    const suite = Object.fromEntries(Array.from({ length: 7 }, (_, at) => [`f${at}.test.ts`, PASS]));
    await inFolder(suite, async (folder) => {
      const shards = [];
      for (const shard of ["1/3", "2/3", "3/3"])
        shards.push(names(await isolateJson(folder, ["test", "--shard", shard])));
      expect(shards.flat().toSorted()).toEqual(Object.keys(suite).toSorted());
      expect(Math.max(...shards.map(({ length }) => length))).toBe(3);
    });
  });
});

describe("what bun test is given", () => {
  test("a file without a test of that name, which leaves a process behind", async () => {
    const leaky = `Bun.spawn(["sleep", "100"], { detached: true }).unref();\n${PASS}`;
    await inFolder({ "a.test.ts": leaky, "b.test.ts": testFile("() => {}") }, async (folder) => {
      const { files } = await isolateJson(folder, ["test", "a.test", "-t", "nowhere"]);
      expect(files.map(({ verdict }) => verdict)).toEqual(["leaked"]);
    });
  });

  test("a name pattern, a module to load first, and what stands behind --", async () => {
    const source = `${testFile("() => expect(globalThis.early).toBe(1)", "() => { expect(1).toBe(2); }")}test("slow", async () => { await Bun.sleep(300); });\n`;
    await inFolder({ "a.test.ts": source, "early.ts": "globalThis.early = 1;" }, async (folder) => {
      const named = await isolateJson(folder, ["test", "-t", "t0", "--preload", "./early.ts"]);
      expect(named.files[0]?.counts).toMatchObject({ passed: 1, failed: 0 });
      const slow = await isolateJson(folder, ["test", "-t", "slow", "--", "--timeout=50"]);
      expect(slow.files[0]?.counts).toMatchObject({ passed: 0, failed: 1 });
    });
  });
});

describe("failures", () => {
  test("are repeated at the end, with how to run the file again", async () => {
    await inFolder({ "bad.test.ts": FAIL, "good.test.ts": PASS }, async (folder) => {
      const { code, stdout } = await isolate(folder, ["test"]);
      expect(code).toBe(1);
      const end = stdout.slice(stdout.indexOf("Failures"));
      expect(end).toContain("bad.test.ts:2");
      expect(end).toMatch(/again: .* test \.\/bad\.test\.ts/);
      expect(end).toContain("2 files, 1 failing");
    });
  });

  test("--bail starts no other file, and says which were not run", async () => {
    await inFolder({ "a.test.ts": FAIL, "b.test.ts": PASS, "c.test.ts": PASS }, async (folder) => {
      const report = await isolateJson(folder, ["test", "--bail", "--jobs", "1"]);
      expect(report.code).toBe(1);
      expect(report.files).toHaveLength(1);
      expect(report.notRun).toHaveLength(2);
    });
  });

  test("--retry: a file that fails and then passes is flaky, now and in the records", async () => {
    await inFolder({ "a.test.ts": FLAKY }, async (folder) => {
      const args = ["test", "--retry", "2", "--timings", "known.json"];
      const report = await isolateJson(folder, args);
      expect(report.code).toBe(0);
      expect(report.flaky).toEqual(["a.test.ts"]);
      expect(report.files[0]).toMatchObject({ attempts: 2, flaky: true, verdict: "passed" });
      const known = JSON.parse(readFileSync(join(folder, "known.json"), "utf8"));
      expect(known.files["a.test.ts"]).toMatchObject({ flakyRuns: 1 });
    });
  });

  test("--leaks=warn ends what was left behind, and lets the file pass", async () => {
    const leaks = testFile(
      '() => { Bun.spawn(["sleep", "1000"], { stdio: ["ignore", "ignore", "ignore"] }).unref(); }',
    );
    await inFolder({ "a.test.ts": leaks }, async (folder) => {
      const before = living();
      const report = await isolateJson(folder, ["test", "--leaks", "warn"]);
      expect(report.code).toBe(0);
      expect(report.files[0]?.leftovers).toHaveLength(1);
      expect(await leftSince(before)).toEqual([]);
    });
  });

  test("Ctrl-C ends all of it, with the code of the signal", async () => {
    const forever = testFile(
      'async () => { await Bun.write("up", ""); await new Promise(() => setInterval(() => {}, 1_000)); }',
    );
    await inFolder({ "a.test.ts": forever }, async (folder) => {
      const before = living();
      const child = startIsolate(folder, ["test"]);
      expect(await until(() => existsSync(join(folder, "up")), 20_000)).toBe(true);
      child.kill("SIGINT");
      expect(await child.exited).toBe(130);
      expect(await leftSince(before)).toEqual([]);
    });
  });

  test("what a runner that was killed has left is ended by the next run", async () => {
    const forever = testFile(
      'async () => { await Bun.write("up", ""); await new Promise(() => setInterval(() => {}, 1_000)); }',
    );
    await inFolder({ "a.test.ts": forever, "b/b.test.ts": PASS }, async (folder) => {
      const before = living();
      const child = startIsolate(folder, ["test", "./a.test.ts"]);
      expect(await until(() => existsSync(join(folder, "up")), 20_000)).toBe(true);
      child.kill("SIGKILL");
      await child.exited;
      expect([...living()].filter((pid) => !before.has(pid))).toHaveLength(1);
      expect(runFolders()).toHaveLength(1);
      expect((await isolateJson(folder, ["test", "./b/b.test.ts"])).code).toBe(0);
      expect(await leftSince(before)).toEqual([]);
      expect(runFolders()).toEqual([]);
    });
  });

  test("wrong usage", async () => {
    await inFolder({}, async (folder) => {
      for (const args of [
        ["test", "--shard", "4/3"],
        ["test", "--jobs", "0"],
        ["test", "--nothing"],
        ["merge"],
        [],
      ])
        expect((await isolate(folder, args)).code).toBe(2);
    });
  });

  test("a pattern of names that is none is said once", async () => {
    await inFolder({ "a.test.ts": PASS, "b.test.ts": PASS }, async (folder) => {
      for (const args of [
        ["-t", "("],
        ["--", "-t", "("],
        ["--", "--test-name-pattern=("],
      ]) {
        const { code, stdout, stderr } = await isolate(folder, ["test", ...args]);
        expect([code, stdout]).toEqual([2, ""]);
        expect(stderr.match(/"\(" is no pattern of test names/gu)).toHaveLength(1);
      }
    });
  });
});

test("no more files at a time than the project's limit on jobs", async () => {
  const config = JSON.stringify({ maxConcurrentProcesses: 1, mode: "enforce" });
  const alone =
    'async () => { const { mkdirSync, rmdirSync } = require("node:fs"); mkdirSync("busy"); await Bun.sleep(100); rmdirSync("busy"); }';
  const files = Object.fromEntries(["a", "b", "c"].map((name) => [`${name}.test.ts`, testFile(alone)]));
  await inFolder(
    { ...files, "package.json": "{}", ".kiro/bun-process-config.json": config },
    async (folder) => {
      expect((await isolateJson(folder, ["test"])).files.map(({ verdict }) => verdict)).toEqual([
        "passed",
        "passed",
        "passed",
      ]);
    },
  );
});

describe("for programs", () => {
  test("JUnit, GitHub's annotations and summary", async () => {
    await inFolder(
      { "a.test.ts": FAIL, "b.test.ts": PASS, "c.test.ts": "process.exit(0);", "d.test.ts": COMMANDS },
      async (folder) => {
        const summary = join(folder, "summary.md");
        const env = { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: summary };
        const { stdout } = await isolate(folder, ["test", "--junit", "out/junit.xml"], env);
        expect(stdout).toContain("::error file=a.test.ts,line=2,title=t0::");
        expect(stdout).toContain("::error file=c.test.ts,title=exited-early::");
        const heard = stdout.replaceAll(/^::stop-commands::(\S+)\n.*?\n::\1::$/gmsu, "");
        expect(stdout).toMatch(/^ +::add-mask::e$/mu);
        // Bun's own, which do nothing in the midst of a block
        expect(stdout).toMatch(/^ +a\.test\.ts:$/mu);
        expect(stdout).not.toMatch(/^ +::(?:group|endgroup|error)/mu);
        expect(heard).not.toMatch(/^\s*(?:::|##\[)add-mask/mu);
        expect(readFileSync(summary, "utf8")).toContain("### Failed: 4 test files");
        const junit = readFileSync(join(folder, "out/junit.xml"), "utf8");
        expect(junit).toMatch(/<testsuites name="bun-isolate" tests="4" failures="2" errors="1"/);
      },
    );
  });

  test("coverage is joined, and so are shards", async () => {
    const files = {
      "lib.ts":
        "export function pick(first: boolean) {\n  if (first) {\n    return 1;\n  }\n  return 2;\n}\n",
      "a.test.ts":
        'import { expect, test } from "bun:test";\nimport { pick } from "./lib.ts";\ntest("a", () => expect(pick(true)).toBe(1));\n',
      "b.test.ts":
        'import { expect, test } from "bun:test";\nimport { pick } from "./lib.ts";\ntest("b", () => expect(pick(false)).toBe(2));\n',
    };
    await inFolder(files, async (folder) => {
      for (const index of [1, 2])
        await isolate(folder, [
          "test",
          "--coverage",
          "--coverage-dir",
          `c${index}`,
          "--shard",
          `${index}/2`,
          "--results",
          `r${index}.json`,
        ]);
      const merge = ["merge", "r1.json", "r2.json", "c1/lcov.info", "c2/lcov.info", "--lcov", "all.info"];
      const merged = await isolateJson(folder, merge);
      expect(merged.code).toBe(0);
      expect(merged.files).toHaveLength(2);
      const lcov = readFileSync(join(folder, "all.info"), "utf8");
      const lib = lcov.slice(lcov.indexOf("SF:lib.ts"));
      expect(lib).toMatch(/DA:3,[1-9]/);
      expect(lib).toMatch(/DA:5,[1-9]/);
      expect(lcov).not.toContain("trail.ts");
    });
  });
});
