/** `status` and `cleanup` by themselves: exit codes, the documented JSON, a dry run that sends nothing. */
import { afterAll, expect, test } from "bun:test";
import { runCli, scratchProject } from "../support/launch.ts";
import { requireNamespace } from "../support/namespace.ts";
import { isAlive, until } from "../support/ready.ts";
import { SCALED, startRunaway } from "./scaled.ts";
import { cleanup, parse, status } from "./shapes.ts";
import { ageMs } from "./tree.ts";

requireNamespace();

const project = scratchProject(SCALED);
afterAll(() => project[Symbol.dispose]());

const ripeRunaway = async () => {
  const runaway = await startRunaway("--token", "hunter2secret");
  await until(() => ageMs(runaway.root) > SCALED.processTimeoutMs);
  return runaway;
};

test("nothing over a limit: status --check is 0, cleanup is 0 and says so", async () => {
  expect((await runCli(["status", "--check"], project)).exitCode).toBe(0);
  expect(await runCli(["cleanup"], project)).toMatchObject({
    exitCode: 0,
    stdout: "Nothing is over a limit.\n",
    stderr: "",
  });
});

test("status --check is 1 with a runaway, in both forms, and signals nothing", async () => {
  await using runaway = await ripeRunaway();
  const { pid } = runaway.root;
  const table = await runCli(["status", "--check"], project);
  expect(table.exitCode).toBe(1);
  expect(table.stdout).toMatch(new RegExp(`^\\s*${pid} .*runaway`, "m"));
  const json = await runCli(["status", "--check", "--json"], project);
  expect(json.exitCode).toBe(1);
  const seen = parse(status, json.stdout);
  const judged = seen.processes.find((process) => process.pid === pid);
  expect(judged?.verdicts.find(({ rule }) => rule === "timeout")?.decision).toBe("runaway");
  expect(seen.totals.processes).toBe(seen.processes.length);
  expect(seen.totals.jobs).toBe(seen.jobs.length);
  expect(seen.jobs.flatMap(({ pids }) => pids)).toContain(pid);
  expect(isAlive(runaway.root)).toBe(true);
});

test("cleanup --dry-run prints the plan and sends nothing", async () => {
  await using runaway = await ripeRunaway();
  const { pid } = runaway.root;
  const text = await runCli(["cleanup", "--dry-run"], project);
  expect(text.exitCode).toBe(0);
  expect(text.stdout).toContain(`${pid}`);
  expect(text.stdout).toContain("nothing was sent (dry run)");
  const report = parse(cleanup, (await runCli(["cleanup", "--dry-run", "--json"], project)).stdout);
  expect(report).toMatchObject({ mode: "dry-run", outcomes: [], survivors: 0, monitor: null });
  expect(report.plan).toMatchObject([{ pid, rule: "timeout", signal: "SIGTERM", targets: [pid] }]);
  expect(isAlive(runaway.root)).toBe(true);
  expect(project.events().filter(({ type }) => type === "intent")).toEqual([]);
});

test("cleanup --json says what it did, and it is done", async () => {
  await using runaway = await ripeRunaway();
  const { pid } = runaway.root;
  const run = await runCli(["cleanup", "--json"], project);
  expect(run).toMatchObject({ exitCode: 0, stderr: "" });
  expect(parse(cleanup, run.stdout)).toMatchObject({
    mode: "enforce",
    plan: [{ pid, rule: "timeout" }],
    outcomes: [{ pid, rule: "timeout", outcome: "gone", signals: ["SIGTERM"] }],
    left: [],
    survivors: 0,
  });
  expect(isAlive(runaway.root)).toBe(false);
});

test("--force sends SIGKILL at once", async () => {
  await using runaway = await ripeRunaway();
  const report = parse(cleanup, (await runCli(["cleanup", "--force", "--json"], project)).stdout);
  expect(report.plan).toMatchObject([{ pid: runaway.root.pid, signal: "SIGKILL" }]);
  expect(report.outcomes[0]?.signals).not.toContain("SIGTERM");
  expect(isAlive(runaway.root)).toBe(false);
});

test("a secret on a command line is shown and stored nowhere", async () => {
  await using runaway = await ripeRunaway();
  const outputs = [
    (await runCli(["status"], project)).stdout,
    (await runCli(["status", "--json"], project)).stdout,
    (await runCli(["cleanup", "--dry-run"], project)).stdout,
    (await runCli(["cleanup", "--json"], project)).stdout,
    (await runCli(["logs"], project)).stdout,
    JSON.stringify(project.events()),
  ];
  for (const output of outputs) {
    expect(output).toContain(String(runaway.root.pid));
    expect(output).not.toContain("hunter2secret");
  }
});

test.each([
  [["cleanup", "--nonsense"], "--nonsense"],
  [["status", "--jsn"], "--json"],
  [["claenup"], "cleanup"],
  [["cleanup", "--watch-for", "soon"], "soon"],
  [["status", "--scope", "everything"], "everything"],
  [["monitor", "--stop", "--detach"], "--stop"],
])("usage error %j is exit 2 and names %s", async (args, named) => {
  const run = await runCli(args, project);
  expect(run).toMatchObject({ exitCode: 2, stdout: "" });
  expect(run.stderr).toContain(named);
  expect(run.stderr).not.toContain("    at ");
});
