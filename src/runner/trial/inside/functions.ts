/**
 * Measures the functions that a module exports, with mitata: it loops in code made for each function, takes the mean of many
 * calls where one is too short for the clock, and reads the arguments anew for each call, so that nothing can be taken out of
 * the loop.
 */
import { heapStats } from "bun:jsc";
import { do_not_optimize, measure } from "mitata";
import type { MeasuredTimes } from "../../../core/bench/result.ts";
import type { TrialConfig } from "../../../core/bench/trial-config.ts";
import { processorTimes, threadTimes } from "./thread-times.ts";

type Callable = (...args: readonly unknown[]) => unknown;

/** It is told where the samples of each function begin and end. */
interface TrialMarks {
  readonly begin: (index: number) => void;
  readonly end: (index: number) => void;
}

const NS_PER_MS = 1_000_000;
const US_PER_MS = 1_000;
/** As long as warm-up takes where nobody says how many calls: the compilers are done with most functions then. */
const WARMUP_MS = 100;
/** mitata's own time, and a bound for the document that is made of it. */
const [MEASURE_MS, MOST_SAMPLES] = [642, 10_000];

export async function measureFunctions(
  config: TrialConfig,
  marks: TrialMarks,
): Promise<readonly MeasuredTimes[]> {
  const results: MeasuredTimes[] = [];
  for (const [name, call] of await functionsOf(config)) {
    await warmUp(call, config);
    results.push(await measureOne(name, call, config, results.length, marks));
  }
  return results;
}

/** @throws an Error with the code USAGE where there is none */
export async function functionsOf({
  file,
  export: wanted,
}: TrialConfig): Promise<readonly [string, Callable][]> {
  const module: Readonly<Record<string, unknown>> = await import(file ?? "");
  const all = Object.entries(module).filter((each): each is [string, Callable] => isCallable(each[1]));
  const chosen = wanted === null ? all : all.filter(([name]) => name === wanted);
  if (chosen.length > 0) return chosen;
  const names = all.map(([name]) => name).join(", ");
  throw Object.assign(
    new Error(
      wanted === null
        ? `file: ${file} exports no function`
        : `export: ${file} exports no function "${wanted}". It exports: ${names || "none"}`,
    ),
    { code: "USAGE" },
  );
}

const isCallable = (value: unknown): value is Callable =>
  typeof value === "function" && !/^class\b/u.test(Function.prototype.toString.call(value));

async function warmUp(call: Callable, { warmup, args }: TrialConfig): Promise<void> {
  const untilMs = performance.now() + WARMUP_MS;
  for (let calls = 0; warmup === null ? performance.now() < untilMs : calls < warmup; calls++)
    await call(...args);
}

async function measureOne(
  name: string,
  call: Callable,
  { args, iterations, measureMs }: TrialConfig,
  index: number,
  marks: TrialMarks,
): Promise<MeasuredTimes> {
  let [beforeBytes, cpuBefore, threadBefore] = [0, process.cpuUsage(), threadTimes()];
  const ready = (): void => {
    Bun.gc(true);
    beforeBytes = heapStats().heapSize;
    marks.begin(index);
    cpuBefore = process.cpuUsage();
    threadBefore = threadTimes();
  };
  const stats = await measure(oneBenchmark(call, args), {
    // mitata calls it once, before the first sample
    gc: ready,
    min_samples: iterations ?? 12,
    max_samples: iterations ?? MOST_SAMPLES,
    min_cpu_time: iterations === null ? (measureMs ?? MEASURE_MS) * NS_PER_MS : 0,
    // it would leave out the two least and the two largest
    samples_threshold: Infinity,
  });
  const cpu = process.cpuUsage(cpuBefore);
  const thread = threadTimes();
  marks.end(index);
  Bun.gc(true);
  return {
    export: name,
    samples: stats.samples.map((ns) => ns / NS_PER_MS),
    callsPerSample: stats.ticks / stats.samples.length,
    heap: { beforeBytes, afterBytes: heapStats().heapSize },
    peakMemoryBytes: process.resourceUsage().maxRSS * 1_024,
    cpuMs: (cpu.user + cpu.system) / US_PER_MS,
    ...processorTimes(threadBefore, thread, stats.ticks),
  };
}

/** Arguments go by mitata's own parameters; it asks for their number by `length`. */
function oneBenchmark(call: Callable, args: readonly unknown[]): () => Generator {
  const bench = (...given: readonly unknown[]): unknown => {
    const value = call(...given);
    do_not_optimize(value);
    return value;
  };
  Object.defineProperty(bench, "length", { value: args.length });
  const parameters = Object.fromEntries(args.map((each, i) => [i, () => each]));
  return function* benchmark() {
    yield { ...parameters, bench };
  };
}
