/** Where being spared ends: the agent is gone, the terminal is busy with something else, the parent is compiled. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { runCli, scratchProject, startMonitor, type RunningMonitor } from "../support/launch.ts";
import { requireNamespace } from "../support/namespace.ts";
import { isAlive, startFixture, type Started } from "../support/ready.ts";
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

test("a compiled program that spins is stopped once it is an orphan, and one that does not is not", async () => {
  await using spinning = await compiledProgram("spin");
  await using resting = await compiledProgram();
  const root = member(spinning, 0);
  expect(await dies(root)).toBe(true);
  const rules = project
    .events()
    .flatMap((event) => (event.type === "intent" && event.victim.id.pid === root.pid ? [event.rule] : []));
  expect(rules).toEqual(["cpu"]);
  expect(await seesOneDie(project, "beside an agent")).toBe(true);
  expect(isAlive(member(resting, 0))).toBe(true);
  expect(await resting.answer()).toBe("here");
});

test("a worker is spared by its connection, which status names", async () => {
  using server = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => {} } });
  await using worker = await startFixture([process.execPath, fixture("worker.ts"), String(server.port)]);
  expect(await seesOneDie(project, "beside a worker")).toBe(true);
  expect(isAlive(worker.root)).toBe(true);
  const { stdout } = await runCli(["status"], project);
  expect(stdout).toContain(`has a connection to 127.0.0.1:${server.port}`);
  const { stdout: json } = await runCli(["status", "--json"], project);
  expect(json).toContain(`"evidence":"has a connection to 127.0.0.1:${server.port}"`);
  server.stop(true);
});
