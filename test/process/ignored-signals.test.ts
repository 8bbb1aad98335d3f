/** What was ignored on entry (`nohup`, a script's background job) stays ignored, for us and for what we start. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { signalsIn } from "../../src/os/linux/start/ignored-signals.ts";
import { cli, repository, runProgram, scratchProject, startMonitor } from "../support/launch.ts";
import { requireNamespace } from "../support/namespace.ts";
import { linux, needs, root } from "../support/skip.ts";

requireNamespace();

test.each([
  ["0000000000000000", []],
  ["0000000000001007", [1, 2, 3, 13]],
  ["8000000000000000", [64]],
])("the signals of the mask %s", (mask, numbers) => {
  expect(signalsIn(mask)).toEqual(numbers);
});

const deafTo = (signals: string, argv: readonly string[]): string[] => [
  "/bin/sh",
  "-c",
  `trap "" ${signals}; exec "$@"`,
  "sh",
  ...argv,
];
const WITHOUT_SHELL = [
  "unshare",
  "--mount",
  "/bin/sh",
  "-c",
  'mount -t tmpfs none /usr/bin && trap "" HUP && exec "$@"',
  "sh",
];
const PRINT = `console.log(/SigIgn:\\s*(\\w+)/.exec(require("node:fs").readFileSync("/proc/self/status", "utf8"))[1])`;
const HANGUP_AND_INTERRUPT = [1, 2];
const QUIT_TOO = new Set([...HANGUP_AND_INTERRUPT, 3]);

test.each([
  ["the wrapper", [process.execPath, join(repository, "scripts/bun-wrapper.ts"), "-e", PRINT]],
  ["monitor -- <command>", [...cli, "monitor", "--", process.execPath, "-e", PRINT]],
])("%s: its command ignores the same", async (_name, argv) => {
  using project = scratchProject({});
  const run = (command: readonly string[]) =>
    runProgram(command, { cwd: project.directory, env: { ...process.env, ...project.env } });
  const ignored = async (command: readonly string[]) =>
    signalsIn((await run(command)).stdout.trim()).filter((number) => QUIT_TOO.has(number));
  expect(await ignored(deafTo("HUP INT", argv))).toEqual(HANGUP_AND_INTERRUPT);
  expect(await ignored(argv)).toEqual([]);
});

test("a command that is not there is said, and its exit code is a shell's", async () => {
  using project = scratchProject({});
  const { exitCode, stderr } = await runProgram(deafTo("HUP", [...cli, "monitor", "--", "no-such-program"]), {
    cwd: project.directory,
    env: { ...process.env, ...project.env },
  });
  expect(exitCode).not.toBe(0);
  expect(stderr).toContain("no-such-program");
});

needs(linux, root)(
  "where there is no shell, a launch says why it cannot be, and doctor what is missing",
  async () => {
    using project = scratchProject({});
    const run = (...argv: readonly string[]) =>
      runProgram([...WITHOUT_SHELL, ...argv], {
        cwd: project.directory,
        env: { ...process.env, ...project.env },
      });
    const wrapper = join(repository, "scripts/bun-wrapper.ts");
    expect(await run(process.execPath, wrapper, "-e", "1")).toMatchObject({
      exitCode: 125,
      stderr: expect.stringContaining("Signal 1 must be ignored"),
    });
    const doctor = await run(...cli, "doctor");
    expect(doctor.stdout).toContain("this system has no shell");
    expect(doctor.stdout).toContain("told of an end");
  },
);

test("a monitor that was started to be deaf to SIGHUP watches on, and ends at SIGTERM", async () => {
  using project = scratchProject({ monitoringIntervalMs: 200 });
  await using monitor = await startMonitor(project, ["--yes"], deafTo("HUP", [...cli, "monitor"]));
  const [ignored = "0"] =
    /SigIgn:\s*(\w+)/.exec(readFileSync(`/proc/${monitor.pid}/status`, "utf8"))?.slice(1) ?? [];
  expect(signalsIn(ignored)).toContain(1);
  process.kill(monitor.pid, "SIGHUP");
  expect(await monitor.stop()).toBe(0);
  expect(monitor.output()).toContain("SIGTERM");
});

test("one that was not ends at SIGHUP", async () => {
  using project = scratchProject({ monitoringIntervalMs: 200 });
  await using monitor = await startMonitor(project, ["--yes"]);
  process.kill(monitor.pid, "SIGHUP");
  expect(await monitor.exited).toBe(0);
  expect(monitor.output()).toContain("SIGHUP");
});
