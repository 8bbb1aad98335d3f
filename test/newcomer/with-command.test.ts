/** `monitor -- <command>`: the command keeps its exit code and its time, what it leaves behind does not stay. */
import { afterAll, expect, test } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { cli, runCli, scratchProject, startMonitor } from "../support/launch.ts";
import { requireNamespace } from "../support/namespace.ts";
import { fixture } from "./bystander.ts";
import { SCALED, seesOneDie } from "./scaled.ts";

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

const TEST_FOR_LONG = `
  import { test } from "bun:test";
  test("long", async () => { for (let i = 0; i < 12; i++) await Bun.sleep(500); }, 60_000);
`;

test.each([
  ["npm test", ["npm", "test"]],
  ["a shell that stays", ["bash", "-c", "bun test; exit $?"]],
  ["several at once", ["bash", "-c", "bun test & bun test & bun test & bun test & wait -n && wait"]],
])(
  "a healthy test run has its own time and number, below %s",
  async (_, command) => {
    using place = scratchProject({ ...SCALED, maxConcurrentProcesses: 1 });
    writeFileSync(join(place.directory, "slow.test.ts"), TEST_FOR_LONG);
    writeFileSync(join(place.directory, "package.json"), JSON.stringify({ scripts: { test: "bun test" } }));
    const PATH = `${dirname(process.execPath)}:${process.env["PATH"]}`;
    const run = await runCli(["monitor", "--", ...command], { ...place, env: { ...place.env, PATH } });
    expect(run.exitCode).toBe(0);
    expect(run.stderr).toContain("1 pass");
    expect(run.stderr).toContain("nothing ran away");
  },
  60_000,
);

test("under a monitor that runs already it has its own time and number too, and whoever is beside it has not", async () => {
  using place = scratchProject({ ...SCALED, maxConcurrentProcesses: 1 });
  await using _ = await startMonitor(place, ["--yes"]);
  writeFileSync(join(place.directory, "slow.test.ts"), TEST_FOR_LONG);
  const PATH = `${dirname(process.execPath)}:${process.env["PATH"]}`;
  const run = await runCli(["monitor", "--", "bash", "-c", "bun test & bun test & wait -n && wait"], {
    ...place,
    env: { ...place.env, PATH },
  });
  expect(run.exitCode).toBe(0);
  expect(run.stderr).toContain("a monitor already runs");
  expect(run.stderr).not.toContain("warning");
  expect(await seesOneDie(place)).toBe(true);
}, 60_000);

test.each([
  ["named", [], true, false],
  ["ended with --clean", ["--clean"], false, false],
  ["named, by a monitor that ran already", [], true, true],
  ["ended with --clean, by a monitor that ran already", ["--clean"], false, true],
])("a spinner that a test leaves behind is %s", async (_name, flags, stays, isRunning) => {
  using place = scratchProject({ ...SCALED, processTimeoutMs: null, cpuHoldMs: 60_000 });
  await using _ = isRunning ? await startMonitor(place, ["--yes"]) : null;
  const run = await runCli(
    ["monitor", ...flags, "--", process.execPath, fixture("leaves-spinner.ts")],
    place,
  );
  const left = Number(/^left (\d+)$/m.exec(run.stdout)?.[1]);
  try {
    expect(run.exitCode).toBe(0);
    expect(run.stderr).toMatch(new RegExp(`1 process running.*\\n +${left} .*z01-sync-loop\\.ts: uses`));
    expect(existsSync(`/proc/${left}`)).toBe(stays);
  } finally {
    if (existsSync(`/proc/${left}`)) process.kill(left, "SIGKILL");
  }
});

test("options of the command are the command's own", async () => {
  const run = await runCli(["monitor", "--", "echo", "--json", "-x", "--", "--help"], project);
  expect(run).toMatchObject({ exitCode: 0, stdout: "--json -x -- --help\n" });
});

test.each([
  ["./no/such/program", 127],
  ["no-such-program", 127],
  ["./data.txt", 126],
])(
  "a command that cannot be started is named, and gives what a shell does: %s",
  async (program, exitCode) => {
    writeFileSync(join(project.directory, "data.txt"), "x");
    const run = await runCli(["monitor", "--", program], project);
    expect(run.exitCode).toBe(exitCode);
    expect(run.stderr).toStartWith(`error: "${program}" cannot be started: `);
    expect(run.stderr).not.toContain("ended");
    expect(run.stderr).not.toContain("    at ");
  },
);

test.each([
  ["its own monitor", false],
  ["one that ran already", true],
])(
  "under %s the command outlives the timeout, what it left behind does not, and both summaries say so",
  async (_name, isRunning) => {
    using place = scratchProject(SCALED);
    await using _ = isRunning ? await startMonitor(place, ["--yes"]) : null;
    const summary = join(place.directory, "summary.md");
    const env = { ...place.env, GITHUB_STEP_SUMMARY: summary };
    const argv = ["monitor", "--", process.execPath, fixture("ci-step.ts")];
    const run = await runCli(argv, { ...place, env });
    expect(run.exitCode).toBe(0);
    const left = /^left (\d+)$/m.exec(run.stdout)?.[1];
    // it waits for the other's end, so it lived longer than that one's timeout
    expect(run.stdout).toContain("step done");
    expect(run.stderr).toContain("stopped 1 runaway");
    expect(run.stderr).toContain(String(left));
    expect(existsSync(summary)).toBe(true);
    const markdown = readFileSync(summary, "utf8");
    expect(markdown).toMatch(new RegExp(`\\| ${left} \\|.*sleeper\\.ts.*\\| timeout \\|.*\\| gone \\|`));
  },
);

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
