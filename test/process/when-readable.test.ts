/** The kernel tells of a descriptor: here of pidfds, which become readable when their process ends. */
import { afterEach, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { openHandle } from "../../src/os/linux/pin/pidfd.ts";
import { whenReadable } from "../../src/os/linux/pin/when-readable.ts";
import { until } from "../support/ready.ts";

const cleanUp: (() => void)[] = [];
afterEach(() => {
  for (const undo of cleanUp.splice(0)) undo();
});

/** A child, and a descriptor that tells of its end. */
function aChild() {
  const child = Bun.spawn(["sleep", "600"], { stdio: ["ignore", "ignore", "ignore"] });
  const handle = openHandle(child.pid);
  if (typeof handle === "number") throw new Error(`pidfd_open failed with ${handle}`);
  const fd = handle.descriptor;
  if (fd === null) throw new Error("this kernel has no pidfd");
  cleanUp.push(() => {
    child.kill("SIGKILL");
    handle.close();
  });
  return { child, fd };
}

/** Addresses of the kernel's queues in our memory. */
const pollQueues = (): readonly string[] =>
  readFileSync("/proc/self/maps", "utf8")
    .split("\n")
    .filter((line) => line.includes("/[aio]"));

const openDescriptors = (): number => readdirSync("/proc/self/fd").length;

test("each is told once, when its own process ends", async () => {
  const told: number[] = [];
  const children = [aChild(), aChild(), aChild()];
  for (const [nth, { fd }] of children.entries())
    expect(whenReadable(fd, () => told.push(nth))).not.toBeNull();
  for (const nth of [1, 0, 2]) {
    children[nth]?.child.kill("SIGKILL");
    const before = told.length;
    expect(await until(() => told.length > before)).toBe(true);
  }
  expect(told).toEqual([1, 0, 2]);
});

test("one that has ended already is told at once", async () => {
  const { child, fd } = aChild();
  child.kill("SIGKILL");
  await child.exited;
  let told = false;
  whenReadable(fd, () => (told = true));
  expect(await until(() => told)).toBe(true);
});

test("what is taken back is not told, and the others are", async () => {
  const told: string[] = [];
  const [kept, dropped] = [aChild(), aChild()];
  const takeBack = whenReadable(dropped.fd, () => told.push("dropped"));
  whenReadable(kept.fd, () => told.push("kept"));
  takeBack?.();
  dropped.child.kill("SIGKILL");
  await dropped.child.exited;
  kept.child.kill("SIGKILL");
  expect(await until(() => told.length > 0)).toBe(true);
  expect(told).toEqual(["kept"]);
});

test("descriptors are given back when nobody waits any more", async () => {
  const { fd } = aChild();
  const before = openDescriptors();
  for (let round = 0; round < 20; round++) whenReadable(fd, () => {})?.();
  expect(await until(() => openDescriptors() <= before)).toBe(true);
});

test("the kernel's queue stays when nobody waits any more, and serves whoever waits next", async () => {
  const before = openDescriptors();
  const { fd } = aChild();
  whenReadable(fd, () => {})?.();
  expect(await until(() => openDescriptors() <= before + 1)).toBe(true);
  const queues = pollQueues();
  expect(queues).toHaveLength(1);
  // as many as fill it, if what was taken back stayed in it
  for (let round = 0; round < 1_500; round++) {
    const takeBack = whenReadable(fd, () => {});
    expect(takeBack).not.toBeNull();
    takeBack?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(pollQueues()).toEqual(queues);
});

test("more than there is room for are refused, not lost", async () => {
  const { child, fd } = aChild();
  let told = 0;
  const takeBacks = Array.from({ length: 5_000 }, () => whenReadable(fd, () => void told++));
  const accepted = takeBacks.filter((takeBack) => takeBack !== null).length;
  expect(accepted).toBeGreaterThanOrEqual(512);
  expect(accepted).toBeLessThan(5_000);
  child.kill("SIGKILL");
  expect(await until(() => told === accepted)).toBe(true);
});
