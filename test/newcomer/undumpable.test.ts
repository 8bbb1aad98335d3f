/**
 * Bun programs that show nothing of themselves to their own account, as one with a file capability (setcap) does not: whoever
 * never does anything but compute is stopped, whoever may serve somebody is named and left.
 */
import { afterAll, expect, test } from "bun:test";
import { chmodSync, chownSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cli, runProgram, scratchProject } from "../support/launch.ts";
import { requireNamespace } from "../support/namespace.ts";
import { isAlive, startFixture, until, type Fixture } from "../support/ready.ts";
import { AS_NOBODY } from "./as-nobody.ts";
import { dies, SCALED } from "./scaled.ts";
import { cleanup, parse } from "./shapes.ts";
import { ageMs } from "./tree.ts";

requireNamespace();

const NOBODY = 65_534;
/** PR_SET_DUMPABLE, prctl(2). */
const HIDE = `require("bun:ffi").dlopen("libc.so.6", { prctl: { args: ["i32", "u64", "u64", "u64", "u64"], returns: "i32" } }).symbols.prctl(4, 0, 0, 0, 0);`;
const READY = "require('node:fs').writeSync(1, `ready ${process.pid}\\n`);";
const PROGRAMS = {
  spin: `${HIDE}${READY} for (const end = Date.now() + 90_000; Date.now() < end; );`,
  sleep: `${HIDE}${READY} setTimeout(() => process.exit(3), 90_000);`,
  serve: `${HIDE}Bun.serve({ port: 0, fetch: () => new Response("x") });${READY}`,
} as const;

const project = scratchProject({ ...SCALED, maxConcurrentProcesses: 20 });
afterAll(() => project[Symbol.dispose]());

function give(path: string): void {
  chownSync(path, NOBODY, NOBODY);
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const inside = join(path, entry.name);
    if (entry.isDirectory()) give(inside);
    else chownSync(inside, NOBODY, NOBODY);
  }
}

async function start(name: keyof typeof PROGRAMS): Promise<Fixture> {
  const path = join(project.directory, `${name}.ts`);
  writeFileSync(path, PROGRAMS[name]);
  // not by its whole path: that would say where it belongs
  return await startFixture([...AS_NOBODY, process.execPath, `${name}.ts`], { cwd: project.directory });
}

const asNobody = (...args: readonly string[]) =>
  runProgram([...AS_NOBODY, ...cli, ...args], {
    cwd: project.directory,
    env: { ...process.env, ...project.env },
  });

const ripe = ({ root }: Fixture): boolean => ageMs(root) > SCALED.processTimeoutMs + 500;

test("a spinner is stopped, whoever else is over a limit is named, and that is no success", async () => {
  const accounts = join(project.directory, ".config/bun-watchdog");
  mkdirSync(accounts, { recursive: true });
  writeFileSync(join(accounts, "config.json"), JSON.stringify({ cpuHoldMs: 1_500, killGraceMs: 500 }));
  give(project.directory);
  chmodSync(project.directory, 0o755);
  await using spinner = await start("spin");
  await using sleeper = await start("sleep");
  await using server = await start("serve");
  expect(await until(() => [spinner, sleeper, server].every(ripe))).toBe(true);
  const run = await asNobody("cleanup", "--json");
  expect({ code: run.exitCode, said: run.stderr }).toEqual({ code: 1, said: "" });
  const report = parse(cleanup, run.stdout);
  expect(report.plan).toMatchObject([{ pid: spinner.root.pid, rule: "cpu" }]);
  expect(report.unjudged.map(({ pid, rule }) => `${pid} ${rule}`).toSorted()).toEqual(
    [sleeper, server].map(({ root }) => `${root.pid} timeout`).toSorted(),
  );
  for (const { evidence } of report.unjudged) expect(evidence).toContain(project.directory);
  expect(await dies(spinner.root)).toBe(true);
  expect([sleeper, server].map(({ root }) => isAlive(root))).toEqual([true, true]);
  const text = await asNobody("cleanup");
  expect(text).toMatchObject({ exitCode: 1, stdout: expect.stringContaining("not judged") });
  expect((await asNobody("doctor")).stdout).toContain("not dumpable");
});
