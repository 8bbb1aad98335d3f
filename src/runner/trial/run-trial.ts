/** One trial: a process that measures, held within its limits, and the result that is made of what it leaves. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { figuresOf, trialResult } from "../../core/bench/figures.ts";
import { type Collections, readGcLog } from "../../core/bench/gc-log.ts";
import type { TrialResult } from "../../core/bench/result.ts";
import type { TrialConfig } from "../../core/bench/trial-config.ts";
import type { LaunchPorts } from "../../launch/request.ts";
import { ensureRuntimeDirectory } from "../../os/runtime-directory.ts";
import { CommandError, UsageError } from "../../text/errors.ts";
import { orElse } from "../../text/system-error.ts";
import { ownUid } from "../../trust/open.ts";
import { packageFile } from "../../trust/package-file.ts";
import { type IsolatedEnd, runIsolated } from "../isolated.ts";
import { environmentHere } from "./environment.ts";
import type { InsideAnswer } from "./inside/measure.ts";

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
  const subject = withPath(config, place.cwd);
  const folder = mkdtempSync(join(ensureRuntimeDirectory(ownUid() ?? 0), "trial-"));
  try {
    writeFileSync(join(folder, "config.json"), JSON.stringify(subject));
    const log = readGcLog();
    const end = await measuring(subject, folder, place, (text) => place.onOutput(log.add(text)), ports);
    const { rest, collections } = log.end();
    place.onOutput(rest);
    const { measured, nodeEnv } = answerIn(folder, subject, end);
    const isModule = subject.file !== null;
    return trialResult(
      subject,
      environmentHere(nodeEnv),
      measured.map((each, i) =>
        figuresOf(each, subject.target, isModule ? collectionsOf(collections, i) : null),
      ),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
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
  config: TrialConfig,
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
        ...(config.file === null ? {} : { BUN_JSC_logGC: "1" }),
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

type Answer = Extract<InsideAnswer, { readonly measured: unknown }>;

function answerIn(folder: string, { name }: TrialConfig, end: IsolatedEnd): Answer {
  const text = orElse(null, () => readFileSync(join(folder, "result.json"), "utf8"), "ENOENT");
  if (text === null) throw new CommandError(`"${name}" gave no result: ${howItEnded(end)}.`);
  const answer: InsideAnswer = JSON.parse(text);
  if ("measured" in answer) return answer;
  if (answer.isUsage) throw new UsageError(answer.failure);
  throw new CommandError(`"${name}" failed: ${answer.failure}`);
}

function howItEnded({ ending }: IsolatedEnd): string {
  switch (ending.how) {
    case "exited":
      return `it ended its process itself, with code ${ending.code}`;
    case "signaled":
      return `${ending.signal} ended it`;
    case "timeout":
    case "memory":
    case "cpu":
    case "stopped":
      return ending.evidence;
  }
}
