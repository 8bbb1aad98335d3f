/** The options that a monitor that stays gives itself. */
import { afterEach, expect, test } from "bun:test";
import { QUIET, quietEnvironment } from "../../src/watch/quiet.ts";

const NAME = "BUN_JSC_useDFGJIT";
const before = process.env[NAME];

afterEach(() => {
  if (before === undefined) delete process.env[NAME];
  else process.env[NAME] = before;
});

test("this Bun knows every one of them", () => {
  expect(quietEnvironment()).toMatchObject(QUIET);
});

test("where somebody has set one, none is changed", () => {
  process.env[NAME] = "1";
  expect(quietEnvironment()).toBeNull();
});

test("where Bun does not start with them, none is changed", () => {
  process.env["BUN_JSC_noSuchOption"] = "1";
  try {
    expect(quietEnvironment()).toBeNull();
  } finally {
    delete process.env["BUN_JSC_noSuchOption"];
  }
});
