/** What a bunfig.toml, or a pattern, says about all test files together is not asked of each of them alone. */
import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isolate, isolateJson, place } from "../../support/isolate.ts";
import { requireNamespace } from "../../support/namespace.ts";
import { withTemporary } from "../../support/temporary.ts";

requireNamespace();

const half = (name: string): string =>
  `import { expect, test } from "bun:test";\nimport { ${name} } from "./lib.ts";\ntest("${name}", () => expect(${name}()).toBe(1));\n`;
const HALVES = {
  "lib.ts": "export function one() {\n  return 1;\n}\nexport function other() {\n  return 1;\n}\n",
  "a.test.ts": half("one"),
  "b.test.ts": half("other"),
};

/** Bun's own exit code for all files in one process, beside ours. */
async function codes(folder: string, ...args: readonly string[]): Promise<readonly number[]> {
  const plain = Bun.spawn([process.execPath, "test", ...args], {
    cwd: folder,
    stdio: ["ignore", "ignore", "ignore"],
  });
  return [await plain.exited, (await isolate(folder, ["test", ...args])).code];
}

describe("coverage that a bunfig.toml asks for", () => {
  test.each([
    ["both halves are enough", "0.9", [], [0, 0]],
    ["one half is not", "0.9", ["./a.test.ts"], [1, 1]],
    ["one half is enough for that", "0.5", ["./a.test.ts"], [0, 0]],
    ["what is not named is 0.9", "{ lines = 0.1 }", ["./a.test.ts"], [1, 1]],
    ["nothing is named", "{}", ["./a.test.ts"], [0, 0]],
  ] as const)("%s", async (_name, threshold, args, expected) => {
    await withTemporary(async (folder) => {
      const bunfig = `[test]\ncoverage = true\ncoverageDir = "covered"\ncoverageThreshold = ${threshold}\ncoverageSkipTestFiles = true\n`;
      place(folder, { ...HALVES, "bunfig.toml": bunfig });
      expect(await codes(folder, ...args)).toEqual([...expected]);
      expect(readFileSync(join(folder, "covered/lcov.info"), "utf8")).toContain("SF:lib.ts");
      expect(existsSync(join(folder, "coverage"))).toBe(false);
    });
  });

  test("of shards only their sum is held to the threshold", async () => {
    await withTemporary(async (folder) => {
      place(folder, {
        ...HALVES,
        "bunfig.toml": "[test]\ncoverageThreshold = 0.9\ncoverageSkipTestFiles = true\n",
      });
      for (const shard of ["1", "2"]) {
        const args = ["--coverage", "--coverage-dir", `c${shard}`, "--results", `r${shard}.json`];
        expect((await isolate(folder, ["test", "--shard", `${shard}/2`, ...args])).code).toBe(0);
      }
      const whole = ["merge", "r1.json", "r2.json", "c1/lcov.info", "c2/lcov.info"];
      expect((await isolate(folder, whole)).code).toBe(0);
      const part = await isolate(folder, whole.slice(0, -1));
      expect(part.code).toBe(1);
      expect(part.stdout).toContain("lib.ts; 90 % and 90 % are wanted");
      // and the results of a shard that is missing
      const missing = await isolateJson(folder, ["merge", "r1.json"]);
      expect([missing.code, missing.notRun.length]).toEqual([1, 1]);
    });
  });
});

describe("a name pattern", () => {
  test.each([
    ["that one file has", ["-t", "^one$"], [0, 0]],
    ["that no file has", ["-t", "nowhere"], [1, 1]],
    ["that no file has to have", ["-t", "nowhere", "--pass-with-no-tests"], [0, 0]],
  ] as const)("%s", async (_name, args, expected) => {
    await withTemporary(async (folder) => {
      place(folder, HALVES);
      expect(await codes(folder, ...args)).toEqual([...expected]);
    });
  });
});

test.each([
  ["no test files", {}, 0],
  ["a bunfig.toml that is broken", { "bunfig.toml": "[test", "a.test.ts": "throw 1;" }, 1],
] as const)("told to pass without tests: %s", async (_name, files, code) => {
  await withTemporary(async (folder) => {
    place(folder, files);
    expect(await codes(folder, "--pass-with-no-tests")).toEqual([code, code]);
  });
});

test("other keys of a bunfig.toml mean what they mean to bun test", async () => {
  await withTemporary(async (folder) => {
    place(folder, {
      "bunfig.toml":
        '[test]\nsmol = true\npathIgnorePatterns = ["old/**"]\nretry = 2\n[test.reporter]\njunit = "bun.xml"\n',
      "old/x.test.ts": "throw 1;",
      "a.test.ts":
        'import { expect, test } from "bun:test";\nlet tries = 0;\ntest("third", () => expect(++tries).toBe(3));\n',
    });
    const report = await isolateJson(folder, ["test"]);
    expect(report.files.map(({ file, verdict }) => [file, verdict])).toEqual([["a.test.ts", "passed"]]);
    expect(report.files[0]?.counts).toMatchObject({ passed: 1, failed: 0 });
  });
});

test("the bunfig.toml of the folder that bun test is sent to is the one that holds", async () => {
  await withTemporary(async (folder) => {
    const passes = 'import { test } from "bun:test";\ntest("a", () => {});\n';
    place(folder, {
      "here/bunfig.toml": '[test]\nroot = "./nowhere"\npreload = ["./nowhere.ts"]\n',
      "there/bunfig.toml": '[test]\nroot = "./deep"\npreload = ["./pre.ts"]\n',
      "there/pre.ts": "",
      "there/a.test.ts": "throw 1;",
      "there/deep/a.test.ts": passes,
    });
    const report = await isolateJson(join(folder, "here"), ["test", "--", "--cwd=../there"]);
    expect(report.files.map(({ file, verdict }) => [file, verdict])).toEqual([
      ["../there/deep/a.test.ts", "passed"],
    ]);
  });
});
