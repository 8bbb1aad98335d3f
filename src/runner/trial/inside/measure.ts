/**
 * Runs inside of a trial's process, which is a person's own Bun: it reads what is to be measured from the folder that is
 * named by the environment, and leaves there what it has found.
 */
import { readFileSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { BEGIN_MARK, END_MARK } from "../../../core/bench/gc-log.ts";
import type { MeasuredTimes } from "../../../core/bench/result.ts";
import type { TrialConfig } from "../../../core/bench/trial-config.ts";
import { codeOf } from "../../../text/system-error.ts";
import { failureText } from "./where-thrown.ts";

export interface InsideTask {
  readonly task: keyof InsideAnswers;
  readonly config: TrialConfig;
}

export interface InsideAnswers {
  readonly measure: { readonly measured: readonly MeasuredTimes[]; readonly nodeEnv: string | null };
  readonly list: { readonly functions: readonly string[] };
}

export interface InsideFailure {
  readonly failure: string;
  readonly isUsage: boolean;
}

const VARIABLE = "BUN_ISOLATE_TRIAL";
const STDERR = 2;

const mark = (text: string) => (index: number) => void writeSync(STDERR, `${text}${index}\n`);

async function main(): Promise<void> {
  const folder = process.env[VARIABLE] ?? "";
  // what the benchmark starts is not measured by us
  for (const name of [VARIABLE, "BUN_JSC_logGC"]) delete process.env[name];
  const task: InsideTask = JSON.parse(readFileSync(join(folder, "task.json"), "utf8"));
  const answer = await answerTo(task, folder);
  writeFileSync(join(folder, "result.json"), JSON.stringify(answer));
  // it may have left a timer or a server
  process.exit(0);
}

async function answerTo(
  { task, config }: InsideTask,
  folder: string,
): Promise<InsideAnswers[keyof InsideAnswers] | InsideFailure> {
  try {
    if (task === "list") return { functions: await functionNames(config) };
    return { measured: await measured(config, folder), nodeEnv: process.env["NODE_ENV"] ?? null };
  } catch (error) {
    return { failure: failureText(error), isUsage: codeOf(error) === "USAGE" };
  }
}

async function functionNames(config: TrialConfig): Promise<readonly string[]> {
  const { functionsOf } = await import("./functions.ts");
  return (await functionsOf(config)).map(([name]) => name);
}

async function measured(config: TrialConfig, folder: string): Promise<readonly MeasuredTimes[]> {
  if (config.file === null) return (await import("./command.ts")).measureCommand(config, folder);
  const { measureFunctions } = await import("./functions.ts");
  return measureFunctions(config, { begin: mark(BEGIN_MARK), end: mark(END_MARK) });
}

void main();
