/** All files of a run: found, put in order, run some at a time, tried again where that is asked for. */
import { relative } from "node:path";
import { longestFirst, shardOf, timed } from "../../core/tests/order.ts";
import { isFailing } from "../../core/tests/report.ts";
import type { LaunchPorts } from "../../launch/request.ts";
import { isShortage, messageOf } from "../../text/system-error.ts";
import type { FileRunOptions } from "./options.ts";
import { type FileAttempt, runTestFile } from "./run-file.ts";
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
  readonly onStart: (file: string) => void;
  /** Called for the last attempt at each file, in the order in which they end. */
  readonly onEnd: (attempt: FileAttempt) => void;
}

export interface TestRun {
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
  ports: LaunchPorts,
): Promise<TestRun> {
  const startedMs = ports.clock.monotonicMs();
  const nameOf = new Map(wish.files.map((file) => [relative(options.cwd, file), file]));
  const all = timed([...nameOf.keys()], (name) => memory.get(name)?.tookMs ?? undefined);
  const chosen = wish.shard === null ? longestFirst(all) : shardOf(all, wish.shard.index, wish.shard.count);
  const waiting = chosen.map(({ file }, at) => ({ name: file, number: `${at}` }));
  const done: FileAttempt[] = [];
  const bail = new AbortController();
  const signal = AbortSignal.any([options.signal, bail.signal]);
  let failing = 0;
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined && !signal.aborted; next = waiting.shift()) {
      const { name, number } = next;
      listener.onStart(name);
      const file = nameOf.get(name) ?? name;
      const attempt = await orNotRun(
        name,
        attempts(file, name, number, wish.retries, { ...options, signal }, ports),
        ports,
      );
      if (signal.aborted) return;
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
    found: [...nameOf.keys()],
    files: done,
    notRun: chosen.map(({ file }) => file).filter((file) => !ended.has(file)),
    tookMs: Math.round(ports.clock.monotonicMs() - startedMs),
  };
}

/** null: the machine has no room for it (processes, descriptors, memory, disk), which is said. */
async function orNotRun(
  name: string,
  attempt: Promise<FileAttempt>,
  { onTrouble }: LaunchPorts,
): Promise<FileAttempt | null> {
  try {
    return await attempt;
  } catch (error) {
    if (!isShortage(error)) throw error;
    onTrouble(`${name} was not run: ${messageOf(error)}`);
    return null;
  }
}

async function attempts(
  file: string,
  name: string,
  number: string,
  retries: number,
  options: FileRunOptions,
  ports: LaunchPorts,
): Promise<FileAttempt> {
  for (let tried = 1; ; tried++) {
    const attempt = await runTestFile(file, name, `${number}.${tried}`, options, ports);
    const { result } = attempt;
    const isLast = !isFailing(result) || tried > retries || options.signal.aborted;
    if (isLast)
      return { ...attempt, result: { ...result, attempts: tried, flaky: tried > 1 && !isFailing(result) } };
  }
}
