/** Where being spared ends: the agent is gone, the terminal is busy with something else, the parent is compiled. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { scratchProject, startMonitor, type RunningMonitor } from "../support/launch.ts";
import { requireNamespace } from "../support/namespace.ts";
import { isAlive, type Started } from "../support/ready.ts";
import { fixture, type Bystander } from "./bystander.ts";
import { backgroundJob, compiledProgram, hotServer, mcpServer } from "./bystanders.ts";
import { dies, SCALED, seesOneDie } from "./scaled.ts";

requireNamespace();

const project = scratchProject(SCALED);
let monitor: RunningMonitor | null = null;
beforeAll(async () => {
  monitor = await startMonitor(project);
});
afterAll(async () => {
  await monitor?.[Symbol.asyncDispose]();
  project[Symbol.dispose]();
});

/** One of the bystander's processes: 0 = the root, -1 = the youngest. */
function member({ pids }: Bystander, index: number): Started {
  const found = pids.at(index);
  if (found === undefined) throw new Error(`no process ${index} in ${JSON.stringify(pids)}`);
  return found;
}

test("an MCP server is spared while its agent lives, and not when the agent was killed", async () => {
  await using served = await mcpServer();
  const [agent, server] = [member(served, 0), member(served, -1)];
  expect(await seesOneDie(project)).toBe(true);
  expect(isAlive(server)).toBe(true);
  process.kill(agent.pid, "SIGKILL");
  expect(await dies(server)).toBe(true);
});

test("a job in a terminal's background is spared while the terminal is there", async () => {
  await using terminal = await backgroundJob();
  expect(await seesOneDie(project, "beside a terminal")).toBe(true);
  expect(terminal.pids.filter((started) => !isAlive(started))).toEqual([]);
});

test("a compiled program lives, the Bun script it started has the limits of any other", async () => {
  await using agent = await compiledProgram(process.execPath, fixture("sleeper.ts"));
  const [root, child] = [member(agent, 0), member(agent, -1)];
  expect(child.pid).not.toBe(root.pid);
  expect(await dies(child)).toBe(true);
  expect(isAlive(root)).toBe(true);
  expect(await agent.answer()).toBe("here");
});

test("a hot server that spins is spared from the timeout, not from the CPU limit", async () => {
  await using server = await hotServer("spin");
  const root = member(server, 0);
  expect(await server.answer()).toBe("spinning now");
  expect(await dies(root)).toBe(true);
  const rules = project
    .events()
    .flatMap((event) => (event.type === "intent" && event.victim.id.pid === root.pid ? [event.rule] : []));
  expect(rules).toEqual(["cpu"]);
});
