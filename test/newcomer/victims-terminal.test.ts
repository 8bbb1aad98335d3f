/** Whoever sits before the terminal of a victim is told who stopped it; whoever asked for it is told once. */
import { afterAll, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { cli, scratchProject, startMonitor } from "../support/launch.ts";
import { requireNamespace } from "../support/namespace.ts";
import { openTerminal } from "../support/terminal.ts";
import { SCALED } from "./scaled.ts";

requireNamespace();

const project = scratchProject(SCALED);
afterAll(() => project[Symbol.dispose]());
const hung = join(project.directory, "hung.test.ts");
writeFileSync(
  hung,
  `import { test } from "bun:test"; console.log("it is " + "up"); test("hangs", () => new Promise(() => {}), 90_000);`,
);
const here = `cd ${project.directory}; export HOME=$PWD XDG_CONFIG_HOME=$PWD/.config XDG_STATE_HOME=$PWD/.kiro/account CI=`;

test("a monitor elsewhere says so where the job was started, whatever is held there", async () => {
  await using terminal = await openTerminal();
  await using _ = await startMonitor(project, ["--yes"]);
  terminal.type(here);
  terminal.type(`${process.execPath} test ./hung.test.ts`);
  await terminal.shows("it is up");
  await terminal.shows(/bun-watchdog stopped .*hung\.test\.ts \(pid \d+\): .*; to allow it: raise/);
  expect(terminal.screen()).toContain(`project ${project.directory}; see bun-watchdog logs`);
});

test("who stops it from that terminal is told by the command alone", async () => {
  await using terminal = await openTerminal();
  terminal.type(here);
  terminal.type(`${process.execPath} test ./hung.test.ts &`);
  await terminal.shows("it is up");
  terminal.type(`clear; ${cli.join(" ")} stop $! --yes; echo its code is $?`);
  await terminal.shows(/its code is \d/);
  expect(terminal.screen()).not.toContain("see bun-watchdog logs");
});
