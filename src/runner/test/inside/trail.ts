/**
 * Runs inside of a test file's process, before the file (--preload): writes down each test that begins or ends, so that
 * it is known which one ran when the process is killed. core/tests/trail.ts reads it. It changes nothing that a test can
 * count. Not by node:fs: to load that takes half as long again as Bun's own start, and most test files do not need it.
 */
import { afterEach, beforeAll, beforeEach } from "bun:test";

const VARIABLE = "BUN_ISOLATE_TRAIL";
const path = process.env[VARIABLE] ?? "/dev/null";
delete process.env[VARIABLE];
// a test may put something else in the place of Bun's own
const { write } = Bun;
/** Open from the start, should a test take all descriptors, or the right to open a file. */
const held = Bun.file(path).writer();
held.unref();

let [loaded, begun, ended, isShared] = ["", 0, 0, false];

/** Bun writes what is this small before `write` returns. By the path: a test may close all descriptors, and open a file of its own. */
function leave(): void {
  const state = `${loaded}${begun} ${ended} ${isShared ? 1 : 0}`;
  write(path, state, { createPath: false }).catch(() => leaveByHeld(state));
}

async function leaveByHeld(state: string): Promise<void> {
  try {
    await held.write(`\n${state}`);
    await held.flush();
  } catch {
    // the disk is full, or the test has removed the folder: no test fails for that
  }
}

beforeAll(() => {
  loaded = "L";
  leave();
});
beforeEach(() => {
  isShared = begun > ended;
  begun++;
  leave();
});
afterEach(() => {
  ended++;
  isShared &&= begun > ended;
  leave();
});
