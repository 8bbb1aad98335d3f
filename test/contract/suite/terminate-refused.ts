/** Targets that cannot be ended, or not by us: named for what they are, and no hindrance to the others. */
import { expect, test } from "bun:test";
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { terminate } from "../../../src/kill/terminate.ts";
import { killPorts, resultsOf, stepFor, terminateTree, wordsOf } from "../../support/kill.ts";
import { requireNamespace } from "../../support/namespace.ts";
import { isAlive, readStat, startFixture, until } from "../../support/ready.ts";
import { needs, type Part, root } from "../../support/skip.ts";

requireNamespace();

const kill = join(import.meta.dir, "../../fixtures/kill");
const freezer = "/sys/fs/cgroup/freezer";
const v1Freezer: Part = {
  name: "v1 freezer cgroup",
  missing: () => (existsSync(`${freezer}/cgroup.procs`) ? null : `${freezer} is not mounted`),
};

const lastLine = (output: string) => JSON.parse(output.trim().split("\n").at(-1) ?? "");

needs(root, "setpriv")("Z25: a child of another account is named, its siblings are dead", async () => {
  const asNobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
  const start = `sleep 1000 & exec ${asNobody.join(" ")} "$0" "$1" $!`;
  await using tree = await startFixture([
    "sh",
    "-c",
    start,
    process.execPath,
    join(kill, "foreign-child.ts"),
  ]);
  const [victim, foreign, one, two] = tree.pids;
  const child = Bun.spawn([...asNobody, process.execPath, join(kill, "terminate.ts"), String(victim!.pid)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const results = resultsOf(lastLine(await new Response(child.stdout).text()));
  expect(results.get(foreign!.pid)).toEqual({ outcome: "not-permitted", uid: 0 });
  expect([victim, one, two].map((own) => results.get(own!.pid))).toEqual([
    { outcome: "gone" },
    { outcome: "gone" },
    { outcome: "gone" },
  ]);
  expect([victim, one, two].map((own) => isAlive(own!))).toEqual([false, false, false]);
  expect(isAlive(foreign!)).toBe(true);
});

needs(root, v1Freezer)(
  "Z18: a process in a frozen cgroup is uninterruptible, with SIGKILL pending",
  async () => {
    await using polite = await startFixture([process.execPath, join(kill, "polite.ts")]);
    const group = `${freezer}/bun-watchdog-test-${process.pid}-${Date.now()}`;
    mkdirSync(group);
    try {
      writeFileSync(`${group}/cgroup.procs`, String(polite.root.pid));
      writeFileSync(`${group}/freezer.state`, "FROZEN");
      using ports = killPorts();
      const outcome = await terminateTree(polite.root.pid, { graceMs: 50, verifyMs: 300 }, ports);
      expect(wordsOf(outcome)).toEqual(["uninterruptible"]);
      expect(isAlive(polite.root)).toBe(true);
      writeFileSync(`${group}/freezer.state`, "THAWED");
      expect(await until(() => !isAlive(polite.root))).toBe(true);
    } finally {
      writeFileSync(`${group}/freezer.state`, "THAWED");
      expect(await until(() => removed(group))).toBe(true);
    }
  },
);

/** A group can be removed once its last process has been reaped. */
const removed = (group: string): boolean => {
  try {
    rmdirSync(group);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EBUSY") return false;
    throw error;
  }
};

test("an error in the middle leaves nothing frozen", async () => {
  await using tree = await startFixture([process.execPath, join(kill, "tree.ts")]);
  using ports = killPorts();
  const before = ports.sampler.sample();
  const sampler = {
    ancestors: (pid: number) => ports.sampler.ancestors(pid),
    describe: (pid: number) => ports.sampler.describe(pid),
    sample: () => {
      if (ports.events.some(({ type }) => type === "freezing")) throw new Error("/proc is on fire");
      return ports.sampler.sample();
    },
  };
  const step = stepFor(before, tree.root.pid, { immediate: true });
  const failing = terminate(step, { ...ports, sampler }, { graceMs: 0, mayKill: () => true, before });
  expect(await failing.then(() => null, String)).toContain("/proc is on fire");
  expect(await until(() => tree.pids.every(({ pid }) => readStat(pid)?.state !== "T"))).toBe(true);
  expect(tree.pids.map(isAlive)).toEqual([true, true, true, true]);
  expect(ports.frozen.entries()).toEqual([]);
});

test.each(["guard", "record"])(
  "without a working %s nothing is frozen, and all the same dead",
  async (part) => {
    await using tree = await startFixture([process.execPath, join(kill, "tree.ts")]);
    using ports = killPorts();
    const before = ports.sampler.sample();
    const fail = () => {
      throw new Error(`no ${part}`);
    };
    const broken =
      part === "guard"
        ? { ...ports, control: { ...ports.control, guard: fail } }
        : { ...ports, frozen: { ...ports.frozen, add: fail } };
    const outcome = await terminate(stepFor(before, tree.root.pid, { immediate: true }), broken, {
      graceMs: 0,
      mayKill: () => true,
      before,
    });
    expect(new Set(wordsOf(outcome))).toEqual(new Set(["gone"]));
    expect(tree.pids.map(isAlive)).toEqual([false, false, false, false]);
    expect(outcome.outcomes.flatMap(({ signals }) => signals)).not.toContain("SIGSTOP");
    expect(ports.events.find(({ type }) => type === "trouble")).toMatchObject({
      what: expect.stringContaining(`no ${part}`),
    });
  },
);

test("a reader of our own output is KILLed without being frozen", async () => {
  await using tree = await startFixture([process.execPath, join(kill, "tree.ts")]);
  using ports = killPorts();
  const before = ports.sampler.sample();
  const [victim, reader] = tree.pids;
  const control = { ...ports.control, readersOfOurOutput: () => new Set([reader!.pid]) };
  const step = stepFor(before, victim!.pid, { immediate: true });
  const outcome = await terminate(step, { ...ports, control }, { graceMs: 0, mayKill: () => true, before });
  const signals = new Map(outcome.outcomes.map(({ id, signals: sent }) => [id.pid, sent]));
  expect(signals.get(reader!.pid)).toEqual(["SIGKILL"]);
  expect(signals.get(victim!.pid)).toEqual(["SIGSTOP", "SIGKILL"]);
  expect(tree.pids.map(isAlive)).toEqual([false, false, false, false]);
});
