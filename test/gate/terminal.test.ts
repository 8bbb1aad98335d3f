/** A program on a terminal works as if there were no wrapper: prompt, Ctrl-C, Ctrl-Z and fg, the window's size. */
import { expect } from "bun:test";
import { CONFIG, fixture, gate, slots, WRAPPER } from "../support/gating.ts";
import { scratchProject } from "../support/launch.ts";
import { readStat } from "../support/proc.ts";
import { until } from "../support/ready.ts";
import { needs, pidNamespace } from "../support/skip.ts";
import { openTerminal } from "../support/tmux.ts";

const test = needs(pidNamespace, "tmux");
const wrapper = `${process.execPath} ${WRAPPER}`;
const areStopped = (pids: readonly number[]): boolean => pids.every((pid) => readStat(pid)?.state === "T");

test("a prompt, Ctrl-C, a new size, Ctrl-Z and fg reach the program, once each", async () => {
  using project = scratchProject(CONFIG);
  await using terminal = await openTerminal(project.directory, project.env);
  terminal.type(`${wrapper} ${fixture("gate/interactive.ts")}`, "Enter");
  const pids = (/pids (\d+) (\d+) tty true/.exec(await terminal.shows(/pids \d+ \d+ tty/)) ?? [])
    .slice(1)
    .map(Number);
  expect(pids).toHaveLength(2);

  terminal.type("Ada", "Enter");
  await terminal.shows("hello Ada");
  terminal.type("C-c");
  await terminal.shows("interrupt 1");
  terminal.resize(100, 30);
  await terminal.shows("size 100x30");

  terminal.type("C-z");
  await terminal.shows("Stopped");
  expect(areStopped(pids)).toBe(true);
  terminal.type("fg", "Enter");
  expect(await until(() => !pids.some((pid) => areStopped([pid])))).toBe(true);
  terminal.type("Bob", "Enter");
  await terminal.shows("hello Bob");
  expect(terminal.screen()).not.toContain("interrupt 2");

  terminal.type("bye", "Enter");
  terminal.type("echo code $?", "Enter");
  await terminal.shows("code 7");
  expect(slots()).toEqual([]);
});

test("who waits on a terminal sees for what, and Ctrl-C ends the wait", async () => {
  using project = scratchProject({ ...CONFIG, maxConcurrentProcesses: 1 });
  await using holder = gate(project, ["-e", "console.log('ready', 1); setInterval(() => {}, 1000)"]);
  await holder.ready();
  await using terminal = await openTerminal(project.directory, project.env);
  terminal.type(`${wrapper} --wait -e 1`, "Enter");
  await terminal.shows(/waiting for a slot: 1 of 1 taken; next … \d/);
  terminal.type("C-c");
  terminal.type("echo code $?", "Enter");
  await terminal.shows("code 130");
});

test("Ctrl-Z in the queue does not keep those behind waiting", async () => {
  using project = scratchProject({ ...CONFIG, maxConcurrentProcesses: 1 });
  await using holder = gate(project, ["-e", "console.log('ready', 1); setInterval(() => {}, 1000)"]);
  await holder.ready();
  await using terminal = await openTerminal(project.directory, project.env);
  terminal.type(`${wrapper} --wait -e "console.log('first ran')"`, "Enter");
  await terminal.shows("waiting for a slot");
  const behind = gate(project, ["--wait", "-e", "console.log('ran')"]);
  terminal.type("C-z");
  await terminal.shows("Stopped");
  holder.kill("SIGTERM");
  expect(await behind.exited).toBe(0);
  terminal.type("fg", "Enter");
  await terminal.shows(/^first ran$/m);
});
