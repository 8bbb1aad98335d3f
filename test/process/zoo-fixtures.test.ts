/** The fixtures behave as their rows say, seen from outside: else the zoo would prove nothing. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { requireNamespace } from "../support/namespace.ts";
import { readStat, startFixture, until, type Fixture } from "../support/ready.ts";

requireNamespace();

const start = (file: string, ...args: readonly string[]): Promise<Fixture> =>
  startFixture([process.execPath, resolve(import.meta.dir, "../fixtures", file), ...args]);

const ticks = (pid: number): number => readStat(pid)?.ticks ?? 0;
const number = (file: "io" | "status", pid: number, key: string): number =>
  Number(new RegExp(`^${key}:\\s+(\\d+)`, "m").exec(readFileSync(`/proc/${pid}/${file}`, "latin1"))?.[1]);

test("Z02: spins, and its SIGTERM handler never runs", async () => {
  await using fixture = await start("zoo/z02-microtask-loop.ts");
  const { pid } = fixture.root;
  process.kill(pid, "SIGTERM");
  const before = ticks(pid);
  expect(await until(() => ticks(pid) > before + 20)).toBe(true);
});

test("Z03: spins, and SIGTERM is enough", async () => {
  await using fixture = await start("zoo/z03-immediate-storm.ts");
  const { pid } = fixture.root;
  expect(await until(() => ticks(pid) > 20)).toBe(true);
  process.kill(pid, "SIGTERM");
  expect(await until(() => readStat(pid) === null)).toBe(true);
});

test("Z05: writes and writes, and moves no bytes", async () => {
  await using fixture = await start("zoo/z05-epipe-storm.ts");
  const { pid } = fixture.root;
  const written = number("io", pid, "wchar");
  expect(await until(() => number("io", pid, "syscw") > 20_000)).toBe(true);
  expect(number("io", pid, "wchar")).toBe(written);
});

test("Z14: uses no CPU, and its SIGTERM handler never runs", async () => {
  await using fixture = await start("zoo/z14-atomics-wait.ts");
  const { pid } = fixture.root;
  await until(() => readStat(pid)?.state === "S");
  process.kill(pid, "SIGTERM");
  const before = ticks(pid);
  await Bun.sleep(300);
  expect(readStat(pid)?.state).toBe("S");
  expect(ticks(pid) - before).toBeLessThan(5);
});

test("Z19: the leader is a zombie, its threads spin", async () => {
  await using fixture = await start("zoo/z19-zombie-leader.ts");
  const { pid } = fixture.root;
  expect(readStat(pid)).toMatchObject({ state: "Z" });
  expect(readStat(pid)?.threads).toBeGreaterThan(1);
  const before = ticks(pid);
  expect(await until(() => ticks(pid) > before + 20)).toBe(true);
});

test("Z27: SIGTERM makes it another program under its pid and start time", async () => {
  await using fixture = await start("zoo/z27-exec.ts");
  const { pid, startTicks } = fixture.root;
  process.kill(pid, "SIGTERM");
  expect(await until(() => readStat(pid)?.comm === "sleep")).toBe(true);
  expect(readStat(pid)?.startTicks).toBe(startTicks);
});

test("L16: 900 MB resident, a few of them its own", async () => {
  await using fixture = await start("twins/mapped-file.ts");
  const { pid } = fixture.root;
  expect(number("status", pid, "VmRSS")).toBeGreaterThan(850_000);
  expect(number("status", pid, "RssAnon")).toBeLessThan(60_000);
});

test("L16: each of four shows the whole segment and costs a quarter of it", async () => {
  await using fixture = await start("twins/shared-memory.ts");
  expect(fixture.pids).toHaveLength(4);
  for (const { pid } of fixture.pids) {
    expect(number("status", pid, "RssShmem")).toBeGreaterThan(300_000);
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "latin1");
    expect(Number(/^Pss_Shmem:\s+(\d+)/m.exec(rollup)?.[1])).toBeLessThan(100_000);
  }
});

test("Z10: a plain kill of the parent leaves its child in a session of its own behind", async () => {
  await using fixture = await start("zoo/z10-own-session.ts");
  const [root, child] = fixture.pids;
  expect(child).toBeDefined();
  process.kill(root?.pid ?? 0, "SIGKILL");
  expect(await until(() => readStat(root?.pid ?? 0) === null)).toBe(true);
  expect(readStat(child?.pid ?? 0)).toMatchObject({ ppid: 1 });
});
