/** `benchmark-runner`: one trial. Its configuration is on standard input, its result on standard output, both as JSON. */
import { version } from "../../../package.json" with { type: "json" };
import { parseTrialConfig } from "../../core/bench/trial-config.ts";
import { helpText, type HelpRow } from "../../render/help.ts";
import { openRunner } from "../../runner/ports.ts";
import { runTrial } from "../../runner/trial/run-trial.ts";
import { CommandError, isUsage, UsageError, workingDirectory } from "../../text/errors.ts";
import { isQuiet } from "../../text/quiet.ts";
import { messageOf } from "../../text/system-error.ts";
import { usersEnvironment } from "../../trust/own-bun.ts";
import { atEdge } from "../edge.ts";
import { interruption } from "./commands/interruption.ts";
import { writeOut } from "../printing.ts";

export const TRIAL_OPTIONS: readonly HelpRow[] = [
  ["-q, --quiet", "do not show what the benchmark itself prints"],
  ["--no-color", "no colours in messages"],
  ["-v, --version", "print the version"],
  ["-h, --help", "print this help"],
];

export const trialHelp = (): string =>
  helpText(
    "benchmark-runner [options] < config.json > result.json",
    "measures the functions that a module exports, or a command, in a process of its own",
    [
      {
        title: "Standard input, one of these",
        rows: [
          [
            '{"name": "parse", "file": "./parse.ts", "target": 0.8, "iterations": 10}',
            "functions of a module",
          ],
          ['{"name": "build", "command": "bun run build", "warmup": 1}', "a command"],
        ],
      },
      { title: "Options", rows: TRIAL_OPTIONS },
      {
        title: "Examples",
        rows: [
          ["benchmark-runner < parse.json | jq .median", "docs/benchmarking.md says what both may hold"],
        ],
      },
      {
        title: "Exit codes",
        rows: [
          ["0", "measured"],
          ["1", "the benchmark failed"],
          ["2", "the configuration is wrong"],
          ["128 + n", "a signal ended it"],
        ],
      },
    ],
  );

const SAID_AT_THE_EDGE = new Set(["-q", "--quiet", "--no-color"]);

/** Runs one trial; resolves to the exit code: 0 measured, 1 it failed, 2 the configuration is wrong, 128 + n a signal. */
export const runBenchmarkRunner = (argv: readonly string[]): Promise<number> =>
  atEdge(argv, async (words) => {
    const word = words.find((each) => !SAID_AT_THE_EDGE.has(each));
    if (word === "--help" || word === "-h") console.log(trialHelp());
    else if (word === "--version" || word === "-v") console.log(version);
    else if (word !== undefined)
      throw new UsageError(`"${word}" is not known. The configuration comes on standard input: see --help`);
    else return await trial();
    return 0;
  });

const onOutput = (text: string): void => void (isQuiet() || process.stderr.write(text));

async function trial(): Promise<number> {
  const config = parseTrialConfig(await Bun.stdin.text());
  const cwd = workingDirectory();
  const { signal, codeOr } = interruption();
  const place = { cwd, env: usersEnvironment(process.env), onOutput, signal };
  const result = await runTrial(config, place, openRunner(cwd, { isAlone: true })).catch((error: unknown) => {
    if (signal.aborted) return null;
    throw isUsage(error) ? error : new CommandError(`"${config.name}": ${messageOf(error)}`);
  });
  if (result !== null) writeOut(`${JSON.stringify(result)}\n`);
  return codeOr(0);
}
