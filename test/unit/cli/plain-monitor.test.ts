import { expect, test } from "bun:test";
import { Command } from "commander";
import { declareCommands } from "../../../src/cli/commands.ts";
import { PLAIN_OPTIONS, plainMonitor } from "../../../src/cli/main.ts";

const line = (long: string, short: string | undefined, takesValue: boolean): string =>
  `${long} ${short ?? ""} ${takesValue ? "value" : ""}`;

test("it knows exactly the options that commander declares", async () => {
  const program = new Command().enablePositionalOptions();
  await declareCommands(program, ["monitor"], () => undefined);
  const monitor = program.commands.find((command) => command.name() === "monitor");
  const declared =
    monitor?.options.map(({ long, short, required }) => line(long ?? "", short, required)) ?? [];
  const plain = Object.entries(PLAIN_OPTIONS).map(([name, option]) =>
    line(`--${name}`, "short" in option ? `-${option.short}` : undefined, option.type === "string"),
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
