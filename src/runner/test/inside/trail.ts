/**
 * Runs inside of a test file's process, before the file (--preload): writes a letter for each test that begins or ends,
 * so that it is known which one ran when the process is killed. core/tests/trail.ts reads it. It changes nothing that a
 * test can count.
 */
import { afterEach, beforeAll, beforeEach } from "bun:test";
import { openSync, writeSync } from "node:fs";

const VARIABLE = "BUN_ISOLATE_TRAIL";
const descriptor = openSync(process.env[VARIABLE] ?? "/dev/null", "a");
delete process.env[VARIABLE];
// a test may put something else in the place of the module's own
const write = writeSync;

beforeAll(() => void write(descriptor, "L"));
beforeEach(() => void write(descriptor, "b"));
afterEach(() => void write(descriptor, "e"));
