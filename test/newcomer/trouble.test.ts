/** Full disk, a log that cannot be written, directories that vanish: the monitor goes on killing. */
import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cli, runCli, scratchProject, startMonitor, type Project } from "../support/launch.ts";
import { requireNamespace } from "../support/namespace.ts";
import { until } from "../support/ready.ts";
import { needs } from "../support/skip.ts";
import { fill, projectOnDisk, tmpfs, withMount } from "./disk.ts";
import { dies, SCALED, startRunaway } from "./scaled.ts";

requireNamespace();

async function oneDies(): Promise<boolean> {
  await using runaway = await startRunaway();
  return await dies(runaway.root);
}

/** startMonitor waits for the journal, which cannot be written there. */
async function oneDiesUnrecorded(project: Project): Promise<boolean> {
  await using runaway = await startRunaway();
  const child = Bun.spawn([...cli, "monitor", "--yes"], {
    cwd: project.directory,
    env: { ...process.env, ...project.env },
    stdio: ["ignore", "ignore", "ignore"],
  });
  try {
    return await dies(runaway.root);
  } finally {
    child.kill("SIGKILL");
    await child.exited;
  }
}

needs(tmpfs)(
  "a disk that fills up while it runs: it kills on, and says what it could not write",
  async () => {
    using project = projectOnDisk(256);
    await using monitor = await startMonitor(project);
    const ballast = join(project.directory, ".kiro/ballast");
    fill(ballast);
    expect(await oneDies()).toBe(true);
    expect(await oneDies()).toBe(true);
    expect(monitor.output()).toMatch(/ENOSPC|no space/i);
    rmSync(ballast);
    expect(await oneDies()).toBe(true);
    const recorded = (): boolean => project.events().some(({ type }) => type === "outcome");
    expect(await until(recorded)).toBe(true);
  },
);

needs(tmpfs)("a disk that is full at the start does not keep it from starting", async () => {
  using project = projectOnDisk(64);
  fill(join(project.directory, ".kiro/ballast"));
  expect(await oneDiesUnrecorded(project)).toBe(true);
});

test("a place for its state that is a file: records are kept elsewhere, and it is said where", async () => {
  using project = scratchProject(SCALED);
  mkdirSync(join(project.state(), ".."), { recursive: true });
  writeFileSync(project.state(), "");
  expect(await oneDiesUnrecorded(project)).toBe(true);
  const { stdout } = await runCli(["history", "info", "--json"], project);
  expect(JSON.parse(stdout).path).not.toContain(project.directory);
});

test("a history that is no file: it kills on, and who wants to read it is told what is wrong", async () => {
  using project = scratchProject(SCALED);
  mkdirSync(project.state("history.db"), { recursive: true });
  await using monitor = await startMonitor(project);
  expect(await oneDies()).toBe(true);
  expect(await until(() => monitor.output().includes("history.db cannot be written"))).toBe(true);
  for (const command of [["report"], ["history", "info"]]) {
    const { exitCode, stderr } = await runCli(command, project);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining("It has to be a file")]);
    expect(stderr).not.toContain("bug");
  }
});

needs(tmpfs)("a read-only log directory: said once, and it kills on", async () => {
  using project = withMount(scratchProject(SCALED), ".kiro/logs", "ro,mode=700");
  await using monitor = await startMonitor(project);
  expect(await oneDies()).toBe(true);
  expect(await oneDies()).toBe(true);
  expect(monitor.output().split("cannot be written").length - 1).toBe(1);
  expect(await until(() => project.events().some(({ type }) => type === "outcome"))).toBe(true);
});

test("a log directory that is a file: said, and it kills on", async () => {
  using project = scratchProject({ ...SCALED, logging: { directory: "blocked/logs" } });
  writeFileSync(join(project.directory, "blocked"), "");
  await using monitor = await startMonitor(project);
  expect(await oneDies()).toBe(true);
  expect(monitor.output()).toContain("cannot be written");
});

test.each(["logs", "account", ""])(
  "./.kiro/%s deleted while it runs: it kills on, and writes again",
  async (name) => {
    using project = scratchProject(SCALED);
    await using monitor = await startMonitor(project);
    expect(await until(() => existsSync(join(project.directory, ".kiro/logs")))).toBe(true);
    const config = JSON.stringify(SCALED);
    rmSync(join(project.directory, ".kiro", name), { recursive: true });
    if (name === "") {
      mkdirSync(join(project.directory, ".kiro"));
      writeFileSync(join(project.directory, ".kiro/bun-process-config.json"), config);
    }
    expect(await oneDies()).toBe(true);
    const logs = (): string[] => readdirSync(join(project.directory, ".kiro/logs"));
    const again = (): boolean => logs().length > 0 && project.events().some(({ type }) => type === "outcome");
    expect(await until(again, 5_000)).toBe(true);
    expect(await monitor.stop()).toBe(0);
  },
);
