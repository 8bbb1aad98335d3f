import { expect, test } from "bun:test";
import { monitorCommand } from "../../../src/cli/commands/monitor.ts";
import { PLAIN_OPTIONS, plainMonitor } from "../../../src/cli/main.ts";

test("it knows exactly the options that are declared", () => {
  const declared = monitorCommand.options?.map(([flags]) => flags.replace(/<.*/u, "value"));
  const plain = Object.entries(PLAIN_OPTIONS).map(
    ([name, option]) =>
      `${"short" in option ? `-${option.short}, ` : ""}--${name}${option.type === "string" ? " value" : ""}`,
  );
  expect(new Set(plain)).toEqual(new Set(declared));
});

test.each([
  [["monitor"], {}],
  [["monitor", "--yes", "--config", "a.json"], { yes: true, config: "a.json" }],
  [["monitor", "-y", "--mode=observe"], { yes: true, mode: "observe" }],
])("%p is plain", (argv, options) => expect({ ...plainMonitor(argv) }).toEqual(options));

test.each([
  [["status"]],
  [["monitor", "--", "bun", "test"]],
  [["monitor", "bun", "test"]],
  [["monitor", "--help"]],
  [["monitor", "--detahc"]],
  [["monitor", "--config"]],
  [[]],
])("%p is commander's", (argv) => expect(plainMonitor(argv)).toBeNull());
