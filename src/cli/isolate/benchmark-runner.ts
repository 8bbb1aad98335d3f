/** `benchmark-runner`: one trial. Its configuration is on standard input, its result on standard output, both as JSON. */
import { parseTrialConfig } from "../../core/bench/trial-config.ts";
import { openRunner } from "../../runner/ports.ts";
import { runTrial } from "../../runner/trial/run-trial.ts";
import { CommandError, isUsage, UsageError, workingDirectory } from "../../text/errors.ts";
import { messageOf } from "../../text/system-error.ts";
import { usersEnvironment } from "../../trust/own-bun.ts";
import { atEdge } from "../edge.ts";
import { interruption } from "./commands/interruption.ts";
import { writeOut } from "../printing.ts";

const HELP = `Usage: benchmark-runner < config.json > result.json

Measures the functions that a module exports, or a command, in a process of its own.

  {"name": "parse", "file": "./parse.ts", "target": 0.8, "iterations": 10}
  {"name": "build", "command": "bun run build", "warmup": 1}

docs/benchmarking.md says what the two may hold.`;

/** Runs one trial; resolves to the exit code: 0 measured, 1 it failed, 2 the configuration is wrong, 128 + n a signal. */
export const runBenchmarkRunner = (argv: readonly string[]): Promise<number> =>
  atEdge(argv, async ([word]) => {
    if (word === "--help" || word === "-h") console.log(HELP);
    else if (word !== undefined)
      throw new UsageError(`"${word}" is not known. The configuration comes on standard input: see --help`);
    else return await trial();
    return 0;
  });

const onOutput = (text: string): void => void process.stderr.write(text);

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
