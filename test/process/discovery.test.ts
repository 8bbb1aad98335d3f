/** Passes that list only what can be new, on the real /proc. The clock is an argument: no test waits for one to settle. */
import { expect, test } from "bun:test";
import { join, resolve } from "node:path";
import { Discovery } from "../../src/os/linux/sample/discovery.ts";
import { Identifier } from "../../src/os/linux/proc/identify.ts";
import { ProcFiles } from "../../src/os/linux/proc/proc-files.ts";
import { Class } from "../../src/os/linux/sample/roster.ts";
import { allPids } from "../support/proc.ts";
import { readyPids, startChild } from "../support/sampling.ts";

const idle = join(resolve(import.meta.dir, "../fixtures"), "sampler/idle.ts");
const TICK_MS = 10_000;

function openDiscovery() {
  const proc = new ProcFiles();
  const discovery = new Discovery(proc, new Identifier(proc), 10, () => true);
  let atMs = 0;
  return {
    roster: discovery.roster,
    pass: () => discovery.pass((atMs += TICK_MS)),
    forget: (pid: number) => discovery.forget(pid),
    pids: () => [...discovery.roster.now.pid.subarray(0, discovery.roster.now.length)],
    classOf: (pid: number) => discovery.roster.now.class[discovery.roster.indexOf(pid)],
    [Symbol.dispose]: () => {
      discovery[Symbol.dispose]();
      proc[Symbol.dispose]();
    },
  };
}

test("what starts between two of them is found, and known for Bun", async () => {
  using discovery = openDiscovery();
  for (let pass = 0; pass < 3; pass++) discovery.pass();
  for (let pass = 0; pass < 8; pass++) {
    await using child = startChild([process.execPath, idle]);
    await readyPids(child);
    expect(discovery.pass()).toBe(true);
    expect(discovery.classOf(child.pid)).toBe(Class.bun);
  }
});

test("nobody is lost, whole pass or not", async () => {
  using discovery = openDiscovery();
  for (let pass = 0; pass < 20; pass++) {
    await using child = startChild(["sh", "-c", "echo ready; read line"]);
    await readyPids(child);
    const there = allPids();
    discovery.pass();
    const stillThere = new Set(allPids());
    const missed = there.filter((pid) => stillThere.has(pid) && !discovery.pids().includes(pid));
    expect(missed).toEqual([]);
  }
});

test("who has ended is dropped by the next whole pass", async () => {
  using discovery = openDiscovery();
  const child = startChild(["sh", "-c", "echo ready; read line"]);
  await readyPids(child);
  for (let pass = 0; pass < 3; pass++) discovery.pass();
  expect(discovery.pids()).toContain(child.pid);
  await child[Symbol.asyncDispose]();
  for (let pass = 0; pass < 8; pass++) discovery.pass();
  expect(discovery.pids()).not.toContain(child.pid);
});
