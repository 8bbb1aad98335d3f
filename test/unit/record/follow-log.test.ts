import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { followLog } from "../../../src/record/follow-log.ts";
import { LOG_FILE } from "../../../src/record/log-files.ts";

let directory = "";
let path = "";
const day = (date: number): string => join(directory, `bun-process-monitor-2026-01-0${date}.log`);
const linkTo = (date: number): void => {
  symlinkSync(day(date), `${path}.new`);
  renameSync(`${path}.new`, path);
};
const text = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, index) => `${from + index}\n`).join("");
beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), "bun-watchdog-follow-")), "logs");
  path = join(directory, LOG_FILE);
  mkdirSync(directory);
});
afterEach(() => rmSync(join(directory, ".."), { recursive: true, force: true }));

const last = async (lines: number): Promise<readonly string[]> =>
  Array.fromAsync(followLog(path, { lines, follow: false }));
const range = (from: number, to: number): string[] => text(from, to).trim().split("\n");

test.each([
  [0, []],
  [1, ["9"]],
  [3, ["7", "8", "9"]],
  [9, range(1, 9)],
  [100, range(1, 9)],
])("the last %d lines", async (lines, expected) => {
  writeFileSync(path, text(1, 9));
  expect(await last(lines)).toEqual(expected);
});

test("lines longer than a block, and none at all", async () => {
  writeFileSync(path, "");
  expect(await last(3)).toEqual([]);
  writeFileSync(path, `${"a".repeat(200_000)}\n${"b".repeat(70_000)}\n`);
  expect((await last(2)).map((line) => line.slice(0, 2))).toEqual(["aa", "bb"]);
  expect((await last(1)).map((line) => line.slice(0, 2))).toEqual(["bb"]);
});

test("earlier days fill up what today does not have", async () => {
  writeFileSync(day(1), text(1, 3));
  writeFileSync(day(2), text(4, 6));
  writeFileSync(day(3), text(7, 7));
  writeFileSync(day(4), "a later day is not ours\n");
  linkTo(3);
  expect(await last(5)).toEqual(range(3, 7));
  expect(await last(50)).toEqual(range(1, 7));
  expect(await last(1)).toEqual(["7"]);
});

test("a log that does not exist has no lines", async () => {
  expect(await last(5)).toEqual([]);
});

test("control characters do not reach the terminal", async () => {
  writeFileSync(path, "a\u001b[2Jb\n");
  expect(await last(1)).toEqual(["a\\x1b[2Jb"]);
});

/** Follows in the background; `next` waits for that many more lines. */
function following(lines: number): {
  next: (count: number) => Promise<readonly string[]>;
  stop: () => Promise<unknown>;
} {
  const abort = new AbortController();
  const iterator = followLog(path, { lines, follow: true, signal: abort.signal });
  return {
    next: async (count) => {
      const got: string[] = [];
      while (got.length < count) {
        const { value, done } = await iterator.next();
        if (done === true) throw new Error(`ended after ${got.join(",")}`);
        got.push(value);
      }
      return got;
    },
    stop: () => {
      abort.abort();
      return iterator.next();
    },
  };
}

test("follows what is added, whole lines only, and ends when told to", async () => {
  writeFileSync(path, text(1, 3));
  const log = following(2);
  expect(await log.next(2)).toEqual(["2", "3"]);
  appendFileSync(path, "4\n5");
  expect(await log.next(1)).toEqual(["4"]);
  appendFileSync(path, "x\n6\n");
  expect(await log.next(2)).toEqual(["5x", "6"]);
  expect(await log.stop()).toEqual({ done: true, value: undefined });
});

test("follows the link to the next day, the old day's last lines included", async () => {
  writeFileSync(day(1), text(1, 2));
  linkTo(1);
  const log = following(9);
  expect(await log.next(2)).toEqual(["1", "2"]);
  writeFileSync(day(2), "4\n");
  appendFileSync(day(1), "3\n");
  linkTo(2);
  expect(await log.next(2)).toEqual(["3", "4"]);
  appendFileSync(day(2), "5\n");
  expect(await log.next(1)).toEqual(["5"]);
  await log.stop();
});

test("waits for a log that does not exist yet, and for one that is removed and made again", async () => {
  rmSync(directory, { recursive: true });
  const log = following(9);
  const first = log.next(1);
  mkdirSync(directory);
  writeFileSync(path, "1\n");
  expect(await first).toEqual(["1"]);
  const second = log.next(1);
  rmSync(directory, { recursive: true });
  mkdirSync(directory);
  writeFileSync(path, "2\n");
  expect(await second).toEqual(["2"]);
  await log.stop();
});

test("a file that is cut to nothing goes on from its start", async () => {
  writeFileSync(path, text(1, 5));
  const log = following(1);
  expect(await log.next(1)).toEqual(["5"]);
  const next = log.next(1);
  truncateSync(path, 0);
  appendFileSync(path, "6\n");
  expect(await next).toEqual(["6"]);
  await log.stop();
});

test("a line that never ends, as a clone may bring one, is cut; plain and compressed", async () => {
  const endless = "x".repeat(8 * 1_024 ** 2);
  writeFileSync(`${day(1)}.gz`, Bun.gzipSync(`${endless}\n1\n`));
  writeFileSync(day(2), `${endless}\n2\n`);
  linkTo(2);
  const lines = await last(4);
  expect(lines.map((line) => line.slice(0, 2))).toEqual(["xx", "1", "xx", "2"]);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(4_000);
});
