/** One trial: a process that measures, held within its limits, and the result that is made of what it leaves. */
import { existsSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { figuresOf, trialResult } from "../../core/bench/figures.ts";
import { type Collections, readGcLog } from "../../core/bench/gc-log.ts";
import type { TrialResult } from "../../core/bench/result.ts";
import { endingWords } from "../../core/slots/job-end.ts";
import type { TrialConfig } from "../../core/bench/trial-config.ts";
import type { LaunchPorts } from "../../launch/request.ts";
import { CommandError, UsageError } from "../../text/errors.ts";
import { packageFile } from "../../trust/package-file.ts";
import { type IsolatedEnd, runIsolated } from "../isolated.ts";
import { leftText } from "../left-text.ts";
import { makeRunFolder, removeRunFolder } from "../run-folder.ts";
import { environmentHere } from "./environment.ts";
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
  const config = withPath(task.config, place.cwd);
  const folder = makeRunFolder("trial", ports);
  try {
    writeFileSync(join(folder, "task.json"), JSON.stringify({ ...task, config }));
    const end = await measuring({ ...task, config }, folder, place, onStderr, ports);
    const answer: InsideAnswers[Task] | InsideFailure = JSON.parse(resultIn(folder, end));
    if (!("failure" in answer)) return answer;
    if (answer.isUsage) throw new UsageError(answer.failure);
    throw new CommandError(`it failed: ${answer.failure}`);
  } finally {
    removeRunFolder(folder, ports);
  }
}

const collectionsOf = (all: readonly Collections[], index: number): Collections | null => all[index] ?? null;

function withPath(config: TrialConfig, cwd: string): TrialConfig {
  if (config.file === null) return config;
  const file = resolve(cwd, config.file);
  if (!existsSync(file)) throw new UsageError(`file: there is no ${file}`);
  return { ...config, file };
}

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
      command: [process.execPath, packageFile("src/runner/trial/inside/measure.ts")],
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

function resultIn(folder: string, end: IsolatedEnd): string {
  const text = leftText(join(folder, "result.json"));
  if (text === null) throw new CommandError(`it gave no result: it ${endingWords(end.ending)}`);
  return text;
}
