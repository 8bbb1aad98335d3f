/** The guard thaws what we froze when we cannot any more; what it does not know it leaves alone. */
import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { thaw } from "../../../src/kill/thaw.ts";
import { openControl } from "../../../src/os/select.ts";
import { openFrozenRecord } from "../../../src/record/frozen.ts";
import type { WatchdogEvent } from "../../../src/core/plan/event.ts";
import { requireNamespace } from "../../support/namespace.ts";
import { allPids } from "../../support/proc.ts";
import { Random } from "../../support/random.ts";
import { type Fixture, isAlive, readStat, startFixture, until } from "../../support/ready.ts";

requireNamespace();

const seed = Number(process.env["BUN_WATCHDOG_TEST_SEED"] ?? 1);
const control = openControl();
const program = (name: string): string[] => [
  process.execPath,
  join(import.meta.dir, "../../fixtures/kill", `${name}.ts`),
];
const isStopped = (pid: number): boolean => readStat(pid)?.state === "T";

const childrenOf = (pid: number): number[] =>
  allPids().filter((each) => readStat(each)?.ppid === pid && readStat(each)?.state !== "Z");

const sleepers = async (count: number): Promise<Fixture> =>
  await startFixture([
    "sh",
    "-c",
    `pids=; for i in $(seq ${count}); do sleep 1000 & pids="$pids $!"; done; echo ready $$ $pids; wait`,
  ]);

const scratch = (): { path: string } & Disposable => {
  const path = mkdtempSync(join(tmpdir(), "bun-watchdog-frozen-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
};

const thawNow = (directory: string): { events: WatchdogEvent[]; pids: number[] } => {
  const events: WatchdogEvent[] = [];
  const ids = thaw({
    control,
    frozen: openFrozenRecord(directory, control),
    clock: { wallMs: () => 1, monotonicMs: () => 1, sleep: () => Promise.resolve() },
    journal: { write: (event) => void events.push(event) },
    describe: (pid) => `described ${pid}`,
  });
  return { events, pids: ids.map(({ pid }) => pid) };
};

test("when its pipe closes, the guard continues what it watches and ends; strangers stay as they are", async () => {
  await using fixture = await sleepers(3);
  const [, watched, reused, unwatched] = fixture.pids.map(({ pid }) => pid);
  const guard = await control.guard();
  await guard.watch([control.identify(watched!)!]);
  const other = control.identify(reused!)!;
  await guard.watch([{ ...other, startTicks: other.startTicks - 1 }]);
  for (const pid of [watched!, reused!, unwatched!]) process.kill(pid, "SIGSTOP");
  expect(await until(() => [watched!, reused!, unwatched!].every(isStopped))).toBe(true);
  await guard[Symbol.asyncDispose]();
  expect(await until(() => !isStopped(watched!))).toBe(true);
  expect([reused!, unwatched!].map(isStopped)).toEqual([true, true]);
});

test("one guard process serves every lease; each continues its own", async () => {
  await using fixture = await sleepers(2);
  const [, first, second] = fixture.pids.map(({ pid }) => pid);
  const kept = openControl();
  const before = new Set(childrenOf(process.pid));
  await using one = await kept.guard();
  const guards = childrenOf(process.pid).filter((pid) => !before.has(pid));
  const [guard = 0] = guards;
  const other = await kept.guard();
  await one.watch([kept.identify(first!)!]);
  await other.watch([kept.identify(second!)!]);
  expect(childrenOf(process.pid).filter((pid) => !before.has(pid))).toEqual(guards);
  expect(guards.length).toBe(1);
  expect(readStat(guard)?.sid).toBe(guard);
  for (const pid of [first!, second!]) process.kill(pid, "SIGSTOP");
  expect(await until(() => [first!, second!].every(isStopped))).toBe(true);
  await other[Symbol.asyncDispose]();
  expect(await until(() => !isStopped(second!))).toBe(true);
  expect(isStopped(first!)).toBe(true);
});

test("a guard that was killed is replaced by the next lease", async () => {
  const kept = openControl();
  const before = new Set(childrenOf(process.pid));
  await (await kept.guard())[Symbol.asyncDispose]();
  const killed = childrenOf(process.pid).find((pid) => !before.has(pid));
  process.kill(killed!, "SIGKILL");
  expect(await until(() => readStat(killed!) === null)).toBe(true);
  await using guard = await kept.guard();
  await guard.watch([]);
});

test("an owner that is stopped amid a freeze keeps nobody frozen", async () => {
  using directory = scratch();
  await using fixture = await sleepers(3);
  const victims = fixture.pids.slice(1).map(({ pid }) => pid);
  await using owner = await startFixture([
    ...program("freeze-and-hang"),
    directory.path,
    ...victims.map(String),
  ]);
  expect(await until(() => owner.lines.includes("frozen"))).toBe(true);
  expect(await until(() => victims.every(isStopped))).toBe(true);
  process.kill(owner.root.pid, "SIGSTOP");
  expect(await until(() => !victims.some(isStopped), 30_000)).toBe(true);
  // one that it stops the moment it goes on is continued too, should it be stopped again
  process.kill(victims[0]!, "SIGSTOP");
  process.kill(owner.root.pid, "SIGCONT");
  await Bun.sleep(100);
  process.kill(owner.root.pid, "SIGSTOP");
  expect(await until(() => !victims.some(isStopped), 30_000)).toBe(true);
}, 90_000);

test("a name with newlines and parentheses does not confuse the guard", async () => {
  await using named = await startFixture([
    process.execPath,
    "-e",
    String.raw`require("node:fs").writeFileSync("/proc/self/comm", "a) S 1\n2 (b"); console.log("ready", process.pid); setInterval(() => {}, 1e6)`,
  ]);
  const { pid } = named.root;
  await using guard = await control.guard();
  await guard.watch([control.identify(pid)!]);
  process.kill(pid, "SIGSTOP");
  expect(await until(() => isStopped(pid))).toBe(true);
  await guard[Symbol.asyncDispose]();
  expect(await until(() => !isStopped(pid))).toBe(true);
});

test("nothing stays frozen when its owner is SIGKILLed at any moment", async () => {
  using directory = scratch();
  await using fixture = await sleepers(8);
  const victims = fixture.pids.slice(1).map(({ pid }) => pid);
  for (let round = 0; round < 12; round++) {
    await using owner = await startFixture([
      ...program("freeze-and-hang"),
      directory.path,
      ...victims.map(String),
    ]);
    // from "before the guard is up" to "all are frozen"
    await Bun.sleep(round * 2);
    process.kill(owner.root.pid, "SIGKILL");
    expect(await until(() => !isAlive(owner.root))).toBe(true);
    expect(await until(() => !victims.some(isStopped))).toBe(true);
  }
  expect(victims.every((pid) => readStat(pid) !== null)).toBe(true);
});

test("nothing stays frozen when a termination is SIGKILLed at any moment", async () => {
  const random = new Random(seed);
  for (let round = 0; round < 6; round++) {
    await using forker = await startFixture(program("forker"));
    await using owner = await startFixture([
      "sh",
      "-c",
      'echo ready $$; exec "$@"',
      "sh",
      ...program("terminate"),
      String(forker.root.pid),
      "1",
    ]);
    expect(await until(() => owner.lines.includes("freezing"), 10_000, 1)).toBe(true);
    // it takes about 10 ms from the first SIGSTOP to the SIGKILL of all of them
    await Bun.sleep(random.whole(0, 8));
    process.kill(owner.root.pid, "SIGKILL");
    expect(await until(() => !isAlive(owner.root))).toBe(true);
    const inSession = (): number[] => allPids().filter((pid) => readStat(pid)?.sid === forker.session);
    expect(await until(() => !inSession().some(isStopped))).toBe(true);
  }
});

test("owner and guard both SIGKILLed: the next start thaws, once, and says so", async () => {
  using directory = scratch();
  await using fixture = await sleepers(3);
  const victims = fixture.pids.slice(1).map(({ pid }) => pid);
  await using owner = await startFixture([
    ...program("freeze-and-hang"),
    directory.path,
    ...victims.map(String),
  ]);
  expect(await until(() => owner.lines.includes("frozen"))).toBe(true);
  expect(await until(() => victims.every(isStopped))).toBe(true);
  expect(thawNow(directory.path).pids).toEqual([]);
  expect(victims.every(isStopped)).toBe(true);
  const guard = Number(owner.lines.find((line) => line.startsWith("guard "))?.slice("guard ".length));
  process.kill(guard, "SIGKILL");
  process.kill(owner.root.pid, "SIGKILL");
  expect(await until(() => !isAlive(owner.root) && readStat(guard) === null)).toBe(true);
  expect(victims.every(isStopped)).toBe(true);

  const { events, pids } = thawNow(directory.path);
  expect(new Set(pids)).toEqual(new Set(victims));
  expect(await until(() => !victims.some(isStopped))).toBe(true);
  expect(events).toMatchObject([{ type: "thawed" }]);
  expect(thawNow(directory.path)).toEqual({ events: [], pids: [] });
});
