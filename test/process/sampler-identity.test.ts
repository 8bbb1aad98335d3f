/** Which processes are Bun, and what is said of them. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { copyFileSync, existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { newSampler, ownUid, readyPids, sampleWhere, scratch, startChild } from "../support/sampling.ts";

const fixture = (name: string): string => resolve(import.meta.dir, `../fixtures/sampler/${name}.ts`);
const idle = fixture("idle");
const exeOf = (path: string): string => {
  const { dev, ino } = statSync(path, { bigint: true });
  return `${dev}:${ino}`;
};

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
  test("is sampled with everything there is to know", async () => {
    using sampler = newSampler();
    await using child = startChild([process.execPath, idle, "--token", "s3cr3t"], { cwd: directory.path });
    await readyPids(child);
    const before = Date.now();
    const { processes, machine, atMs } = sampler.sample();
    const sample = processes.get(child.pid);
    expect(sample).toMatchObject({
      id: { pid: child.pid, exe: exeOf(process.execPath) },
      ppid: process.pid,
      uid: ownUid,
      user: Bun.spawnSync(["id", "-un"]).stdout.toString().trim(),
      runtime: "bun",
      kind: "run",
      exePath: process.execPath,
      argv: [process.execPath, idle, "--token", "s3cr3t"],
      cwd: directory.path,
      nested: false,
      terminal: false,
      foreground: false,
    });
    expect(sample?.command).toBe(`${process.execPath} ${idle} --token ***`);
    expect(sample?.memoryBytes).toBeGreaterThan(2 ** 20);
    expect(sample?.memoryBytes ?? Infinity).toBeLessThan(sample?.rssBytes ?? 0);
    expect(sample?.threads).toBeGreaterThan(0);
    expect(sample?.faults).toBeGreaterThan(0);
    expect(Math.abs(before - (sample?.ageMs ?? 0) - (sample?.startTimeMs ?? 0))).toBeLessThan(1000);
    expect(atMs).toBeGreaterThanOrEqual(before);
    expect(machine.cpus).toBeGreaterThan(0);
    expect(machine.availableBytes).toBeGreaterThan(2 ** 20);
  });

  test("is sampled with our own process, its parent", () => {
    using sampler = newSampler();
    expect(sampler.sample().processes.get(process.pid)?.kind).toBe("test");
  });
});

describe("names chosen to do harm", () => {
  const hostile = "a\nb\x1b[2J\u202e ) R 1 (";
  test("are one printable line, and raw where they are matched", async () => {
    const path = join(directory.path, `${hostile}.ts`);
    copyFileSync(idle, path);
    using sampler = newSampler();
    await using child = startChild([process.execPath, path, "x".repeat(4096), ""]);
    await readyPids(child);
    const sample = sampler.sample().processes.get(child.pid);
    expect(sample?.argv?.[1]).toBe(path);
    expect(sample?.command).not.toMatch(UNPRINTABLE);
    expect(sample?.command).toContain("a\\nb\\x1b[2J\\u202e ) R 1 (.ts");
    expect(sample?.command.length).toBeLessThanOrEqual(400);
  });

  test("that are no UTF-8, in the name, the arguments and the directory", async () => {
    using sampler = newSampler();
    const script = String.raw`d="$1/$(printf '\377\376)\n')"; mkdir -p "$d"; cp /bin/sleep "$d/s"; mv "$d/s" "$d/$(printf ') Z 1\n\377')"; cd "$d"; exec ./*Z* 1000`;
    await using child = startChild(["sh", "-c", script, "sh", directory.path]);
    const sample = await sampleWhere(sampler, child.pid, (found) => found?.exePath?.includes("Z 1") === true);
    expect(sample).toMatchObject({ ppid: process.pid, state: "sleeping", runtime: "other" });
    expect(sample?.cwd).toContain("\ufffd\ufffd)");
    expect(sample?.command).not.toMatch(UNPRINTABLE);
    expect(sampler.describe(child.pid)).not.toMatch(UNPRINTABLE);
  });
});
