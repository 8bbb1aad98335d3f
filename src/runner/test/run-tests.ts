/** All files of a run: found, put in order, run some at a time, tried again where that is asked for. */
import { relative } from "node:path";
import { longestFirst, shardOf, timed } from "../../core/tests/order.ts";
import { isFailing } from "../../core/tests/report.ts";
import { isShortage, messageOf } from "../../text/system-error.ts";
import type { RunnerPorts } from "../ports.ts";
import type { FileRunOptions } from "./options.ts";
import { type ChosenFile, type FileAttempt, runTestFile } from "./run-file.ts";
import type { TestMemory } from "./memory.ts";

export interface RunWish {
  /** Absolute. */
  readonly files: readonly string[];
  readonly jobs: number;
  /** How often a file that fails is tried again. */
  readonly retries: number;
  /** From 1; null = all of them. */
  readonly shard: { readonly index: number; readonly count: number } | null;
  /** After so many failing files no other is started; null = all are run. */
  readonly bail: number | null;
}

export interface RunListener {
  /** Called for each attempt at a file, when it starts: it may have waited for a slot. */
  readonly onStart: (file: string) => void;
  /** Called when an attempt is over, whatever became of it. */
  readonly onStop: (file: string) => void;
  /** Called for the last attempt at each file, in the order in which they end. */
  readonly onEnd: (attempt: FileAttempt) => void;
}

interface TestRun {
  /** Of all shards. */
  readonly found: readonly string[];
  /** In the order in which they ended. */
  readonly files: readonly FileAttempt[];
  /** Files that were not run, or not to their end, because of --bail or a signal. */
  readonly notRun: readonly string[];
  readonly tookMs: number;
}

export async function runTests(
  wish: RunWish,
  memory: TestMemory,
  options: FileRunOptions,
  listener: RunListener,
  ports: RunnerPorts,
): Promise<TestRun> {
  const startedMs = ports.clock.monotonicMs();
  const files = new Map(wish.files.map((file) => [relative(options.cwd, file), file]));
  const chosen = chosenOf(files, wish, memory);
  const bail = new AbortController();
  const signal = AbortSignal.any([options.signal, bail.signal]);
  const waiting = [...chosen];
  const done: FileAttempt[] = [];
  let failing = 0;
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined && !signal.aborted; next = waiting.shift()) {
      const running = attempts(next, wish.retries, { ...options, signal }, listener, ports);
      const attempt = await orNotRun(next, running, signal, ports);
      if (attempt === null) continue;
      done.push(attempt);
      listener.onEnd(attempt);
      if (isFailing(attempt.result)) failing++;
      if (failing === wish.bail) bail.abort();
    }
  };
  const workers = Array.from({ length: Math.min(wish.jobs, chosen.length) }, () =>
    worker().catch((error: unknown) => {
      // the others' files are ended before anybody hears of it
      bail.abort();
      throw error;
    }),
  );
  await Promise.allSettled(workers);
  await Promise.all(workers);
  const ended = new Set(done.map(({ result }) => result.file));
  return {
    found: [...files.keys()],
    files: done,
    notRun: chosen.map(({ name }) => name).filter((name) => !ended.has(name)),
    tookMs: Math.round(ports.clock.monotonicMs() - startedMs),
  };
}

/** In the order in which they are to start. */
function chosenOf(
  files: ReadonlyMap<string, string>,
  { shard }: RunWish,
  memory: TestMemory,
): readonly ChosenFile[] {
  const all = timed([...files.keys()], (name) => memory.get(name)?.tookMs ?? undefined);
  const chosen = shard === null ? longestFirst(all) : shardOf(all, shard.index, shard.count);
  return chosen.map(({ file: name }, at) => ({ name, file: files.get(name) ?? name, number: `${at}` }));
}

/**
 * null: it was ended before its end, or before its start, as all of the run is; or the machine has no room for it (processes,
 * descriptors, memory, disk), which is said.
 */
async function orNotRun(
  { name }: ChosenFile,
  attempt: Promise<FileAttempt>,
  signal: AbortSignal,
  { onTrouble }: RunnerPorts,
): Promise<FileAttempt | null> {
  try {
    const { isWhole } = await attempt;
    return isWhole ? await attempt : null;
  } catch (error) {
    if (signal.aborted && error === signal.reason) return null;
    if (!isShortage(error)) throw error;
    onTrouble(`${name} was not run: ${messageOf(error)}`);
    return null;
  }
}

async function attempts(
  chosen: ChosenFile,
  retries: number,
  options: FileRunOptions,
  { onStart, onStop }: RunListener,
  ports: RunnerPorts,
): Promise<FileAttempt> {
  const { name } = chosen;
  for (let tried = 1; ; tried++) {
    const number = `${chosen.number}.${tried}`;
    const running = runTestFile({ ...chosen, number }, options, ports, () => onStart(name));
    const attempt = await running.finally(() => onStop(name));
    const { result } = attempt;
    const isLast = !isFailing(result) || tried > retries || options.signal.aborted;
    if (isLast)
      return { ...attempt, result: { ...result, attempts: tried, flaky: tried > 1 && !isFailing(result) } };
  }
}
