/** A folder may be called anything: no output of ours obeys its name, and none of its lines becomes one of ours. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cli, runProgram, type CliResult } from "../support/launch.ts";
import { requireNamespace } from "../support/namespace.ts";
import { needs } from "../support/skip.ts";

requireNamespace();

const KEYS = "Description ExecStart Restart RestartSec TimeoutStopSec KillMode WantedBy".split(" ");

const NAME = "x\u001B[31m\u001B]0;owned\u0007\n::error::| a |\n# heading <img src=x> \u202Ertl\u009B2J";
const HARMFUL = /[^\P{Cc}\n]|[\p{Zl}\p{Zp}\p{Cs}]|[\u202a-\u202e\u2066-\u2069]/u;

const home = mkdtempSync(join(tmpdir(), "bun-watchdog-test-"));
const folder = join(home, NAME);
const summary = join(home, "summary.md");
afterAll(() => rmSync(home, { recursive: true, force: true }));
beforeAll(() => {
  mkdirSync(join(folder, ".kiro"), { recursive: true });
  writeFileSync(join(folder, ".kiro/bun-process-config.json"), '{ "monitoringIntervalMs": 500 }');
});

const run = (args: readonly string[], cwd = folder): Promise<CliResult> =>
  runProgram([...cli, ...args], {
    cwd,
    env: {
      ...process.env,
      HOME: home,
      XDG_STATE_HOME: join(home, "state"),
      GITHUB_STEP_SUMMARY: summary,
      NO_COLOR: "1",
      CI: "",
    },
  });

test.each([
  "monitor -- true",
  "monitor --detach",
  "monitor --once",
  "status",
  "status --json",
  "cleanup --json",
  "monitor --stop",
  "report",
  "report --json",
  "history info",
  "history export --jsonl",
  "config print",
  "config check",
  "config check --json",
  "logs",
  "doctor --json",
  "setup --dry-run",
  "alerts status",
  "maintenance status",
])("%s", async (line) => {
  const args = line.split(" ");
  const { stdout, stderr } = await run(args);
  for (const text of [stdout, stderr]) {
    expect(HARMFUL.exec(text)?.[0] ?? null).toBeNull();
    expect(text).not.toMatch(/^(?:::error|# heading)/m);
  }
  if (args.includes("--json")) expect(() => void JSON.parse(stdout)).not.toThrow();
});

test("a broken configuration in it, and a setup of it", async () => {
  writeFileSync(join(folder, "package.json"), '{ "scripts": 1 }');
  const setup = await run(["setup"]);
  writeFileSync(join(folder, "package.json"), "{}");
  const done = await run(["setup", "--service", "systemd"]);
  writeFileSync(join(folder, ".kiro/bun-process-config.json"), '{ "processTimeoutMs": "x" }');
  const status = await run(["status"]);
  for (const { stdout, stderr } of [setup, done, status]) {
    expect(HARMFUL.exec(stdout + stderr)?.[0] ?? null).toBeNull();
    expect(stdout + stderr).not.toMatch(/^(?:::error|# heading)/m);
  }
  // the folder's name is one word of a command: no line of it is a line of the unit, and nothing in it is started
  expect(done).toMatchObject({ exitCode: 0, stderr: "" });
  const unit = readFileSync(join(home, ".config/systemd/user/bun-watchdog.service"), "utf8");
  expect(HARMFUL.exec(unit)?.[0] ?? null).toBeNull();
  expect([...(unit.match(/^(?![#[]|$)[^=\n]*/gmu) ?? [])]).toEqual(KEYS);
  const [, started = ""] = /^ExecStart=(.*)$/mu.exec(unit) ?? [];
  const [program, chdir = "", ...rest]: readonly string[] = started.match(/"(?:\\.|[^"\\])*"/gu) ?? [];
  expect([program, chdir]).toEqual(['"/usr/bin/env"', expect.stringContaining("--chdir=")]);
  expect(rest.join(" ")).not.toContain("owned");
});

needs("systemd-analyze")("systemd finds no fault in the unit of it", () => {
  const units = join(home, ".config/systemd/user");
  const argv = ["systemd-analyze", "--user", "verify", "--man=no", "./bun-watchdog.service"];
  const env = { PATH: process.env["PATH"], HOME: home, XDG_RUNTIME_DIR: home };
  const { exitCode, stderr } = Bun.spawnSync(argv, { cwd: units, env });
  expect({ exitCode, said: stderr.toString() }).toEqual({ exitCode: 0, said: "" });
});

test("the summary of a CI step is one heading and one sentence", () => {
  const lines = readFileSync(summary, "utf8").trim().split("\n");
  expect(lines).toEqual(["### bun-watchdog: true", "", "Nothing ran away."]);
});
