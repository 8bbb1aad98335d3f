/**
 * Runs inside of a process that only lists the tests of a file (--preload): no test and no hook of the file is run, and
 * Bun's report names all of them with their lines. Each attempt at a test leaves a letter, as in trail.ts.
 */
import { openSync, writeSync } from "node:fs";

const VARIABLE = "BUN_ISOLATE_TRAIL";
const descriptor = openSync(process.env[VARIABLE] ?? "/dev/null", "a");
delete process.env[VARIABLE];
const write = writeSync;
const tests: Record<string, unknown> = require("bun:test");
const { beforeEach } = tests;
if (typeof beforeEach === "function")
  beforeEach(() => {
    write(descriptor, "b");
    throw new Error("It is listed only.");
  });
const nothing = (): void => {};
for (const hook of ["beforeAll", "beforeEach", "afterAll", "afterEach"]) {
  tests[hook] = nothing;
  Object.assign(globalThis, { [hook]: nothing });
}
