/**
 * Runs inside of a process that only lists the tests of a file (--preload): no test and no hook of the file is run, and
 * Bun's report names all of them with their lines. Each attempt at a test leaves a letter, as in trail.ts, and
 * each beforeAll of the file its line.
 */
import { openSync, writeSync } from "node:fs";

const VARIABLE = "BUN_ISOLATE_TRAIL";
const descriptor = openSync(process.env[VARIABLE] ?? "/dev/null", "a");
delete process.env[VARIABLE];
const write = writeSync;
const FILE = "BUN_ISOLATE_FILE";
const file = process.env[FILE];
delete process.env[FILE];
const tests: Record<string, unknown> = require("bun:test");
const { beforeEach } = tests;
if (typeof beforeEach === "function")
  beforeEach(() => {
    write(descriptor, "b");
    throw new Error("It is listed only.");
  });
const nothing = (): void => {};
const noted = (): void => {
  const caller = new Error("from where").stack?.split("\n").find((line) => line.includes(`${file}:`));
  write(descriptor, `H${/:(\d+):\d+\)?$/u.exec(caller ?? "")?.[1] ?? ""};`);
};
for (const hook of ["beforeAll", "beforeEach", "afterAll", "afterEach"]) {
  const stub = hook === "beforeAll" ? noted : nothing;
  tests[hook] = stub;
  Object.assign(globalThis, { [hook]: stub });
}
