/**
 * Runs inside of a process that only lists the tests of a file (--preload): no test and no hook of the file is run, and
 * Bun's report names all of them with their lines.
 */
const tests: Record<string, unknown> = require("bun:test");
const { beforeEach } = tests;
if (typeof beforeEach === "function")
  beforeEach(() => {
    throw new Error("It is listed only.");
  });
const nothing = (): void => {};
for (const hook of ["beforeAll", "beforeEach", "afterAll", "afterEach"]) {
  tests[hook] = nothing;
  Object.assign(globalThis, { [hook]: nothing });
}
