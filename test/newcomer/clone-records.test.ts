/** Records that came with a clone: none of them is read, written to or delivered, and a person is told once. */
import { expect, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openHistory } from "../../src/history/store/open.ts";
import { openJournal } from "../../src/record/journal.ts";
import { intentOf, outcomeOf } from "../support/kill-events.ts";
import { runCli, scratchProject, startMonitor, type Project } from "../support/launch.ts";
import { requireNamespace } from "../support/namespace.ts";
import { until } from "../support/ready.ts";
import { dies, SCALED, startRunaway } from "./scaled.ts";

requireNamespace();

const inClone = (project: Project, name = ""): string => join(project.directory, ".kiro/state", name);

function plant(project: Project): void {
  mkdirSync(inClone(project));
  openHistory(inClone(project, "history.db")).close();
  const journal = openJournal(inClone(project, "journal.jsonl"));
  journal.write({ ...intentOf(7), evidence: "FROM THE CLONE" });
  journal.write(outcomeOf(7, ["gone"]));
  journal.close();
  writeFileSync(inClone(project, "maintenance.json"), "not ours");
}

test("a clone's journal, history and ledger: not read, not written to, and said once", async () => {
  using project = scratchProject(SCALED);
  plant(project);
  const before = readdirSync(inClone(project)).map((name) => readFileSync(inClone(project, name), "latin1"));
  const said: boolean[] = [];
  for (const argument of ["first", "second"]) {
    await using monitor = await startMonitor(project, ["--yes"]);
    await using runaway = await startRunaway(argument);
    expect(await dies(runaway.root)).toBe(true);
    expect(await monitor.stop()).toBe(0);
    said.push(monitor.output().includes("is not read: a clone may have brought it"));
  }
  expect(said).toEqual([true, false]);
  expect(readdirSync(inClone(project)).map((name) => readFileSync(inClone(project, name), "latin1"))).toEqual(
    before,
  );
  for (const command of [
    ["report"],
    ["history", "export"],
    ["maintenance", "status"],
    ["alerts", "status"],
  ]) {
    const { exitCode, stdout, stderr } = await runCli(command, project);
    expect([command, exitCode, stderr]).toEqual([command, 0, ""]);
    expect(stdout).not.toContain("CLONE");
  }
});

test("a FIFO as the log of the day, in a clone: nobody waits, and it kills on", async () => {
  using project = scratchProject(SCALED);
  mkdirSync(join(project.directory, ".kiro/logs"));
  const day = new Date().toISOString().slice(0, "yyyy-mm-dd".length);
  for (const name of [`bun-process-monitor-${day}.log`, "bun-process-monitor.log"])
    Bun.spawnSync(["mkfifo", join(project.directory, ".kiro/logs", name)]);
  await using monitor = await startMonitor(project, ["--yes"]);
  await using runaway = await startRunaway();
  expect(await dies(runaway.root)).toBe(true);
  expect(await until(() => monitor.output().includes("named pipe"), 20_000)).toBe(true);
  const { exitCode, stderr } = await runCli(["logs"], project);
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining("named pipe")]);
  expect(await monitor.stop()).toBe(0);
});
