/** Who gets colours. Bun says whether a terminal is there. */
import { afterEach, expect, test } from "bun:test";
import { hasColours } from "../../../src/text/style.ts";

const NAMES = ["NO_COLOR", "FORCE_COLOR", "TERM"];
const before = { ...process.env };
const onTerminal = Bun.enableANSIColors;

afterEach(() => {
  for (const name of NAMES)
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  Reflect.set(Bun, "enableANSIColors", onTerminal);
});

test.each<[string, Record<string, string>, boolean]>([
  ["a terminal", {}, true],
  ["NO_COLOR", { NO_COLOR: "1" }, false],
  ["NO_COLOR with any value", { NO_COLOR: "0" }, false],
  ["NO_COLOR without one", { NO_COLOR: "" }, true],
  ["a terminal that can do nothing", { TERM: "dumb" }, false],
  ["one that is told to", { TERM: "dumb", FORCE_COLOR: "1" }, true],
  ["both: who asks for colours means this program", { NO_COLOR: "1", FORCE_COLOR: "1" }, true],
  ["FORCE_COLOR=0", { FORCE_COLOR: "0" }, false],
])("%s: %p", (_, variables, colours) => {
  Reflect.set(Bun, "enableANSIColors", true);
  for (const name of NAMES) delete process.env[name];
  Object.assign(process.env, variables);
  expect(hasColours()).toBe(colours);
});

test("no terminal", () => {
  Reflect.set(Bun, "enableANSIColors", false);
  expect(hasColours()).toBe(false);
});
