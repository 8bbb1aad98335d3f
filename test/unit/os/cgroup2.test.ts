/** cgroup v2 as files: which group a job gets and what is written to it. What the kernel makes of it is for test/vm. */
import { afterEach, expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeCgroup2 } from "../../../src/os/linux/contain/cgroup2.ts";
import { capped } from "../../../src/os/linux/contain/caps.ts";
import { Group } from "../../../src/os/linux/contain/group.ts";
import type { Container } from "../../../src/ports/container.ts";
import { MB } from "../../support/build.ts";

const JOB = "4026531836-10-2000-1";
const trees: string[] = [];
afterEach(() => {
  for (const root of trees.splice(0)) rmSync(root, { recursive: true });
});

/** A directory per group, with the files given. */
function tree(groups: Readonly<Record<string, Readonly<Record<string, string>>>>): string {
  const root = mkdtempSync(join(tmpdir(), "bun-watchdog-cgroup2-"));
  trees.push(root);
  for (const [group, files] of Object.entries(groups)) {
    mkdirSync(join(root, group), { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(root, group, name), text);
  }
  return root;
}

function make(directory: string, memoryBytes: number | null): Container {
  const made = makeCgroup2(new Group(directory), { jobId: JOB, memoryBytes });
  if (typeof made === "string") throw new Error(made);
  return made;
}

const EVENTS = { "cgroup.events": "populated 1\nfrozen 0\n" };

test("in the root of all: the controller is handed down, the limit is the kernel's, processes live in a leaf", () => {
  const root = tree({ ".": {} });
  const container = make(root, 100 * MB);
  const group = join(root, `bun-watchdog-${JOB}`);
  expect(container.place).toEqual({ kind: "cgroup2", directory: group });
  expect(container.facts).toMatchObject({ memory: "kernel", whyNot: null });
  expect(readFileSync(join(root, "cgroup.subtree_control"), "utf8")).toBe("+memory");
  const written = ["memory.max", "memory.swap.max", "memory.oom.group"].map((name) =>
    readFileSync(join(group, name), "utf8"),
  );
  expect(written).toEqual([String(100 * MB), "0", "1"]);
  expect(existsSync(join(group, "main"))).toBe(true);
});

test("elsewhere: beside the group that we are in, where that one has no limit of its own", () => {
  const root = tree({
    slice: { ...EVENTS, "cgroup.subtree_control": "cpu memory\n" },
    "slice/scope": { ...EVENTS, "memory.max": "max\n" },
  });
  const container = make(join(root, "slice/scope"), 100 * MB);
  expect(container.place).toMatchObject({ directory: join(root, `slice/bun-watchdog-${JOB}`) });
  expect(container.facts.memory).toBe("kernel");
});

test.each([
  [
    "that one has a limit, which must not be evaded",
    "cpu memory\n",
    "1000000000\n",
    "would be free of its memory limit",
  ],
  ["memory is not handed down there", "cpu\n", "max\n", "does not hand the memory controller down"],
])("inside of our group and sampled, because %s", (_name, handedDown, limit, why) => {
  const root = tree({
    slice: { ...EVENTS, "cgroup.subtree_control": handedDown },
    "slice/scope": { ...EVENTS, "memory.max": limit },
  });
  const container = make(join(root, "slice/scope"), 100 * MB);
  expect(container.place).toMatchObject({ directory: join(root, `slice/scope/bun-watchdog-${JOB}`) });
  expect(container.facts.memory).toBe("sampled");
  expect(container.facts.whyNot).toContain(why);
});

test("a group that we have to ourselves: we move to a leaf of it, and the job's group is inside", () => {
  const scope = { ...EVENTS, "cgroup.procs": `${process.pid}\n`, "cgroup.controllers": "cpu memory pids\n" };
  const root = tree({ scope });
  const container = make(join(root, "scope"), 100 * MB);
  expect(readFileSync(join(root, "scope/bun-watchdog-wrapper/cgroup.procs"), "utf8")).toBe(
    String(process.pid),
  );
  expect(container.place).toMatchObject({ directory: join(root, `scope/bun-watchdog-${JOB}`) });
  expect(container.facts.memory).toBe("kernel");
});

test("later jobs of a process that moved to a leaf are made beside the first one, not deeper and deeper", () => {
  const scope = { ...EVENTS, "cgroup.procs": `${process.pid}\n`, "cgroup.controllers": "cpu memory pids\n" };
  const root = tree({ scope });
  make(join(root, "scope"), 100 * MB);
  // what the kernel does by itself when we move
  writeFileSync(join(root, "scope/cgroup.procs"), "");
  writeFileSync(join(root, "scope/bun-watchdog-wrapper/cgroup.events"), EVENTS["cgroup.events"]);
  for (const [jobId, memoryBytes] of [
    ["4026531836-10-2000-2", 100 * MB],
    ["4026531836-10-2000-3", null],
  ] as const) {
    const made = makeCgroup2(new Group(join(root, "scope/bun-watchdog-wrapper")), { jobId, memoryBytes });
    expect(made).toMatchObject({
      place: { directory: join(root, `scope/bun-watchdog-${jobId}`) },
      facts: { memory: memoryBytes === null ? "none" : "kernel" },
    });
  }
});

test("no limit: inside of our own group, whatever is handed down", () => {
  const root = tree({ scope: EVENTS });
  const container = make(join(root, "scope"), null);
  expect(container.place).toMatchObject({ directory: join(root, `scope/bun-watchdog-${JOB}`) });
  expect(container.facts).toMatchObject({ memory: "none", whyNot: null });
});

test("no container where the group is taken or cannot be made", () => {
  const root = tree({ [`scope/bun-watchdog-${JOB}`]: {}, scope: EVENTS });
  expect(makeCgroup2(new Group(join(root, "scope")), { jobId: JOB, memoryBytes: null })).toContain("EEXIST");
  expect(makeCgroup2(new Group(join(root, "none")), { jobId: JOB, memoryBytes: null })).toContain("ENOENT");
});

const CAPS = { cpuPercent: 150, threads: 64 };
const NOWHERE = { unified: null, freezer: null, memory: null, cpu: null, pids: null };

function makeCapped(directory: string, memoryBytes: number | null): Container {
  const wish = { jobId: JOB, memoryBytes, caps: CAPS };
  const made = makeCgroup2(new Group(directory), wish, capped(CAPS, NOWHERE).v2);
  if (typeof made === "string") throw new Error(made);
  return made;
}

test("caps: written to the job's group, and told as they are read back", () => {
  const root = tree({ ".": {} });
  const { facts } = makeCapped(root, null);
  const group = join(root, `bun-watchdog-${JOB}`);
  expect(facts.caps).toEqual([
    { cap: "cpuPercent", limit: 150, whyNot: null },
    { cap: "threads", limit: 64, whyNot: null },
  ]);
  const written = ["cpu.max", "pids.max"].map((name) => readFileSync(join(group, name), "utf8"));
  expect(written).toEqual(["150000 100000", "64"]);
});

test("caps: memory that is not handed down keeps nobody from the caps that are", () => {
  const root = tree({
    slice: { ...EVENTS, "cgroup.subtree_control": "cpu pids\n" },
    "slice/scope": { ...EVENTS, "memory.max": "max\n" },
  });
  expect(makeCapped(join(root, "slice/scope"), null)).toMatchObject({
    place: { directory: join(root, `slice/bun-watchdog-${JOB}`) },
    facts: { memory: "none", caps: [{ limit: 150 }, { limit: 64 }] },
  });
});

test.each([
  ["nothing is handed down", "\n", {}, "does not hand the cpu controller down"],
  ["a memory limit would be evaded", "cpu pids\n", { "memory.max": "1000\n" }, "free of its memory limit"],
  ["a cap would be evaded", "cpu pids\n", { "pids.max": "10\n" }, "free of its pids limit"],
])("caps: not kept, because %s", (_name, handedDown, files, why) => {
  const root = tree({
    slice: { ...EVENTS, "cgroup.subtree_control": handedDown },
    "slice/scope": { ...EVENTS, ...files },
  });
  const { place, facts } = makeCapped(join(root, "slice/scope"), null);
  expect(place).toMatchObject({ directory: join(root, `slice/scope/bun-watchdog-${JOB}`) });
  expect(facts.caps).toEqual([
    { cap: "cpuPercent", limit: null, whyNot: expect.stringContaining(why) },
    { cap: "threads", limit: null, whyNot: expect.stringContaining(why) },
  ]);
});

test("caps: a job in a job's group has the controllers enabled above it, which is ours", () => {
  const outer = `bun-watchdog-4026531836-9-1000-1`;
  const root = tree({ [outer]: EVENTS, [`${outer}/main`]: EVENTS });
  const { place, facts } = makeCapped(join(root, outer, "main"), null);
  expect(place).toMatchObject({ directory: join(root, outer, `bun-watchdog-${JOB}`) });
  expect(facts.caps.map(({ limit }) => limit)).toEqual([150, 64]);
});

test("usage: a kill counts when this limit was hit, not one inside of it", () => {
  const root = tree({ ".": {} });
  const container = make(root, 100 * MB);
  const say = (name: string, text: string): void =>
    writeFileSync(join(root, `bun-watchdog-${JOB}`, name), text);
  say("cpu.stat", "usage_usec 1500\nuser_usec 1000\n");
  say("memory.current", "4096\n");
  say("memory.peak", "8192\n");
  say("memory.events", "low 0\nmax 3\noom 1\noom_kill 2\n");
  say("memory.events.local", "low 0\nmax 0\noom 0\noom_kill 0\n");
  expect(container.usage()).toEqual({
    cpuMs: 1.5,
    memoryBytes: 4_096,
    memoryPeakBytes: 8_192,
    memoryKills: 0,
  });
  say("memory.events.local", "low 0\nmax 3\noom 1\noom_kill 0\n");
  expect(container.usage().memoryKills).toBe(2);
});

test("members are those of the groups inside as well, and nobody outside of our PID namespace", () => {
  const root = tree({ ".": {} });
  const container = make(root, null);
  writeFileSync(join(root, `bun-watchdog-${JOB}`, "main", "cgroup.procs"), `0\n${process.ppid}\n`);
  expect(container.members().map(({ pid }) => pid)).toEqual([process.ppid]);
  expect(container.killAll()).toBe(true);
  expect(readFileSync(join(root, `bun-watchdog-${JOB}`, "cgroup.kill"), "utf8")).toBe("1");
});

test("never asked to kill ourselves", () => {
  const root = tree({ ".": {} });
  const container = make(root, null);
  writeFileSync(join(root, `bun-watchdog-${JOB}`, "main", "cgroup.procs"), `${process.pid}\n`);
  expect(container.killAll()).toBe(false);
  expect(existsSync(join(root, `bun-watchdog-${JOB}`, "cgroup.kill"))).toBe(false);
});
