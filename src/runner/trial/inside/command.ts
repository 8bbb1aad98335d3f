/** Measures a command: each run is a sample, from its start until it has ended. */
import type { MeasuredTimes } from "../../../core/bench/result.ts";
import { UNDISTURBED } from "../../../core/bench/report.ts";
import { LEAST_RUNS, RUNS_MS } from "../../../core/bench/schedule.ts";
import { ascending, quantileOf } from "../../../core/statistics/quantile.ts";
import { codeOf, messageOf } from "../../../text/system-error.ts";
import type { TrialConfig } from "../../../core/bench/trial-config.ts";

const NS_PER_MS = 1_000_000;
const US_PER_MS = 1_000;

/** Nothing in it that a shell would read otherwise than we do. */
const PLAIN = /^[\w./:@%+,-]+(?: +[\w./:=@%+,-]+)*$/u;

/** A shell does these itself: there is no program of that name, or a program does something else. */
const BUILTINS =
  /^(?:alias|bg|break|cd|command|continue|eval|exec|exit|export|fg|hash|jobs|read|readonly|return|set|shift|times|trap|type|ulimit|umask|unalias|unset|wait|\.|:)(?: |$)/u;

/** A line without anything for a shell is run without one: its start would be in every sample. */
const wordsOf = ({ command, args }: TrialConfig): readonly string[] => {
  const more = args.map(String);
  if (typeof command !== "string") return [...(command ?? []), ...more];
  return PLAIN.test(command.trim()) && !BUILTINS.test(command.trim())
    ? [...command.trim().split(/ +/u), ...more]
    : ["/bin/sh", "-c", more.length === 0 ? command : `${command} "$@"`, "sh", ...more];
};

interface Run {
  readonly ms: number;
  readonly cpuMs: number;
  readonly peakMemoryBytes: number;
  /** How often it gave its processor back to wait for something. */
  readonly waits: number;
}

export function measureCommand(config: TrialConfig): readonly MeasuredTimes[] {
  const words = wordsOf(config);
  const own = process.resourceUsage().maxRSS * 1_024;
  const once = (): Run => {
    if (config.prepare !== null) run(["/bin/sh", "-c", config.prepare], "prepare", config);
    return run(words, "command", config);
  };
  // the first start of a process, whichever it is, costs this one a millisecond more than the next
  const nothing = run(["/bin/sh", "-c", ":"], "command", config);
  const runs = thenCleanUp(config, () => {
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

function thenCleanUp<Value>(config: TrialConfig, act: () => Value): Value {
  const cleanUp = (): void => {
    if (config.cleanup !== null) run(["/bin/sh", "-c", config.cleanup], "cleanup", config);
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
 * Either no run gave its processor back more often than a shell that does nothing (getrusage(2): voluntary context
 * switches), which can be told on a busy machine, too; or a run took hardly longer than a processor worked for it.
 */
const isProcessorBound = (runs: readonly Run[], nothing: Run): boolean =>
  runs.every(({ waits }) => waits <= nothing.waits) ||
  runs.some(({ ms, cpuMs }) => ms >= LEAST_SHARE * cpuMs && ms <= MOST_SHARE * cpuMs);

const isToGoOn = (runs: number, tookMs: number, { iterations, measureMs }: TrialConfig): boolean =>
  iterations === null ? runs < LEAST_RUNS || tookMs < (measureMs ?? RUNS_MS) : runs < iterations;

type LineKey = "prepare" | "command" | "cleanup";

function run(words: readonly string[], key: LineKey, config: TrialConfig): Run {
  const startedNs = Bun.nanoseconds();
  const { exitCode, signalCode, stderr, resourceUsage } = start(words, key);
  const ms = (Bun.nanoseconds() - startedNs) / NS_PER_MS;
  const how = signalCode === undefined || signalCode === null ? `exit code ${exitCode}` : signalCode;
  if (exitCode !== 0 && !(key === "command" && config.ignoreFailure))
    throw new Error(`${key} ended with ${how}: ${lineOf(config, key)}\n${stderr.toString().trim()}`.trim());
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

function start(words: readonly string[], key: string) {
  try {
    return Bun.spawnSync([...words], { stdio: ["ignore", "ignore", "pipe"] });
  } catch (error) {
    if (!NO_PROGRAM.has(codeOf(error) ?? "")) throw error;
    throw Object.assign(new Error(`${key}: there is no such program: ${words[0]}`, { cause: error }), {
      code: "USAGE",
    });
  }
}
