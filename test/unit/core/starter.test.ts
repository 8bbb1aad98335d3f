import { describe, expect, test } from "bun:test";
import { starterOf } from "../../../src/core/judge/starter.ts";
import { aPolicy, aProcess, aSelf, World } from "../../support/build.ts";

/** The nearest first. */
const starter = (...commands: readonly string[]): string | null =>
  starterOf(commands.map((command, at) => ({ pid: 100 + at, command })))?.command ?? null;

describe("the topmost task runner above a process", () => {
  test.each<[string, readonly string[], string | null]>([
    ["npm below make", ["sh -c bun a.ts", "npm run b", "make -j4", "-zsh"], "make -j4"],
    ["a prompt that make has opened", ["bash", "make shell"], null],
    ["behind wrappers", ["nice -n 5 bun a.ts", "taskset 1 sh", "ninja"], "ninja"],
    ["behind a script of a shell", ["/usr/bin/fish build.fish", "just"], "just"],
    ["a program nobody knows", ["server", "make"], null],
    [
      "a package's script",
      ["node /a/node_modules/npm-run-all/bin/run-p/index.js x"],
      "node /a/node_modules/npm-run-all/bin/run-p/index.js x",
    ],
    [
      "a release with its version",
      ["node .yarn/releases/yarn-4.1.0.cjs build"],
      "node .yarn/releases/yarn-4.1.0.cjs build",
    ],
    ["nobody", [], null],
  ])("%s", (_, commands, found) => expect(starter(...commands)).toBe(found));
});

test("who was started by a runner stays its work when that has ended", () => {
  const commands = new Map([
    [600, "sh -c bun a.ts"],
    [601, "make -j6"],
  ]);
  const outside = { describe: (pid: number) => commands.get(pid) ?? null, ancestors: () => [600, 601, 1] };
  const world = new World(aPolicy(), aSelf(), outside).see(0, [aProcess({ pid: 10, ppid: 600 })]);
  commands.delete(601);
  world.see(10_000, [aProcess({ pid: 10, ppid: 600 })]);
  expect(world.history.processes.get("10:10")?.starter).toEqual({ pid: 601, command: "make -j6" });
});

test("what a Bun program has started is its own work, whatever that is called", () => {
  const world = new World().see(0, [
    aProcess({ pid: 10, runtime: "compiled", argv: ["task"] }),
    aProcess({ pid: 11, ppid: 10 }),
  ]);
  expect(world.history.processes.get("11:11")?.starter).toBeNull();
});
