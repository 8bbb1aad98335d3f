/** What all records share: their directory, the replacing of a whole file, and when old ones go. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  chmodSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureDirectory } from "../../../src/record/replace-file.ts";
import { removeOldJournals } from "../../../src/record/journal.ts";
import { replaceFile } from "../../../src/record/replace-file.ts";
import { needs, root } from "../../support/skip.ts";

let directory = "";
const at = (name: string): string => join(directory, name);
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "bun-watchdog-files-"));
  chmodSync(directory, 0o755);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

needs(root)("no directory is made where another account's link leads", () => {
  mkdirSync(at("theirs"));
  symlinkSync("theirs", at("link"));
  lchownSync(at("link"), 12_345, 12_345);
  expect(() => ensureDirectory(at("link/state"))).toThrow("a symbolic link made by uid 12345");
  expect(readdirSync(at("theirs"))).toEqual([]);
});

test("a file is replaced as a whole, a link in its place is not followed, and only the owner may read it", () => {
  writeFileSync(at("precious"), "precious");
  symlinkSync("precious", at("record"));
  replaceFile(at("record"), "new");
  expect(readFileSync(at("record"), "utf8")).toBe("new");
  expect(readFileSync(at("precious"), "utf8")).toBe("precious");
  expect(statSync(at("record")).mode & 0o777).toBe(0o600);
  expect(readdirSync(directory).toSorted()).toEqual(["precious", "record"]);
});

test("where the new text cannot be written the old one stays", () => {
  replaceFile(at("record"), "old");
  mkdirSync(at("record.new"));
  expect(() => replaceFile(at("record"), "new")).toThrow();
  expect(readFileSync(at("record"), "utf8")).toBe("old");
});

test("put-aside journals go once their last line is older than what is kept, and nothing else does", () => {
  const nowMs = Date.UTC(2030, 0, 31);
  const days = (count: number): Date => new Date(nowMs - count * 86_400_000);
  for (const [name, age] of [
    ["journal.jsonl", 90],
    ["journal.jsonl.1", 29],
    ["journal.jsonl.2", 31],
    ["journal.jsonl.3", 90],
    ["journal.jsonl.notes", 90],
  ] as const) {
    writeFileSync(at(name), "x");
    utimesSync(at(name), days(age), days(age));
  }
  expect(removeOldJournals(at("journal.jsonl"), nowMs, 30)).toBe(2);
  expect(readdirSync(directory).toSorted()).toEqual([
    "journal.jsonl",
    "journal.jsonl.1",
    "journal.jsonl.notes",
  ]);
});
