/** What the sampler's tests share: a sampler of their own, and children that they wait for and take down. */
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ProcessSample } from "../../src/core/process/process.ts";
import { openSampler, type SamplerOptions } from "../../src/os/select.ts";
import type { ProcessSampler } from "../../src/ports/sampler.ts";
import { hasCode } from "./proc.ts";
import { until } from "./ready.ts";

export const ownUid = process.getuid?.() ?? 0;

export const newSampler = (options: Partial<SamplerOptions> = {}): ProcessSampler & Disposable => {
  const sampler = openSampler({ uid: ownUid, scope: "user", projectRoot: "/", ...options });
  return {
    sample: () => sampler.sample(),
    inspect: (wanted) => sampler.inspect(wanted),
    machine: () => sampler.machine(),
    describe: (pid) => sampler.describe(pid),
    ancestors: (pid) => sampler.ancestors(pid),
    close: () => sampler.close(),
    [Symbol.dispose]: () => sampler.close(),
  };
};

export interface ChildOptions {
  readonly cwd?: string;
  readonly argv0?: string;
  readonly uid?: number;
  /** All of it. */
  readonly env?: Readonly<Record<string, string>>;
  /** "pipe": into `errors`. */
  readonly stderr?: "pipe";
}

/** A child whose standard output is read line by line; killed and reaped when disposed. */
export interface Child extends AsyncDisposable {
  readonly pid: number;
  readonly lines: readonly string[];
  readonly errors: readonly string[];
  /** One line to its standard input. */
  write(line: string): void;
  kill(signal: NodeJS.Signals): void;
  readonly exited: Promise<number>;
}

export const startChild = (argv: readonly string[], options: ChildOptions = {}): Child => {
  const child = Bun.spawn([...argv], { stderr: "inherit", ...options, stdin: "pipe", stdout: "pipe" });
  const lines: string[] = [];
  const errors: string[] = [];
  void collect(child.stdout, lines);
  if (child.stderr !== undefined) void collect(child.stderr, errors);
  return {
    pid: child.pid,
    lines,
    errors,
    write: (line) => {
      void child.stdin.write(`${line}\n`);
      void child.stdin.flush();
    },
    kill: (signal) => child.kill(signal),
    exited: child.exited,
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
};

const collect = async (stream: ReadableStream<Uint8Array>, lines: string[]): Promise<void> => {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = parts.pop() ?? "";
    lines.push(...parts);
  }
};

/** The child's pid of its nth line "ready <pid> …", once that is printed. */
export const readyPids = async (child: Child): Promise<readonly number[]> => {
  const ready = (): string | undefined => child.lines.find((line) => line.startsWith("ready"));
  if (!(await until(() => ready() !== undefined))) throw new Error(`pid ${child.pid} printed no ready line`);
  return (ready() ?? "").split(" ").slice(1).map(Number);
};

/** The first sample of this pid for which `is` holds; the last one when it never does. */
export const sampleWhere = async (
  sampler: ProcessSampler,
  pid: number,
  is: (process: ProcessSample | undefined) => boolean,
): Promise<ProcessSample | undefined> => {
  let sample: ProcessSample | undefined;
  await until(() => is((sample = sampler.sample().processes.get(pid))));
  return sample;
};

/** For what a test started and no Child stands for. */
export const killAll = (pids: readonly number[]): void => {
  for (const pid of pids) {
    try {
      if (pid > 1) process.kill(pid, "SIGKILL");
    } catch (error) {
      // it ended by itself
      if (!hasCode(error, "ESRCH")) throw error;
    }
  }
};

/** An empty directory that every account may enter; gone when disposed. */
export const scratch = (): { readonly path: string } & Disposable => {
  const path = mkdtempSync(join(tmpdir(), "bun-watchdog-sampler-"));
  chmodSync(path, 0o755);
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
};
