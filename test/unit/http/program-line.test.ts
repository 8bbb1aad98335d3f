/** What programs say to the page's server: what is none of ours is refused, and what is ours is taken without what was added. */
import { describe, expect, test } from "bun:test";
import { parseProgramLine } from "../../../src/http/source/programs/program-line.ts";
import { RegisteredProgram } from "../../../src/http/source/programs/program.ts";
import type { ServerLine } from "../../../src/wire/programs.ts";

const gcStats = { collections: 0, duration: 0, beforeGC: null, afterGC: null, memoryFreed: 0, forced: false };
const reading = {
  timestamp: "2026-01-02T03:04:05.678Z",
  pid: 7,
  memory: { heapUsed: 1, heapTotal: 2, external: 3, rss: 4 },
  cpu: { userMs: 5, systemMs: 6 },
  uptime: 7,
  gcStats,
  eventLoop: { meanMs: 0.1, maxMs: 8 },
};
const hello = { type: "hello", version: 1, name: "a", mayCollect: true };
const collection = { ...gcStats, collections: 1, beforeGC: 5, afterGC: 3, memoryFreed: 2 };

test.each([
  [hello, hello],
  [{ ...hello, more: "x".repeat(100) }, hello],
  [
    { type: "reading", reading: { ...reading, env: { A: 1 } } },
    { type: "reading", reading },
  ],
  [
    { type: "collected", ask: 3, gcStats: collection },
    { type: "collected", ask: 3, gcStats: collection },
  ],
  [
    { type: "refused", ask: 3, because: "no" },
    { type: "refused", ask: 3, because: "no" },
  ],
])("%j is taken", (said, taken) => {
  const parsed: unknown = parseProgramLine(JSON.stringify(said));
  expect(parsed).toEqual(taken);
});

test("a name is one line, without secrets, and not long", () => {
  const name = `a\nb \u202e postgres://me:hunter2@db ${"x".repeat(500)}`;
  const taken = parseProgramLine(JSON.stringify({ ...hello, name }));
  const kept = taken?.type === "hello" ? taken.name : "";
  expect(kept).toStartWith("a\\nb \\u202e postgres://me:***@db xxx");
  expect(kept.length).toBeLessThanOrEqual(100);
});

describe("refused:", () => {
  test.each([
    "",
    "null",
    "[]",
    '"hello"',
    "{",
    '{"type":"stop"}',
    JSON.stringify({ ...hello, name: 7 }),
    JSON.stringify({ ...hello, version: "1" }),
    JSON.stringify({ type: "reading" }),
    JSON.stringify({ type: "reading", reading: { ...reading, timestamp: "today" } }),
    JSON.stringify({ type: "reading", reading: { ...reading, memory: { heapUsed: 1 } } }),
    JSON.stringify({ type: "reading", reading: { ...reading, uptime: null } }),
    JSON.stringify({ type: "reading", reading: { ...reading, gcStats: { ...gcStats, afterGC: 1 } } }),
    // more than a number holds: as JSON it would be none
    JSON.stringify({ type: "reading", reading }).replace('"rss":4', '"rss":1e999'),
    JSON.stringify({ type: "collected", ask: "1", gcStats }),
    '{"type":"refused","ask":1}',
  ])("%s", (text) => {
    expect(parseProgramLine(text)).toBeNull();
  });
});

const bytes = (...lines: readonly unknown[]): Uint8Array =>
  new TextEncoder().encode(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));

describe("a connection", () => {
  const said: ServerLine[] = [];
  const open = (): RegisteredProgram => {
    said.length = 0;
    return new RegisteredProgram({ pid: 41, startTicks: 5 }, (line) => said.push(line));
  };

  test("speaks for the process that it is, and keeps the last two minutes", () => {
    const program = open();
    expect(program.hear(bytes(hello), 0)).toBe(true);
    for (let at = 0; at < 200; at++)
      expect(program.hear(bytes({ type: "reading", reading: { ...reading, uptime: at } }), at * 1_000)).toBe(
        true,
      );
    const { id, pid, readings } = program.document();
    expect([id, pid, readings.length]).toEqual(["41-5", 41, 120]);
    expect(readings.map((each) => each.pid).every((each) => each === 41)).toBe(true);
    expect(readings.at(-1)?.uptime).toBe(199);
  });

  test.each([
    ["another version", bytes({ ...hello, version: 2 })],
    ["no line of ours", bytes({ type: "stop" })],
    ["a line without an end", new Uint8Array(3_000).fill(65)],
    ["a flood", bytes(...Array.from({ length: 30 }, () => ({ type: "reading", reading })))],
  ])("with %s is ended", (_, piece) => {
    expect(open().hear(piece, 0)).toBe(false);
  });

  test("an answer is for who has asked, and its end is one, too", async () => {
    const program = open();
    program.hear(bytes(hello), 0);
    const first = program.collect(true, 60_000);
    const second = program.collect(false, 60_000);
    expect(said).toEqual([
      { type: "collect", ask: 1, force: true },
      { type: "collect", ask: 2, force: false },
    ]);
    program.hear(
      bytes({ type: "collected", ask: 9, gcStats }, { type: "collected", ask: 1, gcStats: collection }),
      0,
    );
    expect(await first).toMatchObject({ gcStats: collection });
    program.end();
    expect(await second).toEqual({ because: "it has ended, or taken its registration back" });
    expect(program.document().collections).toHaveLength(2);
  });
});
