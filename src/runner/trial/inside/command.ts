/** Measures a command: each run is a sample, from its start until it has ended. */
import { ftruncateSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { MeasuredTimes } from "../../../core/bench/result.ts";
import { UNDISTURBED } from "../../../core/bench/report.ts";
import { LEAST_RUNS, RUNS_MS } from "../../../core/bench/schedule.ts";
import { ascending, medianOf, quantileOf } from "../../../core/statistics/quantile.ts";
import { codeOf, messageOf } from "../../../text/system-error.ts";
import type { TrialConfig } from "../../../core/bench/trial-config.ts";
import { wordsOf } from "./words-of.ts";

const NS_PER_MS = 1_000_000;
const US_PER_MS = 1_000;

interface Run {
  readonly ms: number;
  readonly cpuMs: number;
  readonly peakMemoryBytes: number;
  /** How often it gave its processor back to wait for something. */
  readonly waits: number;
}

/** Of a shell that does nothing, before anything is measured. */
const STARTS = 5;

/** What its runs write into, and where that can be read. */
interface Running {
  readonly config: TrialConfig;
  /** Descriptors that are open already: a pipe would have to be made, watched and read to its end in the time of each run. */
  readonly stdio: [number, number, number];
  readonly errorPath: string;
}

/** `folder`: what the runs write to standard error is kept there, until the next of them begins. */
export function measureCommand(config: TrialConfig, folder: string): readonly MeasuredTimes[] {
  const words = wordsOf(config);
  const errorPath = join(folder, "stderr");
  const nowhere = openSync("/dev/null", "r+");
  const running: Running = { config, stdio: [nowhere, nowhere, openSync(errorPath, "a")], errorPath };
  const own = process.resourceUsage().maxRSS * 1_024;
  const once = (): Run => {
    if (config.prepare !== null) run(["/bin/sh", "-c", config.prepare], "prepare", running);
    return run(words, "command", running);
  };
  // the first start of a process, whichever it is, costs this one a millisecond more than those after it
  const nothing = Array.from({ length: STARTS }, () => run(["/bin/sh", "-c", ":"], "command", running));
  const runs = thenCleanUp(running, () => {
    const all: Run[] = [];
    for (let i = 0; i < (config.warmup ?? 0); i++) once();
    for (let tookMs = 0; isToGoOn(all.length, tookMs, config);) {
      const each = once();
      all.push(each);
      tookMs += each.ms;
    }
    return all;
  });
  const peak = Math.max(...runs.map(({ peakMemoryBytes }) => peakMemoryBytes));
  return [
    {
      export: null,
      samples: runs.map(({ ms }) => ms),
      callsPerSample: 1,
      heap: null,
      // getrusage(2): what was ours at the fork is in it
      peakMemoryBytes: peak > own * 1.1 ? peak : null,
      cpuMs: runs.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
      processorMs: quantileOf(ascending(runs.map(({ cpuMs }) => cpuMs)), UNDISTURBED),
      isProcessorBound: isProcessorBound(runs, nothing),
    },
  ];
}

function thenCleanUp<Value>(running: Running, act: () => Value): Value {
  const { cleanup } = running.config;
  const cleanUp = (): void => {
    if (cleanup !== null) run(["/bin/sh", "-c", cleanup], "cleanup", running);
  };
  let value: Value;
  try {
    value = act();
  } catch (error) {
    try {
      cleanUp();
    } catch (other) {
      // the code of the first one says whose fault it is
      throw Object.assign(new Error(`${messageOf(error)}\n${messageOf(other)}`, { cause: error }), {
        code: codeOf(error),
      });
    }
    throw error;
  }
  cleanUp();
  return value;
}

/** Between these two is time ÷ CPU time, where one processor worked nearly all the time, and only one. */
const [LEAST_SHARE, MOST_SHARE] = [0.8, 1.25];

/**
 * Either most runs gave their processor back no more often than a shell that does nothing (getrusage(2): voluntary context
 * switches), which can be told on a busy machine, too; or a run took hardly longer than a processor worked for it.
 */
const isProcessorBound = (runs: readonly Run[], nothing: readonly Run[]): boolean =>
  waitsOf(runs) <= waitsOf(nothing) ||
  runs.some(({ ms, cpuMs }) => ms >= LEAST_SHARE * cpuMs && ms <= MOST_SHARE * cpuMs);

const waitsOf = (runs: readonly Run[]): number => medianOf(runs.map(({ waits }) => waits));

const isToGoOn = (runs: number, tookMs: number, { iterations, measureMs }: TrialConfig): boolean =>
  iterations === null ? runs < LEAST_RUNS || tookMs < (measureMs ?? RUNS_MS) : runs < iterations;

type LineKey = "prepare" | "command" | "cleanup";

/** Of what it has said, a person is shown so much. */
const MOST_SAID = 4_096;

function run(words: readonly string[], key: LineKey, running: Running): Run {
  const { config, stdio, errorPath } = running;
  ftruncateSync(stdio[2]);
  const startedNs = Bun.nanoseconds();
  const { exitCode, signalCode, resourceUsage } = start(words, key, stdio);
  const ms = (Bun.nanoseconds() - startedNs) / NS_PER_MS;
  const how = signalCode === undefined || signalCode === null ? `exit code ${exitCode}` : signalCode;
  if (exitCode !== 0 && !(key === "command" && config.ignoreFailure)) {
    const said = readFileSync(errorPath, "utf8").trim().slice(0, MOST_SAID);
    throw new Error(`${key} ended with ${how}: ${lineOf(config, key)}\n${said}`.trim());
  }
  return {
    ms,
    cpuMs: Number(resourceUsage.cpuTime.total) / US_PER_MS,
    peakMemoryBytes: resourceUsage.maxRSS,
    waits: resourceUsage.contextSwitches.voluntary,
  };
}

/** As it was given, and not as a shell is called for it. */
const lineOf = (config: TrialConfig, key: LineKey): string =>
  [config[key] ?? [], key === "command" ? config.args : []].flat().join(" ");

/** Other failures, as a lack of pids, are no fault of the wish. */
const NO_PROGRAM: ReadonlySet<string> = new Set(["ENOENT", "EACCES", "ENOTDIR"]);

function start(words: readonly string[], key: string, stdio: Running["stdio"]) {
  try {
    return Bun.spawnSync([...words], { stdio });
  } catch (error) {
    if (!NO_PROGRAM.has(codeOf(error) ?? "")) throw error;
    throw Object.assign(new Error(`${key}: there is no such program: ${words[0]}`, { cause: error }), {
      code: "USAGE",
    });
  }
}
