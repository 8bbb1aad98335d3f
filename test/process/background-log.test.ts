/** The log in a process of its own: what was written is in the file once it is closed, in order. */
import { expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LOG_FILE } from "../../src/record/activity-log.ts";
import { BackgroundLog } from "../../src/record/background-log.ts";

const inDirectory = async (use: (directory: string) => Promise<void>): Promise<void> => {
  const directory = mkdtempSync(join(tmpdir(), "background-log-"));
  try {
    await use(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
};

const linesOf = (directory: string): string[] =>
  readFileSync(join(directory, LOG_FILE), "utf8").trimEnd().split("\n");

test("every line is in the file when close resolves, in order, also after a close", () =>
  inDirectory(async (directory) => {
    const log = new BackgroundLog({ directory, level: "info", maxDays: 1 });
    for (let n = 0; n < 200; n++) log.write({ type: "trouble", what: `line ${n}`, atMs: n });
    await log.close();
    log.write({ type: "trouble", what: "line 200", atMs: 200 });
    await log.close();
    const numbers = linesOf(directory).map((line) => Number(/line (\d+)/.exec(line)?.[1]));
    expect(numbers).toEqual(Array.from({ length: 201 }, (_, n) => n));
  }));

test("closing a log that never had a line starts nothing", () =>
  inDirectory(async (directory) => {
    await new BackgroundLog({ directory, level: "info", maxDays: 1 }).close();
    expect(() => linesOf(directory)).toThrow("ENOENT");
  }));

test("a directory that cannot be written to does not keep the process from ending", () =>
  inDirectory(async (directory) => {
    const file = join(directory, "not-a-directory");
    await Bun.write(file, "");
    const log = new BackgroundLog({ directory: join(file, "logs"), level: "info", maxDays: 1 });
    log.write({ type: "trouble", what: "lost", atMs: 0 });
    await log.close();
    expect(await Bun.file(file).text()).toBe("");
  }));

test("what could not be written is written once it can be, in order", () =>
  inDirectory(async (directory) => {
    const logs = join(directory, "logs");
    await Bun.write(logs, "in the way");
    const log = new BackgroundLog({ directory: logs, level: "info", maxDays: 1 });
    for (const what of ["line 0", "line 1"]) log.write({ type: "trouble", what, atMs: 0 });
    await log.close();
    rmSync(logs);
    log.write({ type: "trouble", what: "line 2", atMs: 0 });
    await log.close();
    expect(linesOf(logs).map((line) => line.slice(-6))).toEqual(["line 0", "line 1", "line 2"]);
  }));

test("of more lines than are kept the oldest are dropped, and their number is told", () =>
  inDirectory(async (directory) => {
    const log = new BackgroundLog({ directory, level: "info", maxDays: 1 });
    for (let n = 0; n < 1_003; n++) log.write({ type: "trouble", what: `line ${n}`, atMs: n });
    await log.close();
    const [first, second] = linesOf(directory);
    expect(first).toContain("3 lines are missing here");
    expect(second).toEndWith("line 3");
  }));
