/** What both backends say of a process, and that what one of them cannot know is unknown. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { copyFileSync, existsSync, unlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { systemClock } from "../../../src/os/clock.ts";
import { backendName, openControl } from "../../../src/os/select.ts";
import { newSampler, ownUid, readyPids, sampleWhere, scratch, startChild } from "../../support/sampling.ts";
import { needs } from "../../support/skip.ts";

const fixture = (name: string): string => resolve(import.meta.dir, `../../fixtures/sampler/${name}.ts`);
const idle = fixture("idle");
const isPortable = backendName() === "portable";
const control = openControl();

/** The kernel tells start times in hundredths of a second. */
const TICK_MS = 10;
const UNPRINTABLE = /[\p{Cc}\p{Cf}]/u;
const directory = scratch();
const compiled = join(directory.path, "agent");
const copy = join(directory.path, "frobnicate");

beforeAll(() => {
  copyFileSync(process.execPath, copy);
  const build = Bun.spawnSync([process.execPath, "build", "--compile", idle, "--outfile", compiled]);
  if (!existsSync(compiled)) throw new Error(build.stderr.toString());
});
afterAll(() => directory[Symbol.dispose]());

describe("a script", () => {
  test("is sampled with what every system tells", async () => {
    using sampler = newSampler();
    await using child = startChild([process.execPath, idle, "--token", "s3cr3t"], { cwd: directory.path });
    await readyPids(child);
    const { processes } = sampler.sample();
    const sample = processes.get(child.pid);
    expect(sample).toMatchObject({
      id: control.identify(child.pid)!,
      ppid: process.pid,
      uid: ownUid,
      user: Bun.spawnSync(["id", "-un"]).stdout.toString().trim(),
      runtime: "bun",
      kind: "run",
      exePath: process.execPath,
      argv: [process.execPath, idle, "--token", "s3cr3t"],
      nested: false,
      terminal: false,
      foreground: false,
    });
    expect(sample?.command).toBe(`${process.execPath} ${idle} --token ***`);
    expect(sample?.cpuMs).toBeGreaterThanOrEqual(0);
    expect(sample?.rssBytes).toBeGreaterThan(2 ** 20);
    expect(processes.get(process.pid)?.kind).toBe("test");
  });

  needs("lsof")("is sampled with its working directory", async () => {
    using sampler = newSampler();
    await using child = startChild([process.execPath, idle], { cwd: directory.path });
    await readyPids(child);
    expect(sampler.sample().processes.get(child.pid)?.cwd).toBe(directory.path);
  });

  test("is the same process in every sample, and its age only grows", async () => {
    using sampler = newSampler();
    await using child = startChild([process.execPath, idle]);
    await readyPids(child);
    const samples = Array.from({ length: 12 }, () => {
      const { monotonicMs, processes } = sampler.sample();
      return { monotonicMs, sample: processes.get(child.pid)! };
    });
    expect(new Set(samples.map(({ sample }) => JSON.stringify(sample.id))).size).toBe(1);
    for (const [at, { monotonicMs, sample }] of samples.entries()) {
      const before = samples[at - 1];
      if (before === undefined) continue;
      expect(sample.ageMs - before.sample.ageMs).toBeCloseTo(monotonicMs - before.monotonicMs, -2);
      expect(sample.cpuMs).toBeGreaterThanOrEqual(before.sample.cpuMs);
    }
  });

  test("was born between the moments that its age allows", async () => {
    using sampler = newSampler();
    const beforeMs = systemClock.monotonicMs();
    await using child = startChild([process.execPath, idle]);
    const afterMs = systemClock.monotonicMs();
    await readyPids(child);
    const { monotonicMs, processes } = sampler.sample();
    const { ageMs, ageErrorMs = 0 } = processes.get(child.pid)!;
    expect(monotonicMs - ageMs - ageErrorMs).toBeLessThanOrEqual(afterMs);
    expect(monotonicMs - ageMs).toBeGreaterThanOrEqual(beforeMs - TICK_MS);
  });

  test("whose numbers this backend cannot read has none", async () => {
    using sampler = newSampler();
    await using child = startChild([process.execPath, idle]);
    await readyPids(child);
    const sample = sampler.sample().processes.get(child.pid)!;
    const details = sampler
      .inspect(new Map([[sample, new Set(["demand", "io", "pss"] as const)]]))
      .get(child.pid);
    const unknown = [
      sample.memoryBytes,
      sample.faults,
      details?.demandNs,
      details?.ioBytes,
      details?.pssBytes,
    ];
    expect(unknown.map((reading) => reading === null)).toEqual(Array.from({ length: 5 }, () => isPortable));
    expect(sampler.machine().availableBytes === null).toBe(isPortable);
  });

  needs("lsof")("says where it listens, or that it does not", async () => {
    using sampler = newSampler();
    await using server = startChild([process.execPath, fixture("listen"), join(directory.path, "a socket")]);
    await using quiet = startChild([process.execPath, idle]);
    await readyPids(quiet);
    const [, port = 0] = await readyPids(server);
    const { processes } = sampler.sample();
    const asked = [server.pid, quiet.pid].map((pid) => processes.get(pid)!);
    const found = sampler.inspect(new Map(asked.map((sample) => [sample, new Set(["evidence"] as const)])));
    expect(found.get(server.pid)?.listeners).toContainEqual({ protocol: "tcp", address: String(port) });
    expect(found.get(quiet.pid)?.listeners).toEqual([]);
  });
});

test("looking leaves no trace in what is seen", () => {
  using sampler = newSampler();
  for (let look = 0; look < 5; look++) {
    const seen = [...sampler.sample().processes.values()].filter(({ ppid }) => ppid === process.pid);
    expect(seen.map(({ command }) => command)).toEqual([]);
  }
});

test("a path with line feeds forges no process", async () => {
  const forged = join(
    directory.path,
    "x\n    1     0     1     0     1    1 ?        S    Thu Nov 26 03:03:28 2026 ",
  );
  copyFileSync("/bin/sleep", forged);
  using sampler = newSampler();
  await using child = startChild([forged, "1000"]);
  const sample = await sampleWhere(
    sampler,
    child.pid,
    (found) => found?.exePath?.includes("Nov 26") === true,
  );
  expect(sample).toMatchObject({ ppid: process.pid, runtime: "other" });
  expect(sample?.command).not.toMatch(UNPRINTABLE);
  expect(control.identify(1)?.startTicks).not.toBe(Date.UTC(2026, 10, 26, 3, 3, 28) / 1000);
});

describe("Bun is found", () => {
  test("as a copy with any name", async () => {
    using sampler = newSampler();
    await using child = startChild([copy, idle]);
    await readyPids(child);
    const sample = sampler.sample().processes.get(child.pid);
    expect(sample).toMatchObject({ runtime: "bun", kind: "run", exePath: copy });
  });

  test("when it says that it is node", async () => {
    using sampler = newSampler();
    await using child = startChild([process.execPath, idle], { argv0: "node" });
    await readyPids(child);
    expect(sampler.sample().processes.get(child.pid)).toMatchObject({
      runtime: "bun",
      kind: "run",
      argv: ["node", idle],
    });
  });

  test("when its executable was deleted", async () => {
    const gone = join(directory.path, "bun.exe");
    copyFileSync(process.execPath, gone);
    using sampler = newSampler();
    await using child = startChild([gone, idle]);
    await readyPids(child);
    unlinkSync(gone);
    expect(sampler.sample().processes.get(child.pid)).toMatchObject({
      runtime: "bun",
      exePath: gone,
    });
  });

  test("compiled into a program", async () => {
    using sampler = newSampler();
    await using child = startChild([compiled]);
    await readyPids(child);
    expect(sampler.sample().processes.get(child.pid)).toMatchObject({
      runtime: "compiled",
      kind: "compiled",
    });
  });

  test("and what is only called bun is not", async () => {
    const bun = join(directory.path, "bun");
    copyFileSync("/bin/sleep", bun);
    using sampler = newSampler();
    await using child = startChild([bun, "1000"]);
    expect(await sampleWhere(sampler, child.pid, (found) => found?.exePath === bun)).toMatchObject({
      runtime: "other",
      kind: "other",
    });
  });
});

describe("any process", () => {
  test("has ancestors up to pid 1", () => {
    using sampler = newSampler();
    const ancestors = sampler.ancestors(process.pid);
    expect(ancestors[0]).toBe(process.ppid);
    expect(ancestors.at(-1)).toBe(1);
  });

  test("can be described, until it is gone", async () => {
    using sampler = newSampler();
    const child = startChild(["sleep", "1000"]);
    expect(sampler.describe(child.pid)).toMatch(/sleep|bun/);
    child.kill("SIGKILL");
    await child.exited;
    expect(sampler.describe(child.pid)).toBeNull();
    expect(sampler.ancestors(child.pid)).toEqual([]);
  });
});
