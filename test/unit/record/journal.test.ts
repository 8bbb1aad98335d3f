import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { WatchdogEvent } from "../../../src/core/plan/event.ts";
import type { RotationOptions } from "../../../src/record/append-log.ts";
import { openJournal, type EventJournal } from "../../../src/record/journal.ts";
import { parseJournal, readJournal } from "../../support/read-journal.ts";

const event = (atMs: number, what = "test"): WatchdogEvent => ({ type: "trouble", atMs, what });
const times = (path: string): number[] => readJournal(path).events.map(({ atMs }) => atMs);

let directory = "";
let path = "";
let said: string[] = [];
let journals: EventJournal[] = [];
const open = (options: RotationOptions = {}): EventJournal => {
  const journal = openJournal(path, { complain: (line) => said.push(line), ...options });
  journals.push(journal);
  return journal;
};
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "bun-watchdog-journal-"));
  path = join(directory, "state", "journal.jsonl");
  said = [];
});
afterEach(() => {
  for (const journal of journals) journal.close();
  journals = [];
  rmSync(directory, { recursive: true, force: true });
});

test("an event is in the file when write returns; directory 0700, file 0600", () => {
  const journal = open();
  journal.write(event(1, "line\nbreak \u001b[31m"));
  expect(readFileSync(path, "utf8")).toBe('{"type":"trouble","atMs":1,"what":"line\\nbreak \\u001b[31m"}\n');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(join(directory, "state")).mode & 0o777).toBe(0o700);
  expect(journal.trouble()).toBeNull();
});

test("a torn last line is ended before the next event", () => {
  open().write(event(1));
  appendFileSync(path, '{"type":"outcome","atMs":2,"vic');
  open().write(event(3));
  expect(times(path)).toEqual([1, 3]);
  expect(readJournal(path).torn).toBe(1);
});

test("two writers share one file", () => {
  const [a, b] = [open(), open()];
  for (let i = 0; i < 10; i++) (i % 2 === 0 ? a : b).write(event(i));
  expect(times(path)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test("bounded: the current file and three older ones", () => {
  const journal = open({ maxBytes: 200 });
  for (let i = 0; i < 100; i++) journal.write(event(i));
  const kept = times(path);
  expect(kept.at(-1)).toBe(99);
  expect(kept).toEqual(kept.map((_, index) => 100 - kept.length + index));
  expect(existsSync(`${path}.3`)).toBe(true);
  expect(existsSync(`${path}.4`)).toBe(false);
  for (const file of [path, `${path}.1`, `${path}.2`, `${path}.3`])
    expect(statSync(file).size).toBeLessThan(300);
});

test("a second writer notices the rotation of the first", () => {
  const [a, b] = [open({ maxBytes: 100 }), open({ maxBytes: 100 })];
  for (let i = 0; i < 8; i++) (i % 2 === 0 ? a : b).write(event(i));
  expect(times(path)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});

test("a removed file and a removed directory are made again", () => {
  const journal = open();
  journal.write(event(1));
  rmSync(path);
  journal.write(event(2));
  expect(times(path)).toEqual([2]);
  rmSync(join(directory, "state"), { recursive: true });
  journal.write(event(3));
  expect(times(path)).toEqual([3]);
  expect(said).toEqual([]);
});

test("what cannot be written is said once, kept, and written in order when it can be", () => {
  writeFileSync(join(directory, "state"), "a file in the way");
  const journal = open();
  journal.write(event(1));
  journal.write(event(2));
  expect(journal.trouble()).toMatch(/EEXIST|ENOTDIR/);
  expect(said).toHaveLength(1);
  expect(said[0]).toContain(path);
  rmSync(join(directory, "state"));
  journal.write(event(3));
  expect(journal.trouble()).toBeNull();
  expect(times(path)).toEqual([1, 2, 3]);
});

test("a long trouble loses the oldest events and says how many", () => {
  mkdirSync(path, { recursive: true });
  const journal = open();
  for (let i = 0; i < 1_005; i++) journal.write(event(i));
  rmSync(path, { recursive: true });
  journal.write(event(2_000));
  const { events } = readJournal(path);
  expect(events[0]?.atMs).toBe(6);
  expect(events.at(-1)).toEqual({
    type: "trouble",
    atMs: 2_000,
    what: "6 events could not be recorded and are lost",
  });
});

test("a symbolic link is not followed", () => {
  const precious = join(directory, "precious");
  writeFileSync(precious, "precious");
  mkdirSync(join(directory, "state"));
  symlinkSync(precious, path);
  const journal = open();
  journal.write(event(1));
  expect(journal.trouble()).toBe("ELOOP");
  expect(readFileSync(precious, "utf8")).toBe("precious");
});

test("a directory that cannot be written is survived", () => {
  // root ignores modes; a file as a parent does for everybody what a mode does for others
  mkdirSync(join(directory, "state"));
  chmodSync(join(directory, "state"), 0o500);
  const journal = open();
  expect(() => journal.write(event(1))).not.toThrow();
  chmodSync(join(directory, "state"), 0o700);
  journal.write(event(2));
  expect(times(path)).toEqual([1, 2]);
});

test.each([
  ["", 0, 0],
  ["\n\n", 0, 0],
  ['{"type":"a","atMs":1}\n', 1, 0],
  ['{"type":"a","atMs":1}\n{"type":"b","at', 1, 1],
  ['null\n[]\n3\n{"type":1,"atMs":1}\n{"type":"a","atMs":"1"}\n', 0, 5],
  ['\u0000\u0000\u0000\n{"type":"a","atMs":1}', 1, 1],
])("parseJournal %j", (text, events, torn) => {
  const read = parseJournal(text);
  expect([read.events.length, read.torn]).toEqual([events, torn]);
});

test("no journal reads as empty", () => {
  expect(readJournal(path)).toEqual({ events: [], torn: 0 });
});
