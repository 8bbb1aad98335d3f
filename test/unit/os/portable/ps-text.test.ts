/** Lines of ps(1). The BSD ones are written by the manual of macOS: this was never run there. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { below, membersOf, withoutOwn } from "../../../../src/os/portable/members.ts";
import { formatStart, parseNamespaces, parsePs } from "../../../../src/os/portable/ps-text.ts";

const captured = (name: string): Promise<string> =>
  Bun.file(join(import.meta.dir, "../../../fixtures/captured/portable", name)).text();

const MORNING = Date.UTC(2026, 10, 26, 3, 47, 46) / 1000;
const EARLIER = Date.UTC(2026, 10, 5, 9, 0, 0) / 1000;

test("procps: groups and sessions of another namespace, and what has ended, are unknown", async () => {
  const rows = parsePs(await captured("ps-procps.txt"), "procps");
  expect([...rows.keys()]).toEqual([1, 2, 3, 4, 5]);
  expect(rows.get(1)).toEqual({
    pid: 1,
    ppid: 0,
    pgid: null,
    sid: null,
    uid: 0,
    threads: 1,
    terminal: false,
    foreground: false,
    state: "sleeping",
    startS: MORNING,
    exe: "/usr/bin/dash",
    deleted: false,
  });
  expect(rows.get(2)).toMatchObject({
    sid: 2,
    threads: 11,
    terminal: true,
    foreground: true,
    startS: EARLIER,
    exe: "/opt/my tools/bin/bun.exe",
    deleted: true,
  });
  expect(rows.get(3)).toMatchObject({ uid: 1000, terminal: true, foreground: false, state: "stopped" });
  expect(rows.get(4)).toMatchObject({ state: "zombie", threads: 8, exe: null });
  expect(rows.get(5)).toMatchObject({ state: "uninterruptible", foreground: true });
});

test("BSD: threads are unknown, and the session of all but its leader", async () => {
  const rows = parsePs(await captured("ps-bsd-by-manual.txt"), "bsd");
  expect(rows.get(1)).toMatchObject({ sid: 1, threads: null, terminal: false, exe: "/sbin/launchd" });
  expect(rows.get(501)).toMatchObject({
    sid: 501,
    pgid: 501,
    uid: 501,
    terminal: true,
    foreground: true,
    startS: EARLIER,
    exe: "/Applications/My Tools.app/Contents/MacOS/bun",
  });
  expect(rows.get(502)).toMatchObject({ sid: null, state: "uninterruptible" });
  expect(rows.get(503)).toMatchObject({ state: "zombie", exe: null });
  expect(rows.get(504)).toMatchObject({ terminal: false, state: "sleeping", sid: null });
});

test.each([
  "",
  "ps: illegal option",
  "  PID  PPID",
  "1 0 1 0 1 1 ? S Thu Foo 26 03:47:46 2026 /x",
  "1 0 1 0 1 1 ? S yesterday /x",
])("no process in %j", (text) => {
  expect(parsePs(text, "procps").size).toBe(0);
});

test.each([MORNING, EARLIER, 0])("a start time of %d s reads the same both ways", (startS) => {
  const text = `1 0 1 0 1 1 ? S ${formatStart(startS)} /x`;
  expect(parsePs(text, "procps").get(1)?.startS).toBe(startS);
});

const line = (pid: number, ppid: number): string => `${pid} ${ppid} 1 0 1 1 ? S ${formatStart(MORNING)} /x`;

test("a pid that is there twice is there not at all: one of the lines may be part of a name", () => {
  const text = [line(7, 1), line(8, 1), line(7, 8)].join("\n");
  expect([...parsePs(text, "procps").keys()]).toEqual([8]);
});

test("namespaces: unreadable ones are missing", () => {
  expect(parseNamespaces("  1 4026531836\n  2          -\n")).toEqual(new Map([[1, "4026531836"]]));
});

test("members: roots and everybody below, without ourselves and what we started", async () => {
  const rows = parsePs(await captured("ps-procps.txt"), "procps");
  expect(below(rows, [2])).toEqual([2, 5]);
  expect(membersOf(rows, ({ pid }) => pid === 2)).toEqual([2, 5]);
  expect([...withoutOwn(rows, 2).keys()]).toEqual([1, 3, 4]);
});
