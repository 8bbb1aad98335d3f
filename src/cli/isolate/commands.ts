/** Every command of `bun-isolate`, in the order of the help. */
import { line, type Program } from "../declaring.ts";

/** `behind`: what stood behind `--`; null = there was none. */
export const isolateProgram = (behind: readonly string[] | null): Program => ({
  name: "bun-isolate",
  summary: "Runs tests and benchmarks, each in a process of its own.",
  examples: [
    ["test", "every test file, one process each"],
    ["bench parse.ts --target 2ms", "exit 1 where a function takes longer"],
  ],
  beside: {
    "benchmark-runner": async () => ({ options: (await import("./benchmark-runner.ts")).TRIAL_OPTIONS }),
  },
  instead: { run: "test", watch: "test --watch", compare: "bench --compare <file>" },
  commands: {
    test: line("run test files; -- options of bun test", async () =>
      (await import("./commands/test.ts")).testCommand(behind ?? []),
    ),
    bench: line(
      "measure functions and commands",
      async () => (await import("./commands/bench.ts")).benchCommand,
    ),
    merge: line(
      "join the results of several runs",
      async () => (await import("./commands/merge.ts")).mergeCommand,
    ),
    completion: line("print what a shell reads to complete our commands", async () =>
      (await import("../completion/command.ts")).completionCommand("bun-isolate", [
        "bun-isolate",
        "benchmark-runner",
      ]),
    ),
  },
});
