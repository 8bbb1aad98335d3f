/** Full disk, a log that cannot be written, directories that vanish: the monitor goes on killing. */
import { expect, test } from "bun:test";
import { appendFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cli, scratchProject, startMonitor, type Project } from "../support/launch.ts";
import { requireNamespace } from "../support/namespace.ts";
import { hasCode } from "../support/proc.ts";
import { until } from "../support/ready.ts";
import { needs, type Part } from "../support/skip.ts";
import { dies, SCALED, startRunaway } from "./scaled.ts";

requireNamespace();

/** This test's own mount namespace makes mounts invisible to everybody else. */
const mount = (...args: readonly string[]): number =>
  Bun.spawnSync(["mount", ...args], { stderr: "ignore" }).exitCode;
const unmount = (path: string): void => void Bun.spawnSync(["umount", "--lazy", path]);

const tmpfs: Part = {
  name: "tmpfs",
  missing: () => {
    using probe = scratchProject(null);
    if (mount("-t", "tmpfs", "tmpfs", probe.directory) !== 0)
      return "no file system can be mounted; run it as root";
    unmount(probe.directory);
    return null;
  },
};

/** The project with a file system of its own mounted in it. */
function withMount(project: Project, path: string, options: string): Project {
  const where = join(project.directory, path);
  mkdirSync(where, { recursive: true, mode: 0o700 });
  if (mount("-t", "tmpfs", "-o", options, "tmpfs", where) !== 0) throw new Error(`no mount on ${where}`);
  return {
    ...project,
    [Symbol.dispose]: () => {
      unmount(where);
      project[Symbol.dispose]();
    },
  };
}

/** A small disk of its own for .kiro. */
function projectOnDisk(sizeKb: number): Project {
  const project = withMount(scratchProject(null), ".kiro", `size=${sizeKb}k,mode=700`);
  project.writeConfig(SCALED);
  return project;
}

/** Writes until there is no more room. */
function fill(path: string): void {
  try {
    for (;;) appendFileSync(path, "x".repeat(4_096));
  } catch (error) {
    if (!hasCode(error, "ENOSPC")) throw error;
  }
}

async function oneDies(): Promise<boolean> {
  await using runaway = await startRunaway();
  return await dies(runaway.root);
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
  // startMonitor waits for the journal, which cannot be written here
  await using runaway = await startRunaway();
  const child = Bun.spawn([...cli, "monitor", "--yes"], {
    cwd: project.directory,
    env: { ...process.env, ...project.env },
    stdio: ["ignore", "ignore", "ignore"],
  });
  try {
    expect(await dies(runaway.root)).toBe(true);
  } finally {
    child.kill("SIGKILL");
    await child.exited;
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

test.each(["logs", "state", ""])(
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
