import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Ledger,
  parseLedger,
  readLedger,
  withRun,
  writeLedger,
} from "../../../src/upkeep/store/ledger.ts";

const EMPTY: Ledger = { daily: [], weekly: [], monthly: [] };
let root = "";
let path = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "bun-watchdog-ledger-"));
  path = join(root, "state", "maintenance.json");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test("what is written is read back; 0700, 0600, nothing beside it", () => {
  expect(readLedger(path)).toEqual(EMPTY);
  const ledger = withRun(EMPTY, "weekly", { slotMs: 1, atMs: 2, result: null });
  writeLedger(path, ledger);
  expect(readLedger(path)).toEqual(ledger);
  expect(statSync(join(root, "state")).mode & 0o777).toBe(0o700);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(root, "state"))).toEqual(["maintenance.json"]);
});

test("a run that ends takes the place of its beginning; the oldest fall off; results are bounded", () => {
  let ledger = withRun(EMPTY, "daily", { slotMs: 0, atMs: 0, result: null });
  ledger = withRun(ledger, "daily", { slotMs: 0, atMs: 0, result: "x".repeat(10_000) });
  expect(ledger.daily).toHaveLength(1);
  expect(ledger.daily[0]?.result).toHaveLength(2_000);
  for (let slotMs = 1; slotMs <= 1_000; slotMs++)
    ledger = withRun(ledger, "daily", { slotMs, atMs: 0, result: "" });
  expect(ledger.daily).toHaveLength(400);
  expect(ledger.daily.at(-1)?.slotMs).toBe(1_000);
  expect(ledger.weekly).toEqual([]);
});

test.each([
  "",
  "{",
  "null",
  "[]",
  '{"schemaVersion":2,"daily":[],"weekly":[],"monthly":[]}',
  '{"schemaVersion":1,"daily":[],"weekly":[]}',
  '{"schemaVersion":1,"daily":[{"slotMs":"1","atMs":1,"result":null}],"weekly":[],"monthly":[]}',
  '{"schemaVersion":1,"daily":[{"slotMs":1,"atMs":1}],"weekly":[],"monthly":[]}',
])("%j is no record of runs, and is said rather than overwritten", (text) => {
  expect(parseLedger(text)).toBeNull();
  mkdirSync(join(root, "state"));
  writeFileSync(path, text);
  expect(() => readLedger(path)).toThrow(path);
});

test("a symbolic link in its place is replaced, not followed", () => {
  const precious = join(root, "precious");
  writeFileSync(precious, "precious");
  mkdirSync(join(root, "state"));
  symlinkSync(precious, path);
  symlinkSync(precious, `${path}.new`);
  writeLedger(path, EMPTY);
  expect(readFileSync(precious, "utf8")).toBe("precious");
  expect(readLedger(path)).toEqual(EMPTY);
});
