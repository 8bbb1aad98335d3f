/** The configuration of a trial: what the seed writes is read, and what is wrong is named by its key. */
import { describe, expect, test } from "bun:test";
import { parseTrialConfig } from "../../../../src/core/bench/trial-config.ts";

const SEED = { name: "Profile Query (single)", target: 0.8, iterations: 10, category: "performance" };

test("the seed's configuration, with a module", () => {
  const config = parseTrialConfig(JSON.stringify({ ...SEED, file: "a.ts" }));
  expect(config).toMatchObject({
    ...SEED,
    file: "a.ts",
    args: [],
    env: {},
    warmup: null,
    timeoutMs: 300_000,
  });
});

test("null stands for what is not given, and for no timeout", () => {
  const config = parseTrialConfig('{"name":"a","file":"a.ts","target":null,"timeoutMs":null,"args":null}');
  expect(config).toMatchObject({ target: null, timeoutMs: null, args: [] });
});

describe("broken input names the key", () => {
  test.each([
    ["", "config"],
    ["{", "config"],
    ["[]", "config"],
    ["null", "config"],
    [JSON.stringify(SEED), "file"],
    [{ file: "a.ts" }, "name"],
    [{ name: "", file: "a.ts" }, "name"],
    [{ name: 5, file: "a.ts" }, "name"],
    [{ name: "a", file: 5 }, "file"],
    [{ name: "a", file: "a.ts", target: "1" }, "target"],
    [{ name: "a", file: "a.ts", target: -1 }, "target"],
    [{ name: "a", file: "a.ts", target: 0 }, "target"],
    [{ name: "a", file: "a.ts", iterations: 0 }, "iterations"],
    [{ name: "a", file: "a.ts", iterations: 1.5 }, "iterations"],
    [{ name: "a", file: "a.ts", warmup: -1 }, "warmup"],
    [{ name: "a", file: "a.ts", args: "x" }, "args"],
    [{ name: "a", file: "a.ts", env: { A: 1 } }, "env"],
    [{ name: "a", file: "a.ts", env: [] }, "env"],
    [{ name: "a", file: "a.ts", iteration: 5 }, "iteration"],
    [{ name: "a", file: "a.ts", __proto__x: 5 }, "__proto__x"],
    ['{"name":"a","file":"a.ts","constructor":1}', "constructor"],
    [{ name: "a", file: "a.ts", command: "true" }, "command"],
    [{ name: "a", file: "a.ts", prepare: "true" }, "prepare"],
    [{ name: "a", command: [] }, "command"],
    [{ name: "a", command: ["true", 1] }, "command"],
    [{ name: "a", command: "true", export: "a" }, "export"],
    [{ name: "a", command: "true", args: [1] }, "args"],
  ])("%j: %s", (given, key) => {
    const text = typeof given === "string" ? given : JSON.stringify(given);
    expect(() => parseTrialConfig(text)).toThrow(new RegExp(`^${key}: [^\\n]+$`));
  });
});
