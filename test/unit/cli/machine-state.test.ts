/** What the machine is out of is never called a bug of ours: what failed, and the next move. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { describeFailure } from "../../../src/text/errors.ts";

const failed = (code: string): Error => Object.assign(new Error(`${code}: it failed, open '/x'`), { code });

test.each([
  ["ENOSPC", /Free some space/],
  ["EDQUOT", /Free some space/],
  ["EROFS", /read-only/],
  ["ENOLCK", /no locks/],
  ["EACCES", /may not do that/],
  ["EPERM", /may not do that/],
  ["EMFILE", /ulimit/],
  ["EAGAIN", /pids\.max/],
  ["ENOMEM", /Free some/],
  ["EIO", /dmesg/],
  ["ELOOP", /in its place/],
  ["SQLITE_FULL", /Free some space/],
  ["SQLITE_IOERR_WRITE", /dmesg/],
  ["SQLITE_READONLY_DBMOVED", /read-only/],
  ["SQLITE_BUSY_SNAPSHOT", /Try again/],
])("%s", (code, next) => {
  const { text, exitCode } = describeFailure(failed(code), false);
  expect(text).toContain(`${code}: it failed, open '/x'`);
  expect(text).toMatch(next);
  expect(text).not.toContain("bug");
  expect(text.split("\n")).toHaveLength(1);
  expect(exitCode).toBe(1);
});

test("what has no such code is a bug, and so is a code that no machine has", () => {
  for (const error of [new TypeError("x is not a function"), failed("EWHAT"), "thrown text"])
    expect(describeFailure(error, false).text).toContain("This is a bug");
});

test("the system's own errors carry their codes", () => {
  try {
    readFileSync("/proc/self/cmdline/below");
    expect.unreachable();
  } catch (error) {
    expect(describeFailure(error, false).text).toContain("ENOTDIR");
    expect(describeFailure(error, false).text).not.toContain("bug");
  }
});
