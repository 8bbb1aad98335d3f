/** A first `npm start` beside what people have running: the runaway dies, nothing else is touched. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { runCli, scratchProject, service, startMonitor, type RunningMonitor } from "../support/launch.ts";
import { requireNamespace } from "../support/namespace.ts";
import { isAlive, until } from "../support/ready.ts";
import type { Bystander } from "./bystander.ts";
import { compiledProgram, hotServer, mcpServer, terminalRepl, viteServer } from "./bystanders.ts";
import { SCALED, seesOneDie, targeted } from "./scaled.ts";
import { ageMs } from "./tree.ts";

requireNamespace();

const STARTS: Readonly<Record<string, () => Promise<Bystander>>> = {
  "a Vite dev server behind bun run dev": viteServer,
  "a REPL in a terminal's foreground": terminalRepl,
  "a bun --hot server": () => hotServer(),
  "an MCP server over stdio": mcpServer,
  "a compiled Bun program": () => compiledProgram(),
};
const names = Object.keys(STARTS);

const project = scratchProject(SCALED);
const bystanders = new Map<string, Bystander>();
let monitor: RunningMonitor | null = null;

beforeAll(async () => {
  const starting = Object.entries(STARTS).map(async ([name, start]) => bystanders.set(name, await start()));
  await Promise.all(starting);
  const all = [...bystanders.values()].flatMap(({ pids }) => pids);
  // "ten minutes old": over the timeout before the monitor is there
  await until(() => all.every((started) => ageMs(started) > SCALED.processTimeoutMs));
  monitor = await startMonitor(project, [], service);
});

afterAll(async () => {
  await monitor?.[Symbol.asyncDispose]();
  for (const each of bystanders.values()) await each[Symbol.asyncDispose]();
  project[Symbol.dispose]();
});

test("a runaway that starts meanwhile dies, and one after it", async () => {
  expect(await seesOneDie(project)).toBe(true);
  expect(await seesOneDie(project)).toBe(true);
  expect(targeted(project).size).toBe(2);
});

test("a command that was stopped and is started again has its whole time again", () => {
  const ages = project.events().flatMap((event) => {
    if (event.type !== "outcome") return [];
    const intent = project.events().find((other) => other.type === "intent" && other.stepId === event.stepId);
    return event.outcomes.map(({ startTimeMs }) => (intent?.atMs ?? 0) - startTimeMs);
  });
  expect(ages).toHaveLength(2);
  for (const age of ages) expect(age).toBeGreaterThan(SCALED.processTimeoutMs);
});

test.each(names)("%s is not touched", async (name) => {
  const bystander = bystanders.get(name);
  if (bystander === undefined) throw new Error(`${name} did not start`);
  expect(bystander.pids.filter((started) => !isAlive(started))).toEqual([]);
  expect(bystander.pids.filter(({ pid }) => targeted(project).has(pid))).toEqual([]);
  expect(await bystander.answer()).toMatch(
    /^(<h1>hello from vite<\/h1>|42000|loaded 1|.*"result":\{\}.*|here)$/,
  );
});

test("the first screen says in a few lines of 80 columns what is under limits, and what is only watched", () => {
  const screen = (monitor?.output() ?? "").split("\n").slice(0, 9);
  for (const words of ["looks every ", "This project: ", "Only watched: ", "Over a limit: "])
    expect(screen.filter((line) => line.includes(words))).toHaveLength(1);
  expect(screen.find((line) => line.startsWith("Under limits: "))).toMatch(/^Under limits: \d+ jobs/);
});

test("status says why each is spared", async () => {
  const { stdout } = await runCli(["status"], project);
  for (const why of ["listens on tcp", "is in the foreground of a terminal", "it is a compiled program"])
    expect(stdout).toContain(why);
});
