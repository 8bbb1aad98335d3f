/** Nothing of the folder that somebody stands in runs in our programs or sets their limits; his own command keeps it all. */
import { afterAll, beforeEach, expect, test } from "bun:test";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repository, runProgram, scratchProject, type CliResult } from "../support/launch.ts";
import { requireNamespace } from "../support/namespace.ts";
import { withBun } from "./bystander.ts";

requireNamespace();

const project = scratchProject(null);
afterAll(() => project[Symbol.dispose]());

/** Leaves a file for every process that it runs in, and holds a port there. */
const RAN = `require("node:fs").writeFileSync("ran-" + process.pid, process.argv.join(" "));
Bun.listen({ hostname: "127.0.0.1", port: 47113, socket: { data() {} } }).unref();
`;
const inFolder = (name: string): string => join(project.directory, name);
const ran = (): readonly string[] => readdirSync(project.directory).filter((name) => name.startsWith("ran-"));

const FOLDER = {
  "evil.ts": RAN,
  "bunfig.toml": 'preload = ["./evil.ts"]\n',
  ".env":
    "BUN_OPTIONS=--preload ./evil.ts\nBUN_WATCHDOG_MODE=enforce\nBUN_WATCHDOG_PROCESS_TIMEOUT_MS=100\nHOME=/nonexistent\n",
  "tsconfig.json": '{"compilerOptions":{"baseUrl":".","paths":{"*":["./evil.ts"]}}}',
};

beforeEach(() => {
  for (const name of ran()) rmSync(inFolder(name));
  for (const [name, text] of Object.entries(FOLDER)) writeFileSync(inFolder(name), text);
});

const run = (
  argv: readonly [string, ...(readonly string[])],
  env: Readonly<Record<string, string>> = {},
): Promise<CliResult> =>
  runProgram([join(repository, "scripts", argv[0]), ...argv.slice(1)], {
    cwd: project.directory,
    env: { ...process.env, ...project.env, ...withBun, ...env },
  });

test.each([
  [["fix-runaway-bun.ts", "status", "--json"]],
  [["fix-runaway-bun.ts", "cleanup", "--dry-run", "--json"]],
  [["fix-runaway-bun.ts", "monitor", "--once", "--json"]],
  [["fix-runaway-bun.ts", "monitor", "--detach"]],
  [["fix-runaway-bun.ts", "monitor", "--stop"]],
  [["bun-monitor-service.ts", "--once"]],
  [["bun-wrapper.ts", "--version"]],
] as const)("%j runs none of it", async (argv) => {
  const { exitCode, stderr } = await run(argv);
  expect({ exitCode, ran: ran() }).toEqual({ exitCode: 0, ran: [] });
  expect(stderr).toBe("");
});

test.each(["BUN_OPTIONS", "BUN_INSPECT_PRELOAD"])(
  "%s is the person's, and no program of ours runs it",
  async (name) => {
    const { exitCode } = await run(["fix-runaway-bun.ts", "status"], {
      [name]: name === "BUN_OPTIONS" ? "--preload ./evil.ts" : inFolder("evil.ts"),
    });
    expect({ exitCode, ran: ran() }).toEqual({ exitCode: 0, ran: [] });
  },
);

test("a monitor does not end with its starter because the person's Bun programs do, and where it will, it says so", async () => {
  const { exitCode, stderr } = await run(["fix-runaway-bun.ts", "monitor", "--detach"], {
    BUN_FEATURE_FLAG_NO_ORPHANS: "1",
  });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.stringContaining("noOrphans") });
  const stop = await run(["fix-runaway-bun.ts", "monitor", "--stop"]);
  expect(stop.stdout).toStartWith("Stopped");
});

test("limits come from no .env", async () => {
  const { stdout } = await run(["fix-runaway-bun.ts", "config", "print"]);
  expect(stdout).toContain('"mode": "observe"');
  expect(stdout).toContain('"processTimeoutMs": 300000');
});

test("a Bun that somebody starts by hand starts anew: what was loaded before our first line sets nothing", async () => {
  rmSync(inFolder("tsconfig.json"));
  const { stdout } = await runProgram(
    [process.execPath, join(repository, "scripts/fix-runaway-bun.ts"), "config", "print"],
    { cwd: project.directory, env: { ...process.env, ...project.env } },
  );
  expect(stdout).toContain('"mode": "observe"');
});

const PRINT = "console.log(JSON.stringify([process.env.BUN_OPTIONS, process.env.X_ENV, process.execArgv]))";

test.each([
  [["fix-runaway-bun.ts", "monitor", "--", process.execPath, "print.ts"]],
  [["bun-wrapper.ts", "print.ts"]],
] as const)("%j: the command has the folder's settings and its own options, once", async (argv) => {
  rmSync(inFolder("tsconfig.json"));
  writeFileSync(inFolder(".env"), "X_ENV=1\n");
  writeFileSync(inFolder("print.ts"), PRINT);
  writeFileSync(inFolder("also.ts"), RAN.replace("ran-", "ran-also-").split("\n")[0] ?? "");
  const { stdout } = await run(argv, { BUN_OPTIONS: "--preload ./also.ts" });
  expect(JSON.parse(stdout)).toEqual(["--preload ./also.ts", "1", ["--preload", "./also.ts"]]);
  expect(
    ran()
      .map((name) => name.replace(/\d+$/, ""))
      .toSorted(),
  ).toEqual(["ran-", "ran-also-"]);
});
