/** One trial: a process that measures, held within its limits, and the result that is made of what it leaves. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { figuresOf, trialResult } from "../../core/bench/figures.ts";
import { type Collections, readGcLog } from "../../core/bench/gc-log.ts";
import type { TrialResult } from "../../core/bench/result.ts";
import { endingWords } from "../../core/slots/job-end.ts";
import type { TrialConfig } from "../../core/bench/trial-config.ts";
import type { LaunchPorts } from "../../launch/request.ts";
import { CommandError, UsageError } from "../../text/errors.ts";
import { isObject, parsedJson } from "../../text/json.ts";
import { programFile } from "../../trust/package-file.ts";
import { type IsolatedEnd, runIsolated } from "../isolated.ts";
import { leftText } from "../left-text.ts";
import { makeRunFolder, removeRunFolder } from "../run-folder.ts";
import { environmentHere } from "./environment.ts";
import { located } from "./located.ts";
import type { InsideAnswers, InsideFailure, InsideTask } from "./inside/measure.ts";

export interface TrialPlace {
  readonly cwd: string;
  /** A person's own, not ours. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
  /** Gets what the benchmark prints, on whichever stream. */
  readonly onOutput: (text: string) => void;
}

/**
 * @throws UsageError that names the key of the configuration which is wrong
 * @throws CommandError where the benchmark failed, or was ended at a limit
 */
export async function runTrial(
  config: TrialConfig,
  place: TrialPlace,
  ports: LaunchPorts,
): Promise<TrialResult> {
  const log = readGcLog();
  const onStderr = (text: string): void => place.onOutput(log.add(text));
  const asked = askInside({ task: "measure", config }, place, onStderr, ports);
  await Promise.allSettled([asked]);
  // also of one that has failed: what it says last may have no end of line
  const { rest, collections } = log.end();
  place.onOutput(rest);
  const { measured, nodeEnv } = await asked;
  const isModule = config.file !== null;
  return trialResult(
    config,
    environmentHere(nodeEnv),
    measured.map((each, i) =>
      figuresOf(each, config.target, isModule ? collectionsOf(collections, i) : null),
    ),
  );
}

/** The names of the functions that a module exports. It rejects as runTrial does. */
export async function functionsOfModule(
  config: TrialConfig,
  place: TrialPlace,
  ports: LaunchPorts,
): Promise<readonly string[]> {
  const { functions } = await askInside({ task: "list", config }, place, place.onOutput, ports);
  return functions;
}

async function askInside<Task extends InsideTask["task"]>(
  task: InsideTask & { readonly task: Task },
  place: TrialPlace,
  onStderr: (text: string) => void,
  ports: LaunchPorts,
): Promise<InsideAnswers[Task]> {
  const config = located(task.config, place.cwd);
  const folder = makeRunFolder("trial", ports);
  try {
    writeFileSync(join(folder, "task.json"), JSON.stringify({ ...task, config }));
    const end = await measuring({ ...task, config }, folder, place, onStderr, ports);
    const answer = answerIn<Task>(task.task, folder, end);
    if (!("failure" in answer)) return answer;
    if (answer.isUsage) throw new UsageError(answer.failure);
    throw new CommandError(`it failed: ${answer.failure}`);
  } finally {
    removeRunFolder(folder, ports);
  }
}

const collectionsOf = (all: readonly Collections[], index: number): Collections | null => all[index] ?? null;

function measuring(
  { task, config }: InsideTask,
  folder: string,
  { cwd, env, signal, onOutput }: TrialPlace,
  onStderr: (text: string) => void,
  ports: LaunchPorts,
): Promise<IsolatedEnd> {
  const [out, err] = [new TextDecoder(), new TextDecoder()];
  return runIsolated(
    {
      command: [process.execPath, programFile("src/runner/trial/inside/measure.ts")],
      cwd,
      env: {
        ...env,
        NODE_ENV: "production",
        ...config.env,
        ...(task === "measure" && config.file !== null ? { BUN_JSC_logGC: "1" } : {}),
        BUN_ISOLATE_TRIAL: folder,
      },
      name: config.name,
      timeoutMs: config.timeoutMs,
      memoryBytes: config.memoryBytes,
      keepBytes: 0,
      ...(signal === undefined ? {} : { signal }),
      onStdout: (bytes) => onOutput(out.decode(bytes, { stream: true })),
      onStderr: (bytes) => onStderr(err.decode(bytes, { stream: true })),
    },
    ports,
  );
}

/** It may have been killed while it wrote, and what it measures can have written there, too. */
function answerIn<Task extends keyof InsideAnswers>(
  task: Task,
  folder: string,
  end: IsolatedEnd,
): InsideAnswers[Task] | InsideFailure {
  const isAnswer = (value: unknown): value is InsideAnswers[Task] | InsideFailure =>
    isObject(value) && (typeof value["failure"] === "string" || Array.isArray(value[HELD_IN[task]]));
  const answer = parsedJson(leftText(join(folder, "result.json")) ?? "");
  if (isAnswer(answer)) return answer;
  throw new CommandError(`it gave no result: it ${endingWords(end.ending)}`);
}

const HELD_IN = { measure: "measured", list: "functions" } as const;
