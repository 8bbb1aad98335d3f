/** `monitor -- <command>`: the command keeps its exit code and its time, what it leaves behind does not stay. */
import { afterAll, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { cli, runCli, scratchProject } from "../support/launch.ts";
import { requireNamespace } from "../support/namespace.ts";
import { fixture } from "./bystander.ts";
import { SCALED } from "./scaled.ts";

requireNamespace();

const project = scratchProject(SCALED);
afterAll(() => project[Symbol.dispose]());

test.each([
  ["exit 0", 0],
  ["exit 3", 3],
  ["kill -TERM $$", 128 + constants.signals.SIGTERM],
  ["kill -KILL $$", 128 + constants.signals.SIGKILL],
])("sh -c '%s' gives %d", async (script, exitCode) => {
  const run = await runCli(["monitor", "--", "sh", "-c", script], project);
  expect(run).toMatchObject({ exitCode, stdout: "" });
  expect(run.stderr).toContain("nothing ran away");
});

test("options of the command are the command's own", async () => {
  const run = await runCli(["monitor", "--", "echo", "--json", "-x", "--", "--help"], project);
  expect(run).toMatchObject({ exitCode: 0, stdout: "--json -x -- --help\n" });
});

test("a command that cannot be started is named, without a stack trace", async () => {
  const run = await runCli(["monitor", "--", "no-such-command-here"], project);
  expect(run.exitCode).not.toBe(0);
  expect(run.stderr).toContain("no-such-command-here");
  expect(run.stderr).not.toContain("    at ");
});

test("the command outlives the timeout, what it left behind does not, and both summaries say so", async () => {
  const summary = join(project.directory, "summary.md");
  const env = { ...project.env, GITHUB_STEP_SUMMARY: summary };
  const argv = ["monitor", "--", process.execPath, fixture("ci-step.ts")];
  const run = await runCli(argv, { ...project, env });
  expect(run.exitCode).toBe(0);
  const left = /^left (\d+)$/m.exec(run.stdout)?.[1];
  // it waits for the other's end, so it lived longer than that one's timeout
  expect(run.stdout).toContain("step done");
  expect(run.stderr).toContain("stopped 1 runaway");
  expect(run.stderr).toContain(String(left));
  expect(existsSync(summary)).toBe(true);
  const markdown = readFileSync(summary, "utf8");
  expect(markdown).toMatch(new RegExp(`\\| ${left} \\|.*sleeper\\.ts.*\\| timeout \\|.*\\| gone \\|`));
});

test("SIGTERM to the monitor reaches the command, whose answer is passed through", async () => {
  const child = Bun.spawn(
    [...cli, "monitor", "--", "sh", "-c", "trap 'exit 7' TERM; echo up; while :; do sleep 0.1; done"],
    {
      cwd: project.directory,
      env: { ...process.env, ...project.env },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "ignore",
    },
  );
  for await (const chunk of child.stdout) {
    if (new TextDecoder().decode(chunk).includes("up")) break;
  }
  child.kill("SIGTERM");
  expect(await child.exited).toBe(7);
});
