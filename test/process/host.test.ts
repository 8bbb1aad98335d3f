/** What every long-lived process of ours gets from host/run.ts, shown with one that is no monitor. */
import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { hasStopped } from "../../src/host/background.ts";
import { findService, socketsOf } from "../../src/host/sockets.ts";
import { ensureRuntimeDirectory, runtimePath } from "../../src/os/runtime-directory.ts";
import { connect, type RunningService } from "../../src/wire/client.ts";
import { MONITOR } from "../../src/wire/monitor.ts";
import { COUNTER, NAME } from "../fixtures/host/counter.ts";
import { scratchProject, startMonitor, type Project } from "../support/launch.ts";
import { requireNamespace } from "../support/namespace.ts";
import { allPids, readStat } from "../support/proc.ts";
import { startFixture, until } from "../support/ready.ts";

requireNamespace();

const PROGRAM = join(import.meta.dir, "../fixtures/host/counter.ts");
const FREEZER = join(import.meta.dir, "../fixtures/kill/freeze-and-hang.ts");
const start = ({ directory, env }: Project) =>
  Bun.spawn([process.execPath, PROGRAM], {
    cwd: directory,
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });

async function found(): Promise<RunningService<typeof COUNTER>> {
  for (const endMs = performance.now() + 30_000; performance.now() < endMs;) {
    const running = await findService(COUNTER, NAME);
    if (running !== null) return running;
    await Bun.sleep(20);
  }
  throw new Error("no counter runs");
}

test("it is found, asked and followed; a second one is refused; it follows its configuration, and ends as asked", async () => {
  using project = scratchProject({ maxConcurrentProcesses: 2 });
  const child = start(project);
  try {
    const running = await found();
    expect(running.about).toMatchObject({ pid: child.pid, step: 2, protocol: 1, project: project.directory });
    const stream = running.counts(new AbortController().signal);
    expect((await stream.next()).value).toMatchObject({ snapshot: 0 });
    expect(await running.add(3)).toBe(6);
    expect((await stream.next()).value).toMatchObject({ changes: [6] });

    const second = start(project);
    expect(await second.exited).toBe(1);
    expect(await second.stderr.text()).toContain(`A counter already runs: pid ${child.pid}.`);

    project.writeConfig({ maxConcurrentProcesses: 5 });
    expect((await stream.next()).value).toMatchObject({ changes: [-5] });

    expect(await hasStopped(running, 30_000)).toBe(true);
    // its lock is free a moment earlier
    expect(["Z", "gone"]).toContain(readStat(child.pid)?.state ?? "gone");
    expect(await child.exited).toBe(0);
    expect((await stream.next()).done).toBe(true);
    expect(project.events().map(({ type }) => type)).toEqual(["trouble", "config-changed"]);
  } finally {
    child.kill("SIGKILL");
  }
});

test("one that was killed leaves nothing in the way of the next", async () => {
  using project = scratchProject({ maxConcurrentProcesses: 1 });
  const first = start(project);
  await found();
  first.kill("SIGKILL");
  await first.exited;
  expect(await findService(COUNTER, NAME)).toBeNull();
  const next = start(project);
  try {
    expect((await found()).about.pid).toBe(next.pid);
    next.kill("SIGTERM");
    expect(await next.exited).toBe(0);
  } finally {
    next.kill("SIGKILL");
  }
});

test("one that may have to kill has continued what an earlier one froze, and has its guard and its room from the start", async () => {
  using project = scratchProject({ maxConcurrentProcesses: 1 });
  const directory = runtimePath(ensureRuntimeDirectory(process.getuid?.() ?? -1), "frozen", "d");
  await using frozen = await startFixture(["sh", "-c", "echo ready $$; exec sleep 1000"]);
  const { pid } = frozen.root;
  const earlier = await startFixture([process.execPath, FREEZER, directory, String(pid)]);
  const guards = (): number[] => allPids().filter((each) => readStat(each)?.ppid === earlier.root.pid);
  expect(await until(() => readStat(pid)?.state === "T" && guards().length > 0)).toBe(true);
  for (const each of guards()) process.kill(each, "SIGKILL");
  await earlier[Symbol.asyncDispose]();
  expect(readStat(pid)?.state).toBe("T");

  const child = start(project);
  try {
    const running = await found();
    expect(readStat(pid)?.state).not.toBe("T");
    expect(project.events().map(({ type }) => type)).toContain("thawed");
    expect(allPids().filter((each) => readStat(each)?.ppid === child.pid)).not.toEqual([]);
    const room = (): string[] => readdirSync(directory).filter((name) => name.includes(`-${child.pid}-`));
    expect(room().every((name) => name.endsWith(".spare"))).toBe(true);
    expect(room().length).toBe(2);
    expect(await hasStopped(running, 30_000)).toBe(true);
    expect(room()).toEqual([]);
  } finally {
    child.kill("SIGKILL");
  }
});

test("a monitor's events can be followed, each as the journal has it", async () => {
  using project = scratchProject({ processTimeoutMs: 600_000 });
  await using _ = await startMonitor(project);
  const [path = ""] = socketsOf("monitor-");
  const monitor = await connect(path, MONITOR);
  if (monitor === null) throw new Error("no monitor runs");
  const stream = monitor.events(new AbortController().signal);
  expect((await stream.next()).value?.snapshot?.monitorPid).toBe(monitor.about.pid);
  project.writeConfig({ processTimeoutMs: 700_000 });
  const seen: string[] = [];
  while (!seen.includes("config-changed"))
    seen.push(...((await stream.next()).value?.changes ?? []).map(({ type }) => type));
  await stream.return();
});
