/** What happens to processes between two samples. */
import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { until } from "../support/ready.ts";
import { killAll, newSampler, readyPids, sampleWhere, scratch, startChild } from "../support/sampling.ts";

const fixture = (name: string): string => resolve(import.meta.dir, `../fixtures/${name}.ts`);
const idle = fixture("sampler/idle");

/** A shell that becomes Bun at the first line that it reads. */
const startShell = (script: string): ReturnType<typeof startChild> =>
  startChild(["sh", "-c", 'echo ready; read line; exec "$1" "$2"', "sh", process.execPath, script]);

describe("exec", () => {
  test("from Bun into sleep changes the identity, not pid and start", async () => {
    using sampler = newSampler();
    await using child = startChild([process.execPath, fixture("kill/become-sleep")]);
    await readyPids(child);
    const before = sampler.sample().processes.get(child.pid);
    child.kill("SIGUSR2");
    const after = await sampleWhere(sampler, child.pid, (found) => found?.runtime === "other");
    expect(before?.runtime).toBe("bun");
    expect(after?.id).toMatchObject({ pid: child.pid, startTicks: before?.id.startTicks });
    expect(after?.id.exe).not.toBe(before?.id.exe ?? null);
    expect(after).toMatchObject({ kind: "other", exePath: expect.stringMatching(/sleep$/) });
  });

  test("from a known shell into Bun is noticed", async () => {
    using sampler = newSampler();
    await using child = startShell(idle);
    await readyPids(child);
    expect(sampler.sample().processes.get(child.pid)).toMatchObject({ runtime: "other", kind: "other" });
    child.write("go");
    // in the middle of the exec the program is the new one, and the arguments are the old ones
    expect(await sampleWhere(sampler, child.pid, (found) => found?.kind === "run")).toMatchObject({
      runtime: "bun",
      argv: [process.execPath, idle],
    });
  });

  test("a shell that waited and executes Bun is Bun since then", async () => {
    using sampler = newSampler();
    await using child = startShell(fixture("kill/become-sleep"));
    await readyPids(child);
    sampler.sample();
    await Bun.sleep(500);
    child.write("go");
    const turned = await sampleWhere(sampler, child.pid, (found) => found?.runtime === "bun");
    expect(turned?.bunForMs).toBeNumber();
    expect((turned?.ageMs ?? 0) - (turned?.bunForMs ?? 0)).toBeGreaterThanOrEqual(400);
    const later = await sampleWhere(
      sampler,
      child.pid,
      (found) => (found?.bunForMs ?? 0) > (turned?.bunForMs ?? 0),
    );
    expect(later?.runtime).toBe("bun");
  });

  test("who starts as Bun is Bun for as long as it exists", async () => {
    using sampler = newSampler();
    await using child = startChild([process.execPath, idle]);
    await readyPids(child);
    sampler.sample();
    expect(sampler.sample().processes.get(child.pid)?.bunForMs).toBeUndefined();
  });

  test("of Bun by Bun gives the new arguments, whenever the look falls", async () => {
    const hold = fixture("sampler/hold");
    using sampler = newSampler();
    await using parent = startChild([process.execPath, fixture("sampler/starts-bun"), hold]);
    await until(() => parent.lines.includes("ready"));
    for (let round = 0; round < 40; round++) {
      const known = parent.lines.length;
      parent.write(String(round));
      // all the while the child is cloned, executes, and starts
      while (parent.lines.length === known) {
        for (let look = 0; look < 20; look++) sampler.sample();
        await Bun.sleep(0);
      }
      const pid = Number(/^started (\d+)$/.exec(parent.lines.at(-1) ?? "")?.[1]);
      // its parent goes on a moment before the arguments are in their place
      const named = await sampleWhere(sampler, pid, (found) => (found?.argv ?? []).length > 0);
      expect(named?.argv).toEqual([process.execPath, hold, String(round)]);
    }
  });

  test("of the same executable gives the new arguments", async () => {
    using sampler = newSampler();
    await using child = startChild([
      "sh",
      "-c",
      'echo ready; read line; exec sh -c "$1"',
      "sh",
      "echo again; read x; exit 7",
    ]);
    await readyPids(child);
    sampler.sample();
    child.write("go");
    const after = await sampleWhere(
      sampler,
      child.pid,
      (found) => found?.argv?.[2]?.startsWith("echo again") === true,
    );
    expect(after?.argv).toEqual(["sh", "-c", "echo again; read x; exit 7"]);
  });
});

describe("a tree", () => {
  /** sh starts Bun and sleep behind a second shell, and prints the pids of all three. */
  const tree =
    '(sh -c \'"$0" "$1" <&3 >/dev/null & b=$!; sleep 1000 & echo ready $$ $b $! >&4; wait\' "$0" "$1") 3<&0 4>&1 & wait';

  test("is in view with its other processes, and loses those whose parent ends", async () => {
    using sampler = newSampler();
    await using child = startChild(["sh", "-c", tree, process.execPath, idle]);
    const [shell = 0, bun = 0, sleep = 0] = await readyPids(child);
    expect(await sampleWhere(sampler, bun, (found) => found?.runtime === "bun")).toMatchObject({
      ppid: shell,
    });
    expect(sampler.sample().processes.get(sleep)).toMatchObject({ ppid: shell, runtime: "other" });
    process.kill(shell, "SIGKILL");
    try {
      const orphan = await sampleWhere(sampler, bun, (found) => found !== undefined && found.ppid !== shell);
      expect(orphan?.runtime).toBe("bun");
      // sleep descends from no Bun process any more
      expect(await until(() => !sampler.sample().processes.has(sleep))).toBe(true);
      // a zombie until its parent has waited for it
      expect(await until(() => !sampler.sample().processes.has(shell))).toBe(true);
    } finally {
      killAll([bun, sleep]);
    }
    expect(await until(() => !sampler.sample().processes.has(bun))).toBe(true);
  });
});

describe("states", () => {
  test("stopped and continued", async () => {
    using sampler = newSampler();
    await using child = startChild([process.execPath, idle]);
    await readyPids(child);
    sampler.sample();
    child.kill("SIGSTOP");
    expect((await sampleWhere(sampler, child.pid, (found) => found?.state === "stopped"))?.state).toBe(
      "stopped",
    );
    child.kill("SIGCONT");
    expect((await sampleWhere(sampler, child.pid, (found) => found?.state === "sleeping"))?.state).toBe(
      "sleeping",
    );
  });

  test("a zombie keeps its name and identity, and has no memory", async () => {
    using sampler = newSampler();
    const script = '"$0" "$1" < /dev/null > /dev/null & echo ready $!; read line; exec sleep 1000';
    await using child = startChild([
      "sh",
      "-c",
      script,
      process.execPath,
      resolve(import.meta.dir, "../fixtures/twins/idle.ts"),
    ]);
    const [bun = 0] = await readyPids(child);
    const before = await sampleWhere(
      sampler,
      bun,
      (found) => found?.runtime === "bun" && found.argv !== null,
    );
    // a shell may reap it, sleep never does
    child.write("become sleep");
    await sampleWhere(sampler, child.pid, (found) => found?.argv?.[0] === "sleep");
    process.kill(bun, "SIGKILL");
    const after = await sampleWhere(
      sampler,
      bun,
      (found) => found?.state === "zombie" && found.threads === 1,
    );
    expect(after).toMatchObject({
      state: "zombie",
      threads: 1,
      memoryBytes: 0,
      runtime: "bun",
      ppid: child.pid,
    });
    expect(after?.id).toEqual(before?.id ?? { pid: 0, startTicks: 0, exe: null });
    expect(after?.argv).toEqual(before?.argv ?? null);
  });

  test("a zombie whose threads live has their memory", async () => {
    using sampler = newSampler();
    await using child = startChild([process.execPath, fixture("kill/leaderless")]);
    await readyPids(child);
    const sample = await sampleWhere(sampler, child.pid, (found) => found?.state === "zombie");
    expect(sample?.threads).toBeGreaterThan(1);
    expect(sample?.memoryBytes).toBeGreaterThan(2 ** 20);
  });
});

const threadNames = (pid: number): string[] =>
  readdirSync(`/proc/${pid}/task`).map((id) => readFileSync(`/proc/${pid}/task/${id}/comm`, "utf8").trim());

describe("numbers", () => {
  test("memory follows what is taken and given back", async () => {
    using sampler = newSampler();
    await using child = startChild([process.execPath, fixture("sampler/memory")]);
    await readyPids(child);
    const start = sampler.sample().processes.get(child.pid)?.memoryBytes ?? 0;
    child.write("take");
    const most = await sampleWhere(
      sampler,
      child.pid,
      (found) => (found?.memoryBytes ?? 0) > start + 60 * 2 ** 20,
    );
    expect(most?.memoryBytes).toBeGreaterThan(start + 60 * 2 ** 20);
    child.write("give");
    const least = await sampleWhere(
      sampler,
      child.pid,
      (found) => (found?.memoryBytes ?? 0) < start + 32 * 2 ** 20,
    );
    expect(least?.memoryBytes).toBeLessThan(start + 32 * 2 ** 20);
  });

  test("demand and processor time count all threads, and do not fall when one ends", async () => {
    using sampler = newSampler();
    await using child = startChild([process.execPath, fixture("sampler/threads")]);
    await readyPids(child);
    const demand = (): number => {
      const sample = sampler.sample().processes.get(child.pid);
      if (sample === undefined) throw new Error("the fixture is gone");
      return (
        sampler.inspect(new Map([[sample, new Set(["demand"] as const)]])).get(child.pid)?.demandNs ?? -1
      );
    };
    const [first, before] = [demand(), sampler.sample().processes.get(child.pid)];
    expect(first).toBeGreaterThan(0);
    expect(await until(() => demand() > first + 200e6)).toBe(true);
    const last = demand();
    expect(sampler.sample().processes.get(child.pid)?.cpuMs).toBeGreaterThan(before?.cpuMs ?? Infinity);
    expect(threadNames(child.pid)).toContain("Worker");
    child.write("end");
    expect(await until(() => child.lines.includes("ended"))).toBe(true);
    expect(await until(() => !threadNames(child.pid).includes("Worker"))).toBe(true);
    expect(demand()).toBeGreaterThanOrEqual(last);
  });

  test("who listens, with ports and paths; io and shares of memory", async () => {
    using sampler = newSampler();
    using directory = scratch();
    const path = join(directory.path, "x.sock");
    await using child = startChild([process.execPath, fixture("sampler/listen"), path]);
    const [, port] = await readyPids(child);
    const sample = sampler.sample().processes.get(child.pid);
    if (sample === undefined) throw new Error("the fixture is gone");
    const details = sampler
      .inspect(new Map([[sample, new Set(["io", "pss", "evidence"] as const)]]))
      .get(child.pid);
    expect(details?.listeners).toHaveLength(2);
    expect(details?.listeners).toContainEqual({ protocol: "tcp", address: String(port) });
    expect(details?.listeners).toContainEqual({ protocol: "unix", address: path });
    expect(details?.ioBytes).toBeGreaterThan(0);
    expect(details?.ioCalls).toBeGreaterThan(0);
    expect(details?.pssBytes).toBeGreaterThan(2 ** 20);
    expect(Object.keys(details ?? {})).not.toContain("demandNs");
  });

  test("of a process that is gone there are none", async () => {
    using sampler = newSampler();
    const child = startChild([process.execPath, idle]);
    await readyPids(child);
    const sample = sampler.sample().processes.get(child.pid);
    child.kill("SIGKILL");
    await child.exited;
    const wanted = new Set(["demand", "io", "pss", "evidence"] as const);
    expect(sampler.inspect(new Map(sample === undefined ? [] : [[sample, wanted]])).size).toBe(0);
  });
});

const descriptors = (): number => readdirSync("/proc/self/fd").length;

test("thousands of short lives leave no descriptor and no process behind", async () => {
  const before = descriptors();
  const sampler = newSampler();
  sampler.sample();
  const child = startChild([
    "sh",
    "-c",
    "n=2000; while [ $n -gt 0 ]; do /bin/true; n=$((n-1)); done; echo ready",
  ]);
  let passes = 0;
  while (!child.lines.includes("ready")) {
    sampler.sample();
    passes++;
    await Bun.sleep(0);
  }
  await child.exited;
  expect(passes).toBeGreaterThan(0);
  expect([...sampler.sample().processes.values()].filter(({ ppid }) => ppid === process.pid)).toEqual([]);
  sampler.close();
  // the child's own pipes close a moment after it
  expect(await until(() => descriptors() <= before)).toBe(true);
});
