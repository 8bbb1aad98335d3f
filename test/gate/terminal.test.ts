/** A program on a terminal works as if there were no wrapper: prompt, Ctrl-C, Ctrl-Z and fg, the window's size. */
import { expect } from "bun:test";
import { CONFIG, fixture, gate, slots, WRAPPER } from "../support/gating.ts";
import { scratchProject, type Project } from "../support/launch.ts";
import { readStat } from "../support/proc.ts";
import { until } from "../support/ready.ts";
import { needs, pidNamespace } from "../support/skip.ts";
import { openTerminal, type Terminal } from "../support/terminal.ts";

const test = needs(pidNamespace, "tmux");
const wrapper = `${process.execPath} ${WRAPPER}`;

/** A shell in the project, with its environment. */
async function terminalIn({ directory, env }: Project): Promise<Terminal> {
  const terminal = await openTerminal();
  const settings = Object.entries(env).map(([name, value]) => `${name}='${value}'`);
  terminal.type(`cd '${directory}'; export ${settings.join(" ")}; clear; echo here $((6 * 7))`);
  await terminal.shows("here 42");
  return terminal;
}

const areStopped = (pids: readonly number[]): boolean => pids.every((pid) => readStat(pid)?.state === "T");

test("a prompt, Ctrl-C, a new size, Ctrl-Z and fg reach the program, once each", async () => {
  using project = scratchProject(CONFIG);
  await using terminal = await terminalIn(project);
  terminal.type(`${wrapper} ${fixture("launch/interactive.ts")}`);
  await terminal.shows("ready ");
  const program = Number(/ready (\d+)/.exec(terminal.screen())?.[1]);
  const around = readStat(program)?.ppid ?? 0;
  const pids = [program, around];
  terminal.type("Ada");
  await terminal.shows("you said Ada");
  terminal.press("C-c");
  await terminal.shows("heard SIGINT 1");
  terminal.resize(100, 30);
  await terminal.shows("size 100x30");

  terminal.press("C-z");
  await terminal.shows("Stopped");
  expect(areStopped(pids)).toBe(true);
  terminal.type("fg");
  expect(await until(() => !pids.some((pid) => areStopped([pid])))).toBe(true);
  terminal.type("Bob");
  await terminal.shows("you said Bob");
  expect(terminal.screen()).not.toContain("heard SIGINT 2");

  terminal.type("quit");
  terminal.type("echo code $?");
  await terminal.shows("code 5");
  expect(slots()).toEqual([]);
});

test("who waits on a terminal sees for what, and Ctrl-C ends the wait", async () => {
  using project = scratchProject({ ...CONFIG, maxConcurrentProcesses: 1 });
  await using holder = gate(project, ["-e", "console.log('ready', 1); setInterval(() => {}, 1000)"]);
  await holder.ready();
  await using terminal = await terminalIn(project);
  terminal.type(`${wrapper} --wait -e 1`);
  await terminal.shows(/waiting for a slot: 1 of 1 taken; next … \d/);
  terminal.press("C-c");
  terminal.type("echo code $?");
  await terminal.shows("code 130");
});

test("Ctrl-Z in the queue does not keep those behind waiting", async () => {
  using project = scratchProject({ ...CONFIG, maxConcurrentProcesses: 1 });
  await using holder = gate(project, ["-e", "console.log('ready', 1); setInterval(() => {}, 1000)"]);
  await holder.ready();
  await using terminal = await terminalIn(project);
  terminal.type(`${wrapper} --wait -e "console.log('first ran')"`);
  await terminal.shows("waiting for a slot");
  const behind = gate(project, ["--wait", "-e", "console.log('ran')"]);
  terminal.press("C-z");
  await terminal.shows("Stopped");
  holder.kill("SIGTERM");
  expect(await behind.exited).toBe(0);
  terminal.type("fg");
  await terminal.shows(/^first ran$/m);
});
