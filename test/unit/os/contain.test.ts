/** What holds a job: groups as plain directories, and the mark in an environment. What the kernel makes of them is in test/process. */
import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Group } from "../../../src/os/linux/contain/group.ts";
import { carriesMarker, Marked } from "../../../src/os/linux/contain/marked.ts";
import { memoryV1 } from "../../../src/os/linux/contain/memory-v1.ts";
import { JobRemains } from "../../../src/os/linux/contain/remains.ts";
import { ProcFiles } from "../../../src/os/linux/proc/proc-files.ts";
import { MB } from "../../support/build.ts";

const scratch = (): string => mkdtempSync(join(tmpdir(), "bun-watchdog-contain-"));

describe("a group's limit", () => {
  test("is believed when the kernel says it", () => {
    const group = new Group(scratch());
    expect(group.limit("memory.max", 100 * MB)).toBe(true);
    expect(readFileSync(join(group.directory, "memory.max"), "utf8")).toBe(String(100 * MB));
  });

  test("is not when it says something else", () => {
    const group = new Group(scratch());
    // takes everything, and tells nothing
    symlinkSync("/dev/null", join(group.directory, "memory.max"));
    expect(group.limit("memory.max", 100 * MB)).toBe(false);
  });

  test("in version 1 counts swap in, or the limit is none", () => {
    const own = new Group(scratch());
    const memory = memoryV1(own, "job", 100 * MB);
    if (typeof memory === "string") throw new Error(memory);
    const written = ["memory.limit_in_bytes", "memory.memsw.limit_in_bytes"].map((file) =>
      readFileSync(join(own.directory, "job", file), "utf8"),
    );
    expect(written).toEqual([String(100 * MB), String(100 * MB)]);
  });
});

describe("what is left of a job", () => {
  test("a group goes with those inside of it", () => {
    const group = new Group(join(scratch(), "job"));
    mkdirSync(join(group.directory, "a/b"), { recursive: true });
    expect(group.remove()).toBe(true);
    expect(existsSync(group.directory)).toBe(false);
  });

  test("and with its memory group", () => {
    const group = new Group(join(scratch(), "job"));
    mkdirSync(group.directory);
    let removed = 0;
    const memory = {
      nowBytes: () => 1,
      peakBytes: () => 2,
      kills: () => 0,
      pids: () => [],
      around: <T>(start: () => T): T => start(),
      onKill: () => {},
      limit: () => null,
      [Symbol.dispose]: () => void removed++,
    };
    new JobRemains({ kind: "cgroup2", directory: group.directory }, group, memory, new Marked("none"))[
      Symbol.dispose
    ]();
    expect([removed, existsSync(group.directory)]).toEqual([1, false]);
  });
});

test("a mark is a job's own, also that of a job which it is inside of", () => {
  const root = scratch();
  const add = (pid: number, environment: string): void => {
    mkdirSync(join(root, String(pid)));
    writeFileSync(join(root, String(pid), "environ"), environment);
  };
  add(10, "HOME=/\0BUN_WATCHDOG_JOB=1-2-3-4\0");
  add(11, "BUN_WATCHDOG_JOB=1-2-3-4/1-9-9-9\0");
  add(12, "BUN_WATCHDOG_JOB=1-9-9-9\0");
  add(13, "HOME=1-2-3-4\0");
  using proc = new ProcFiles(root);
  expect([10, 11, 12, 13, 14].map((pid) => carriesMarker(proc, pid, "1-2-3-4"))).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});
