/** One class for every log of lines that has to be bounded: here it serves one that is no journal. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AppendLog, rotatedPaths } from "../../../src/record/append-log.ts";

let directory = "";
let path = "";
let said: string[] = [];
const open = (maxBytes?: number): AppendLog =>
  new AppendLog(path, {
    what: "the log of shop",
    lost: (lines) => `-- ${lines} lines are missing here --`,
    complain: (line) => said.push(line),
    keep: 2,
    ...(maxBytes === undefined ? {} : { maxBytes }),
  });
const lines = (): readonly string[] => readFileSync(path, "utf8").trimEnd().split("\n");

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "bun-watchdog-append-"));
  path = join(directory, "logs", "shop.log");
  said = [];
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test("lines are written as they are, after a torn one was ended", () => {
  mkdirSync(join(directory, "logs"));
  writeFileSync(path, "cut off");
  const log = open();
  log.write("up");
  log.close();
  expect(lines()).toEqual(["cut off", "up"]);
});

test("its size is bounded: what is put aside is kept as often as asked for", () => {
  const log = open(10);
  for (const line of ["first line", "second line", "third line", "fourth line"]) log.write(line);
  log.close();
  expect(lines()).toEqual(["fourth line"]);
  expect(rotatedPaths(path, 2).map((aside) => readFileSync(aside, "utf8"))).toEqual([
    "third line\n",
    "second line\n",
  ]);
  expect(existsSync(`${path}.3`)).toBe(false);
});

test("while nothing can be written lines wait; what was too much is told in the words of its owner", () => {
  writeFileSync(join(directory, "logs"), "a file in place of the folder");
  const log = open();
  for (let nth = 0; nth < 1_005; nth++) log.write(`line ${nth}`);
  expect(log.trouble).not.toBeNull();
  expect(said).toHaveLength(1);
  expect(said[0]).toContain(`the log of shop ${path} cannot be written`);
  rmSync(join(directory, "logs"));
  log.write("again");
  log.close();
  expect(log.trouble).toBeNull();
  expect(lines().slice(-2)).toEqual(["again", "-- 6 lines are missing here --"]);
  expect(lines()[0]).toBe("line 6");
});
