/** The command line as people guess it: global options anywhere, aliases, hints, silence, colours. */
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { version } from "../../package.json" with { type: "json" };
import { repository, runProgram, scratchProject } from "../support/launch.ts";
import { requireNamespace } from "../support/namespace.ts";

requireNamespace();

const SCRIPTS: Readonly<Record<string, string>> = { "bun-watchdog": "fix-runaway-bun" };

/** The words are those of a shell's line without quotes. */
async function run(line: string, more: Readonly<Record<string, string>> = {}) {
  using project = scratchProject({ mode: "observe" });
  const [program = "", ...words] = line.split(" ");
  const script = join(repository, `scripts/${SCRIPTS[program] ?? program}.ts`);
  const env = { ...process.env, ...project.env, CI: undefined, NO_COLOR: undefined, ...more };
  return await runProgram([process.execPath, script, ...words], { cwd: project.directory, env });
}

const PROGRAMS = [
  "bun-watchdog",
  "bun-monitor-service",
  "bunctl",
  "bun-isolate",
  "bun-wrapper",
  "benchmark-runner",
];

test.each(PROGRAMS.map((name, at) => `${name} ${at % 2 === 0 ? "-v" : "--version"}`))("%s", async (line) => {
  expect(await run(line)).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: "" });
});

describe("options before and behind the command, and other names of it", () => {
  test.each([
    ["bun-watchdog --json config check", /^\{"schemaVersion":1,"ok":true/],
    ["bun-watchdog config --json check", /^\{"schemaVersion":1,"ok":true/],
    ["bun-watchdog --mode enforce --json config print", /"mode":"enforce"/],
    ["bunctl --json ls", /"apps":\[\]/],
    ["bunctl --no-color -q jlist --version", new RegExp(version)],
    ["bun-watchdog help config check", /^Usage: bun-watchdog config check/],
    ["bun-watchdog --help kill", /^Usage: bun-watchdog stop/],
  ])("%s", async (line, says) => {
    expect(await run(line)).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(says), stderr: "" });
  });
});

test("monitor stop is a hint, and nothing is started", async () => {
  const { exitCode, stdout, stderr } = await run("bun-monitor-service --json stop");
  expect([exitCode, stdout]).toEqual([2, expect.stringContaining('"code":"USAGE"')]);
  expect(stderr).toContain("nothing was done. Write: bun-watchdog monitor --stop");
});

describe("--quiet says nothing where all is well, and what failed", () => {
  test.each([
    ["bun-watchdog -q config check", 0, /^$/],
    ["bun-watchdog --json cleanup --quiet", 0, /^$/],
    ["bunctl daemon status -q", 1, /No manager runs/],
    ["bun-watchdog stop 1 -y -q", 1, /1 {2}refused/],
  ])("%s", async (line, exitCode, says) => {
    const { stdout, ...ended } = await run(line);
    expect(ended).toEqual({ exitCode, stderr: expect.stringMatching(says) });
    expect(stdout.startsWith("{")).toBe(line.includes("--json"));
    if (!line.includes("--json")) expect(stdout).toBe("");
  });
});

const COLOUR = "\u001B[";

test.each<[string, Record<string, string>, boolean]>([
  ["", {}, false],
  ["", { FORCE_COLOR: "1" }, true],
  ["", { FORCE_COLOR: "1", TERM: "dumb" }, true],
  ["--no-color", { FORCE_COLOR: "1" }, false],
])("colours: config check %s with %p: %p", async (flag, env, hasColours) => {
  const { stdout } = await run(`bun-watchdog config check ${flag}`.trim(), env);
  expect(stdout.includes(COLOUR)).toBe(hasColours);
});
