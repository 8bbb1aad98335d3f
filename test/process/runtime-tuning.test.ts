/** The options that a monitor that stays gives itself. */
import { afterEach, expect, test } from "bun:test";
import { TUNING, tunedEnvironment } from "../../src/host/runtime-tuning.ts";

const NAME = "BUN_JSC_useDFGJIT";
const before = process.env[NAME];

afterEach(() => {
  if (before === undefined) delete process.env[NAME];
  else process.env[NAME] = before;
});

test("this Bun knows every one of them", () => {
  expect(tunedEnvironment()).toMatchObject(TUNING);
});

test("where somebody has set one, none is changed", () => {
  process.env[NAME] = "1";
  expect(tunedEnvironment()).toBeNull();
});

test("where Bun does not start with them, none is changed", () => {
  process.env["BUN_JSC_noSuchOption"] = "1";
  try {
    expect(tunedEnvironment()).toBeNull();
  } finally {
    delete process.env["BUN_JSC_noSuchOption"];
  }
});
