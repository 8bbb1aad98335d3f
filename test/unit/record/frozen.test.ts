import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ProcessId, ProcessState } from "../../../src/core/process/process.ts";
import type { Pin } from "../../../src/ports/control.ts";
import { fullDisk, ownMounts } from "../../support/full-disk.ts";
import { needs, root } from "../../support/skip.ts";
import { openFrozenRecord, parseRecord } from "../../../src/record/frozen.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "bun-watchdog-record-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const id = (pid: number, startTicks = pid): ProcessId => ({ pid, startTicks, exe: "8:1" });

const pinOf = (of: ProcessId, state: ProcessState): Pin => ({
  id: of,
  send: () => "sent",
  mark: () => false,
  exited: async () => false,
  status: () => ({ state, threads: 1, ppid: 1, pendingKill: false, frozen: false, service: null }),
  [Symbol.dispose]: () => undefined,
});

/** A watchdog of this start time; the others that live, or nobody reaps, are given. */
const record = (
  startTicks: number,
  living: readonly ProcessId[] = [],
  boot = "boot-1",
  state: ProcessState = "sleeping",
  at = directory,
) => {
  const alive = [...living, id(process.pid, startTicks)];
  return openFrozenRecord(at, {
    bootId: boot,
    identify: (pid) => alive.findLast((each) => each.pid === pid) ?? null,
    // nobody holds on to itself
    pin: (wanted) => (wanted.pid === process.pid ? "gone" : pinOf(wanted, state)),
  });
};

test("what a dead writer left is there for the next start, until it is removed", () => {
  record(1).add([id(100), id(200)]);
  const next = record(2);
  expect(next.entries()).toEqual([id(100), id(200)]);
  next.remove([id(100), id(200)]);
  expect(next.entries()).toEqual([]);
  expect(readdirSync(directory)).toEqual([]);
});

test("one that is removed only in part keeps its file", () => {
  record(1).add([id(100), id(200)]);
  const next = record(2);
  next.remove([id(100)]);
  expect(next.entries()).toEqual([id(100), id(200)]);
});

test("a living writer's entries are its own business, also after ours are gone", () => {
  const first = record(1);
  first.add([id(100)]);
  expect(first.entries()).toEqual([]);
  const text = readFileSync(join(directory, readdirSync(directory)[0]!), "utf8");
  const foreign = text
    .replace(`"pid":${process.pid},`, `"pid":77,`)
    .replace('"startTicks":1,', '"startTicks":7,');
  first.remove([id(100)]);
  writeFileSync(join(directory, "frozen-77-7.json"), foreign);
  expect(record(2, [id(77, 7)]).entries()).toEqual([]);
  record(2, [id(77, 7)]).remove([id(100)]);
  expect(readdirSync(directory)).toEqual(["frozen-77-7.json"]);
  expect(record(2, [id(77, 8)]).entries()).toEqual([id(100)]);
});

needs(root)("another account's record says nothing about whom to continue", () => {
  record(1).add([id(100)]);
  const [name = ""] = readdirSync(directory);
  expect(record(2).entries()).toEqual([id(100)]);
  chownSync(join(directory, name), 12_345, 12_345);
  expect(record(2).entries()).toEqual([]);
});

test("a record that cannot be replaced stays as it was", () => {
  const first = record(1);
  first.add([id(100)]);
  for (const at of [0, 1]) mkdirSync(join(directory, `frozen-${process.pid}-1-${at}.spare`));
  expect(() => first.add([id(200)])).toThrow("EISDIR");
  expect(record(2).entries()).toEqual([id(100)]);
});

test("of another boot: nothing to thaw", () => {
  record(1).add([id(100)]);
  expect(record(2, [], "boot-2").entries()).toEqual([]);
});

test("only the owner may read it, and no unfinished file stays", () => {
  rmSync(directory, { recursive: true });
  const first = record(1);
  first.add([id(100)]);
  const names = readdirSync(directory);
  expect(names).toHaveLength(1);
  expect(statSync(join(directory, names[0]!)).mode & 0o777).toBe(0o600);
  expect(statSync(directory).mode & 0o777).toBe(0o700);
  first.remove([id(100)]);
  expect(readdirSync(directory)).toEqual([]);
});

test.each([
  "",
  "{",
  "null",
  "[]",
  "{}",
  '{"boot":"boot-1"}',
  '{"boot":"boot-1","writer":{"pid":77,"startTicks":7,"exe":null},"entries":{}}',
  '{"boot":1,"writer":{"pid":77,"startTicks":7,"exe":null},"entries":[]}',
])("%j is no record and hinders nobody", (text) => {
  expect(parseRecord(text)).toBeNull();
  writeFileSync(join(directory, "frozen-77-7.json"), text);
  expect(record(2).entries()).toEqual([]);
});

test("of a record's entries only those that can be a process are read", () => {
  const entries = [id(100), id(1), id(0), { pid: 5 }, null, { pid: 5.5, startTicks: 1, exe: null }, "100"];
  const text = JSON.stringify({ boot: "b", writer: id(77), entries });
  expect(parseRecord(text)?.entries).toEqual([id(100)]);
});

test("a writer that has ended and that nobody reaps is a dead one", () => {
  const other = id(4242, 7);
  const path = join(directory, "frozen-4242-7.json");
  writeFileSync(path, JSON.stringify({ boot: "boot-1", writer: other, entries: [id(100)] }));
  expect(record(2, [other]).entries()).toEqual([]);
  expect(record(2, [other], "boot-1", "zombie").entries()).toEqual([id(100)]);
});

needs(ownMounts, "mount")("with room reserved a full disk keeps nobody from being written down", () => {
  using disk = fullDisk(join(directory, "disk"), 256);
  disk.free();
  const at = join(directory, "disk", "frozen.d");
  const written = record(1, [], "boot-1", "sleeping", at);
  using room = written.reserve();
  disk.fill();
  for (const each of [100, 200, 300]) {
    written.add([id(each)]);
    expect(record(2, [], "boot-1", "sleeping", at).entries()).toContainEqual(id(each));
  }
  written.remove([id(100)]);
  expect(record(2, [], "boot-1", "sleeping", at).entries()).toEqual([id(200), id(300)]);
  written.remove([id(200), id(300)]);
  expect(record(2, [], "boot-1", "sleeping", at).entries()).toEqual([]);
  written.add([id(400)]);
  expect(record(2, [], "boot-1", "sleeping", at).entries()).toEqual([id(400)]);
  const many = Array.from({ length: 5_000 }, (_, index) => id(1_000 + index));
  expect(() => written.add(many)).toThrow("ENOSPC");
  expect(record(2, [], "boot-1", "sleeping", at).entries()).toEqual([id(400)]);
  written.remove([id(400), ...many]);
  written.add([id(500)]);
  expect(record(2, [], "boot-1", "sleeping", at).entries()).toEqual([id(500)]);
  written.remove([id(500)]);
  room[Symbol.dispose]();
  expect(readdirSync(at)).toEqual([]);
});

test("room that a dead writer had reserved is given back by the next one", () => {
  record(1).reserve();
  using _ = record(2).reserve();
  expect(readdirSync(directory).toSorted()).toEqual(
    [0, 1].map((at) => `frozen-${process.pid}-2-${at}.spare`),
  );
});
