/** Records against real deaths and a really full disk. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { WatchdogEvent } from "../../src/core/plan/event.ts";
import { LOG_FILE, openActivityLog } from "../../src/record/activity-log.ts";
import { openJournal } from "../../src/record/journal.ts";
import { readJournal } from "../support/read-journal.ts";
import { fullDisk, ownMounts } from "../support/full-disk.ts";
import { needs } from "../support/skip.ts";

let root = "";
let said: string[] = [];
const complain = (line: string): void => void said.push(line);
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "bun-watchdog-record-"));
  said = [];
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const event = (atMs: number): WatchdogEvent => ({ type: "trouble", atMs, what: `event ${atMs}` });
const long = (atMs: number): WatchdogEvent => ({ type: "trouble", atMs, what: "x".repeat(3_000) });
const numbers = (to: number): readonly number[] => Array.from({ length: to }, (_, index) => index);

test("every event written before a SIGKILL is in the journal, from five writers at once", async () => {
  const path = join(root, "state", "journal.jsonl");
  const fixture = join(import.meta.dir, "../fixtures/journal-writer.ts");
  const writers = numbers(5).map(() =>
    Bun.spawn([process.execPath, fixture, path, "200"], { stdin: "ignore", stdout: "ignore" }),
  );
  await Promise.all(writers.map(({ exited }) => exited));
  expect(writers.map(({ signalCode }) => signalCode)).toEqual(writers.map(() => "SIGKILL"));
  const { events, torn } = readJournal(path);
  expect(torn).toBe(0);
  expect(events.map(({ atMs }) => atMs).toSorted((a, b) => a - b)).toEqual(
    numbers(200).flatMap((index) => numbers(5).map(() => index)),
  );
});

needs(ownMounts, "mount")("a full disk costs the journal nothing but time", () => {
  using disk = fullDisk(join(root, "disk"));
  const path = join(root, "disk", "journal.jsonl");
  const journal = openJournal(path, { complain });
  for (const index of numbers(100)) journal.write(event(index));
  expect(journal.trouble()).toBe("ENOSPC");
  expect(said).toHaveLength(1);
  disk.free();
  journal.write(event(100));
  expect(journal.trouble()).toBeNull();
  expect(readJournal(path).events.map(({ atMs }) => atMs)).toEqual([...numbers(101)]);
  journal.close();
});

needs(ownMounts, "mount")("a disk that fills up in the middle of a line is repaired", () => {
  using disk = fullDisk(join(root, "disk"));
  disk.free();
  const path = join(root, "disk", "journal.jsonl");
  const journal = openJournal(path, { complain });
  let written = 0;
  while (journal.trouble() === null && written < 100) journal.write(long(written++));
  expect(journal.trouble()).toBe("ENOSPC");
  const { bavail } = statfsSync(join(root, "disk"));
  expect(bavail).toBe(0);
  // of the last one there is only a part
  expect(readJournal(path).events).toHaveLength(written - 1);
  rmSync(path);
  journal.write(long(written));
  // what did not fit is there; what was in the removed file is not
  expect(readJournal(path)).toEqual({ events: [long(written - 1), long(written)], torn: 0 });
  journal.close();
});

needs(ownMounts, "mount")("the log survives a full disk, says so once, and goes on", async () => {
  using disk = fullDisk(join(root, "disk"));
  const directory = join(root, "disk", "logs");
  const log = openActivityLog({ directory, level: "info", maxDays: 14, complain });
  for (const index of numbers(3)) {
    log.write(event(index));
    await log.close();
  }
  expect(log.trouble()).toContain("ENOSPC");
  expect(said).toHaveLength(1);
  disk.free();
  log.write(event(3));
  await log.close();
  expect(log.trouble()).toBeNull();
  const lines = readFileSync(join(directory, LOG_FILE), "utf8").split("\n");
  expect(lines.filter((line) => line !== "").map((line) => line.split(" ").at(-1))).toEqual([
    "0",
    "1",
    "2",
    "3",
  ]);
});

test("nothing of it throws when standard error is a full disk too", async () => {
  const path = join(root, "state");
  writeFileSync(path, "in the way");
  const program = `
    const { openJournal } = await import(${JSON.stringify(join(import.meta.dir, "../../src/record/journal.ts"))});
    openJournal(${JSON.stringify(join(path, "journal.jsonl"))}).write({ type: "trouble", atMs: 1, what: "x" });
    console.log("still here");`;
  const child = Bun.spawn([process.execPath, "-e", program], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: Bun.file("/dev/full"),
  });
  expect(await new Response(child.stdout).text()).toBe("still here\n");
  expect(await child.exited).toBe(0);
});
