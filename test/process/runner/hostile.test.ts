/** Test files, disks and people that would make `bun-isolate` hang, tell what is not so, or end whom it must not end. */
import { describe, expect, test } from "bun:test";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runIsolated } from "../../../src/runner/isolated.ts";
import { openRunner, type RunnerPorts } from "../../../src/runner/ports.ts";
import { removeRunFolder } from "../../../src/runner/run-folder.ts";
import type { FileRunOptions } from "../../../src/runner/test/options.ts";
import { runTestFile } from "../../../src/runner/test/run-file.ts";
import { runTests } from "../../../src/runner/test/run-tests.ts";
import { isolate, isolateJson, place, startIsolate } from "../../support/isolate.ts";
import { leftSince, living } from "../../support/mechanisms.ts";
import { requireNamespace } from "../../support/namespace.ts";
import { readStat } from "../../support/proc.ts";
import { until } from "../../support/ready.ts";
import { withTemporary } from "../../support/temporary.ts";

requireNamespace();

const HEAD = 'import { test, expect, beforeEach } from "bun:test";\n';
const PASS = `${HEAD}test("a", () => {});\n`;
/** Of the process that the file runs in: where Bun is to leave its report. */
const REPORT = `const report = require("node:fs").readFileSync("/proc/self/cmdline", "utf8").split("\\0").find((word) => word.startsWith("--reporter-outfile=")).split("=")[1];\n`;

const inFolder = (files: Readonly<Record<string, string>>, use: (folder: string) => Promise<void>) =>
  withTemporary(async (folder) => {
    place(folder, files);
    await use(folder);
  });

describe("what a test file leaves in the place of its report", () => {
  const instead = {
    "pipe.test.ts": "Bun.spawnSync(['mkfifo', report]);",
    "device.test.ts": "require('node:fs').symlinkSync('/dev/zero', report);",
    "huge.test.ts":
      "require('node:fs').writeFileSync(report, ''); require('node:fs').truncateSync(report, 2 ** 40);",
    "folder.test.ts": "require('node:fs').mkdirSync(report);",
  };
  test("holds nothing up, and makes no pass", async () => {
    const files = Object.entries(instead).map(([name, act]) => [
      name,
      `${HEAD}${REPORT}test("a", () => { ${act} process.exit(0); });`,
    ]);
    await inFolder({ ...Object.fromEntries(files), "other.test.ts": PASS }, async (folder) => {
      const report = await isolateJson(folder, ["test", "--jobs", "5"]);
      expect(report.code).toBe(1);
      expect(Object.fromEntries(report.files.map(({ file, verdict }) => [file, verdict]))).toEqual({
        ...Object.fromEntries(files.map(([name]) => [name, "exited-early"])),
        "other.test.ts": "passed",
      });
    });
  });
});

test("a process that has got rid of every sign of its job is not left alive", async () => {
  const leave =
    "for group in unified memory pids cpu; do echo $$ > /sys/fs/cgroup/$group/cgroup.procs; done 2>/dev/null; exec prlimit --locks=12345: env -i setsid sh -c 'sleep 1000 & exit 0'";
  const source = `${HEAD}test("a", () => { Bun.spawnSync(["sh", "-c", ${JSON.stringify(leave)}], { stdio: ["ignore", "ignore", "ignore"] }); });`;
  await inFolder({ "a.test.ts": source }, async (folder) => {
    const before = living();
    const report = await isolateJson(folder, ["test"]);
    expect(report.files[0]).toMatchObject({ verdict: "leaked", survivors: [] });
    expect(await leftSince(before)).toEqual([]);
  });
});

test("who starts something else meanwhile keeps it, though it is an orphan", async () => {
  await inFolder({}, async (folder) => {
    const job = runIsolated({ command: ["sh", "-c", "while [ ! -e go ]; do sleep 0.05; done"], cwd: folder });
    await Bun.sleep(1);
    const other = Bun.spawnSync(["sh", "-c", "setsid sleep 1000 > /dev/null 2>&1 & echo $!"]);
    const orphan = Number(other.stdout.toString());
    try {
      expect(await until(() => readStat(orphan)?.ppid === process.pid)).toBe(true);
      writeFileSync(join(folder, "go"), "");
      expect((await job).outcomes).toEqual([]);
      expect(living()).toContain(orphan);
    } finally {
      process.kill(orphan, "SIGKILL");
    }
  });
});

test("a second Ctrl-C, and a terminal that is closed, leave nothing behind either", async () => {
  const deaf = `${HEAD}process.on("SIGTERM", () => {}); test("a", async () => { await Bun.write("up", ""); await new Promise(() => setInterval(() => {}, 1_000)); }, 1e9);`;
  for (const [args, first, second, code] of [
    [["test"], "SIGINT", "SIGINT", 130],
    [["test"], "SIGTERM", "SIGINT", 143],
    [["test", "--watch"], "SIGHUP", "SIGTERM", 129],
  ] as const)
    await inFolder({ "a.test.ts": deaf }, async (folder) => {
      const before = living();
      const child = startIsolate(folder, args);
      expect(await until(() => existsSync(join(folder, "up")), 20_000)).toBe(true);
      child.kill(first);
      await Bun.sleep(200);
      child.kill(second);
      expect(await child.exited).toBe(code);
      expect(await leftSince(before)).toEqual([]);
    });
});

test("a file that clears our runtime directory away is the only one that fails", async () => {
  const removes = `${HEAD}${REPORT}test("a", () => { require("node:fs").rmSync(require("node:path").join(report, "../../.."), { recursive: true }); });`;
  await inFolder({ "a.test.ts": removes, "b.test.ts": PASS }, async (folder) => {
    for (const jobs of ["1", "2"]) {
      const report = await isolateJson(folder, ["test", "--jobs", jobs]);
      expect(report.notRun).toEqual([]);
      expect(report.files.find(({ file }) => file === "a.test.ts")?.verdict).not.toBe("passed");
      if (jobs === "1") expect(report.files.find(({ file }) => file === "b.test.ts")?.verdict).toBe("passed");
    }
  });
});

describe("which files there are", () => {
  test("what is said to bun test does not make it forget some", async () => {
    await inFolder(
      { "a.test.ts": `${HEAD}test("a", () => { throw 1; });`, "b.test.ts": PASS },
      async (folder) => {
        for (const option of ["--isolate", "--parallel=2", "--rerun-each=2"]) {
          const report = await isolateJson(folder, ["test", "--", option]);
          expect([option, report.code, report.files.length]).toEqual([option, 1, 2]);
        }
      },
    );
  });

  test("some of them do not pass for all of them", async () => {
    const files = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`number-${at}.test.ts`, PASS]));
    await inFolder(files, async (folder) => {
      const { code, stdout, stderr } = await isolate(folder, ["test"], {}, "ulimit -f 1");
      expect(stdout + stderr).toContain("The test files cannot all be found");
      expect(code).toBe(1);
    });
  });
});

describe("what is kept from run to run", () => {
  test("is of no weight for what this run says", async () => {
    await inFolder({ "a.test.ts": PASS }, async (folder) => {
      Bun.spawnSync(["mkfifo", join(folder, "pipe")]);
      writeFileSync(join(folder, "null"), "null");
      writeFileSync(join(folder, "odd"), '{"files": {"a.test.ts": null, "b": {"tookMs": "x"}}}');
      for (const timings of ["pipe", "null", "odd", "nowhere/times"]) {
        const report = await isolateJson(folder, ["test", "--timings", timings]);
        expect([timings, report.code, report.totals.passed]).toEqual([timings, 0, 1]);
      }
    });
  });
});

const options = (folder: string): FileRunOptions => ({
  cwd: folder,
  env: process.env,
  bunArgs: [],
  timeoutMs: null,
  memoryBytes: null,
  leaksFail: true,
  passWithNoTests: false,
  project: folder,
  folder,
  coverage: false,
  isFiltered: false,
  signal: new AbortController().signal,
});
/** No process can be started after the first `jobs`. */
function portsFor(jobs: number, said: string[] = []): RunnerPorts {
  const ports = openRunner("/", { isAlone: true, onTrouble: (sentence) => said.push(sentence) });
  let started = 0;
  const create: RunnerPorts["containers"]["create"] = (wish) => {
    if (++started > jobs) throw Object.assign(new Error("no process is left"), { code: "EAGAIN" });
    return ports.containers.create(wish);
  };
  return { ...ports, containers: { ...ports.containers, create } };
}

describe("a machine without room", () => {
  const KILLED = `${HEAD}test("a", () => { process.kill(process.pid, "SIGKILL"); });\n`;

  test("for the list of a killed file's tests: it has its verdict all the same", async () => {
    await inFolder({ "a.test.ts": KILLED }, async (folder) => {
      const chosen = { file: join(folder, "a.test.ts"), name: "a.test.ts", number: "0" };
      const { result } = await runTestFile(chosen, options(folder), portsFor(1), () => undefined);
      expect(result).toMatchObject({ verdict: "crashed", running: { phase: "test", test: null } });
    });
  });

  test("for a file: that is said, and no other is held up", async () => {
    await inFolder({ "a.test.ts": PASS, "b.test.ts": PASS }, async (folder) => {
      const [said, running]: [string[], Set<string>] = [[], new Set()];
      const files = ["a.test.ts", "b.test.ts"].map((name) => join(folder, name));
      const run = await runTests(
        { files, jobs: 1, retries: 0, shard: null, bail: null },
        new Map(),
        options(folder),
        {
          onStart: (file) => void running.add(file),
          onStop: (file) => void running.delete(file),
          onEnd: () => undefined,
        },
        portsFor(1, said),
      );
      expect(run).toMatchObject({ files: [{ result: { verdict: "passed" } }], notRun: ["b.test.ts"] });
      expect(said).toEqual(["b.test.ts was not run: no process is left"]);
      expect([...running]).toEqual([]);
    });
  });

  test("a folder that cannot be removed changes nothing about the run", () => {
    const said: string[] = [];
    removeRunFolder("/proc/self/task", { onTrouble: (sentence) => said.push(sentence) });
    expect(said).toEqual([expect.stringMatching(/^\/proc\/self\/task could not be removed: E[A-Z]+/u)]);
  });
});

test("--bail: what had come to its end is told of, although its tests were still being listed", async () => {
  const files = {
    "killed.test.ts": `import { existsSync, writeFileSync } from "node:fs";
if (existsSync("loaded")) { writeFileSync("listing", ""); await Bun.sleep(60_000); }
writeFileSync("loaded", "");
${HEAD}test("kills itself", () => { process.kill(process.pid, "SIGKILL"); });\n`,
    "fails.test.ts": `${HEAD}test("fails", async () => { while (!require("node:fs").existsSync("listing")) await Bun.sleep(20); throw new Error("no"); }, 60_000);\n`,
  };
  await inFolder(files, async (folder) => {
    const report = await isolateJson(folder, ["test", "--bail", "--jobs", "2"]);
    expect(report.files.map(({ file, verdict }) => `${file} ${verdict}`).toSorted()).toEqual([
      "fails.test.ts failed",
      "killed.test.ts crashed",
    ]);
    expect(report.notRun).toEqual([]);
  });
});

test("tests in random order: none is named in the place of the one that ran", async () => {
  const source = `${HEAD}for (let n = 0; n < 6; n++) test("quick " + n, () => {}); test("hangs", async () => { await new Promise(() => setInterval(() => {}, 1_000)); }, 1e9);`;
  await inFolder({ "a.test.ts": source }, async (folder) => {
    const report = await isolateJson(folder, ["test", "--timeout", "5s", "--", "--randomize"]);
    expect(report.files[0]).toMatchObject({ verdict: "timeout", running: { phase: "test", test: null } });
  });
});

test("a test that takes all descriptors there are: the next one is known by its name all the same", async () => {
  const takes = `import { openSync } from "node:fs";
${HEAD}test("a", () => { for (;;) try { openSync("/dev/null"); } catch { return; } });
test("b", () => { process.kill(process.pid, "SIGKILL"); });\n`;
  await inFolder({ "a.test.ts": takes }, async (folder) => {
    const { files } = await isolateJson(folder, ["test"]);
    expect(files[0]).toMatchObject({ verdict: "crashed", running: { phase: "test", line: 4 } });
  });
});
