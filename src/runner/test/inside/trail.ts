/**
 * Runs inside of a test file's process, before the file (--preload): writes a letter for each test that begins or ends,
 * so that it is known which one ran when the process is killed. core/tests/trail.ts reads it. It changes nothing that a
 * test can count.
 */
import { afterEach, beforeAll, beforeEach } from "bun:test";
import { appendFileSync, fstatSync, openSync, writeSync } from "node:fs";

const VARIABLE = "BUN_ISOLATE_TRAIL";
const path = process.env[VARIABLE] ?? "/dev/null";
delete process.env[VARIABLE];
const descriptor = openSync(path, "a");
// a test may put something else in the place of the module's own
const [append, stat, write] = [appendFileSync, fstatSync, writeSync];
const { ino } = stat(descriptor);

/** A test may close all descriptors, and open a file of its own under the same number. */
function leave(letter: string): void {
  try {
    if (stat(descriptor).ino === ino) write(descriptor, letter);
    else append(path, letter);
  } catch {
    try {
      append(path, letter);
    } catch {
      // the disk is full, or the test has removed the folder: no test fails for that
    }
  }
}

beforeAll(() => leave("L"));
beforeEach(() => leave("b"));
afterEach(() => leave("e"));
