import { expect, spyOn, test } from "bun:test";
import type { Declaration } from "../../../src/cli/declaring.ts";
import { runProgram } from "../../../src/cli/program.ts";

interface Run {
  readonly code: number;
  readonly loaded: readonly string[];
  /** What the command got. */
  readonly got: readonly unknown[];
}

async function run(...argv: string[]): Promise<Run> {
  const loaded: string[] = [];
  const got: unknown[] = [];
  const loading = (name: string, declaration: Declaration) => ({
    summary: `what ${name} does`,
    aliases: [],
    load: () => {
      loaded.push(name);
      return Promise.resolve(declaration);
    },
  });
  const code = await runProgram(
    {
      name: "some-program",
      summary: "what it is for",
      examples: [["start", "an example"]],
      instead: { begn: "start --number 1" },
      commands: {
        start: {
          ...loading("start", {
            argument: ["[words...]", "what to start"],
            passThrough: true,
            options: [["-n, --number <count>", "how many", Number, 1]],
            run: async (words, options) => {
              got.push(words, options);
              return 7;
            },
          }),
          aliases: ["begin"],
        },
        group: loading("group", {
          commands: {
            inner: {
              summary: "one of it",
              options: [["--kind <kind>", "which", ["a", "b"]]],
              run: async (options) => {
                got.push(options);
                return 0;
              },
            },
          },
        }),
      },
    },
    argv,
  );
  return { code, loaded, got };
}

test.each<[string[], Run]>([
  [[], { code: 2, loaded: [], got: [] }],
  [["--help"], { code: 0, loaded: [], got: [] }],
  [["help"], { code: 0, loaded: [], got: [] }],
  [["--version"], { code: 0, loaded: [], got: [] }],
  [["strat"], { code: 2, loaded: [], got: [] }],
  [["help", "strat"], { code: 2, loaded: [], got: [] }],
  [["start", "--help"], { code: 0, loaded: ["start"], got: [] }],
  [["help", "begin"], { code: 0, loaded: ["start"], got: [] }],
  [["start"], { code: 7, loaded: ["start"], got: [[], { number: 1 }] }],
  [["begin", "-n", "3", "bun", "-n"], { code: 7, loaded: ["start"], got: [["bun", "-n"], { number: 3 }] }],
  [["start", "--unknown"], { code: 2, loaded: ["start"], got: [] }],
  [["group", "inner", "--kind", "b"], { code: 0, loaded: ["group"], got: [{ kind: "b" }] }],
  [["group", "inner", "--kind", "c"], { code: 2, loaded: ["group"], got: [] }],
  [["group", "help", "inner"], { code: 0, loaded: ["group"], got: [] }],
])("%j loads what it needs, and nothing else", async (argv, expected) =>
  expect(await run(...argv)).toEqual(expected),
);

test("without a word it says what can be said", async () => {
  const said: string[] = [];
  const write = spyOn(process.stdout, "write").mockImplementation((text) => said.push(String(text)) > 0);
  await run();
  write.mockRestore();
  expect(said.join("")).toStartWith("Usage: some-program <command>");
});
