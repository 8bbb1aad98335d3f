/** Names that processes give themselves break neither table, JSON nor log. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runCli, scratchProject, startMonitor, type Project } from "../support/launch.ts";
import { requireNamespace } from "../support/namespace.ts";
import { isAlive, startFixture, until, type Fixture } from "../support/ready.ts";
import { fixture } from "./bystander.ts";
import { SCALED } from "./scaled.ts";
import { cleanup, parse, status } from "./shapes.ts";
import { ageMs } from "./tree.ts";

requireNamespace();

const NAMES = ["newlines", "escapes", "long", "bytes", "empty", "markup", "directory"];

// control characters but newline, separators, what UTF-8 cannot say, overrides of the direction of writing
const HARMFUL = /[^\P{Cc}\n]|[\p{Zl}\p{Zp}\p{Cs}]|[\u202a-\u202e\u2066-\u2069]/u;
/** What the product itself writes on a terminal that takes colour: SGR, nothing else. */
const withoutColours = (text: string): string =>
  ["1", "2", "22", "31", "32", "33", "36", "39"].reduce(
    (rest, code) => rest.replaceAll(`\u001B[${code}m`, ""),
    text,
  );

const project = scratchProject({ ...SCALED, maxConcurrentProcesses: null });
const colourful: Project = { ...project, env: { ...project.env, NO_COLOR: "", FORCE_COLOR: "1" } };
const hostile = new Map<string, Fixture>();

beforeAll(async () => {
  const cwd = join(project.directory, "scratch");
  mkdirSync(cwd);
  for (const name of NAMES) {
    const argv = [fixture("hostile-name.sh"), process.execPath, fixture("sleeper.ts"), name];
    hostile.set(name, await startFixture(argv, { cwd }));
  }
  await until(() => [...hostile.values()].every(({ root }) => ageMs(root) > SCALED.processTimeoutMs));
});
afterAll(async () => {
  for (const each of hostile.values()) await each[Symbol.asyncDispose]();
  project[Symbol.dispose]();
});

const pidOf = (name: string): number => hostile.get(name)?.root.pid ?? 0;
/** Lines that begin with a number: the rows of the table. */
const rows = (text: string): string[] => text.split("\n").filter((line) => /^ *\d+ {2}/.test(line));

test("the table has one row per process, and nothing that moves a cursor", async () => {
  const seen = parse(status, (await runCli(["status", "--json"], project)).stdout);
  const plain = (await runCli(["status"], project)).stdout;
  const coloured = (await runCli(["status"], colourful)).stdout;
  expect(coloured).toContain("\u001B[31m");
  for (const text of [plain, withoutColours(coloured)]) {
    expect(HARMFUL.exec(text)).toBeNull();
    for (const name of NAMES)
      expect(
        rows(text).filter((row) => row.includes(` ${pidOf(name)} `) || row.startsWith(`${pidOf(name)} `)),
      ).not.toEqual([]);
    expect(text).not.toContain("\n99999");
  }
  expect(seen.processes.map(({ pid }) => pid)).toEqual(expect.arrayContaining(NAMES.map(pidOf)));
  for (const { command, cwd } of seen.processes) {
    expect(HARMFUL.exec(command)).toBeNull();
    expect(command).not.toContain("\n");
    expect(Buffer.byteLength(command)).toBeLessThan(1_000);
    expect(cwd).not.toBeUndefined();
  }
});

test("JSON is one line of ASCII-safe text that no terminal obeys", async () => {
  for (const args of [
    ["status", "--json"],
    ["cleanup", "--dry-run", "--json"],
  ]) {
    const { stdout } = await runCli(args, project);
    expect(stdout.split("\n")).toHaveLength(2);
    expect(HARMFUL.exec(stdout.trimEnd())).toBeNull();
  }
});

test("the monitor ends them all, and screen, log and journal stay whole", async () => {
  await using monitor = await startMonitor(project, ["--yes"]);
  await until(() => [...hostile.values()].every(({ root }) => !isAlive(root)));
  expect(NAMES.filter((name) => hostile.get(name)?.pids.some(isAlive))).toEqual([]);
  await until(() => project.events().filter(({ type }) => type === "outcome").length >= NAMES.length);
  await monitor.stop();
  const logs = join(project.directory, ".kiro/logs");
  const log = readdirSync(logs)
    .filter((name) => name.endsWith(".log"))
    .map((name) => readFileSync(join(logs, name), "utf8"))
    .join("");
  expect(HARMFUL.exec(log)).toBeNull();
  for (const line of log.trimEnd().split("\n")) expect(line).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z \w+ /);
  expect(HARMFUL.exec(monitor.output())).toBeNull();
  const journal = readFileSync(project.state("journal.jsonl"), "utf8");
  expect(HARMFUL.exec(journal)).toBeNull();
  for (const line of journal.trimEnd().split("\n")) expect(() => void JSON.parse(line)).not.toThrow();
  expect((await runCli(["logs"], project)).stdout).not.toContain("\u001B");
});

test("nothing is left for a clean-up, whose answer is the documented one", async () => {
  const { stdout } = await runCli(["cleanup", "--json"], project);
  expect(parse(cleanup, stdout)).toMatchObject({ plan: [], survivors: 0 });
});
