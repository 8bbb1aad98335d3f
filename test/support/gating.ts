/** Runs `bun-wrapper` as a user does, and tells what the account's books say. Inside a PID namespace only. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { SlotRecord } from "../../src/core/process/slot.ts";
import { ensureRuntimeDirectory } from "../../src/os/runtime-directory.ts";
import { readSlots } from "../../src/os/linux/gatehouse/slot-files.ts";
import { repository, type Project } from "./launch.ts";
import { until } from "./ready.ts";
import { requireNamespace } from "./namespace.ts";

export const WRAPPER = join(repository, "scripts/bun-wrapper.ts");
export const fixture = (name: string): string => join(repository, "test/fixtures", name);

/** Another account than root's: it makes no groups here. */
const NOBODY = 65_534;

export interface Gated extends AsyncDisposable {
  readonly pid: number;
  /** The wrapper has ended, and everybody who could write its output. */
  readonly exited: Promise<number>;
  /** The wrapper has ended. */
  readonly gone: Promise<number>;
  readonly signalCode: () => string | null;
  kill(signal: NodeJS.Signals): void;
  /** So far. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Resolves with the pids of the line "ready <pids>". */
  ready(): Promise<readonly number[]>;
}

export interface GateOptions {
  readonly unprivileged?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** A group of cgroup v2 to be born in. */
  readonly cgroup?: string;
}

/** `bun-wrapper <args>` in the project. */
export function gate(project: Project, args: readonly string[], options: GateOptions = {}): Gated {
  requireNamespace();
  // a directory of root's is not the other account's to write to
  if (options.unprivileged === true)
    Bun.spawnSync(["chown", "--recursive", `${NOBODY}:${NOBODY}`, project.directory]);
  const child = Bun.spawn([process.execPath, WRAPPER, ...args], {
    cwd: project.directory,
    env: { ...process.env, ...project.env, ...options.env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    ...(options.unprivileged === true && { uid: NOBODY, gid: NOBODY }),
    ...(options.cgroup !== undefined && { cgroup: options.cgroup }),
  });
  const said = { stdout: "", stderr: "" };
  const read = async (name: "stdout" | "stderr"): Promise<void> => {
    for await (const chunk of child[name].pipeThrough(new TextDecoderStream())) said[name] += chunk;
  };
  const done = Promise.all([read("stdout"), read("stderr")]);
  return {
    pid: child.pid,
    exited: child.exited.then(async (code) => {
      await done;
      return code;
    }),
    gone: child.exited,
    signalCode: () => (child.signalCode === null ? null : String(child.signalCode)),
    kill: (signal) => child.kill(signal),
    stdout: () => said.stdout,
    stderr: () => said.stderr,
    ready: async () => {
      const find = (): string | undefined => /^ready (.*)$/m.exec(said.stdout)?.[1];
      if (!(await until(() => find() !== undefined || child.exitCode !== null, 30_000)) || !find())
        throw new Error(`the job never got ready (exit ${child.exitCode})\n${said.stdout}${said.stderr}`);
      return (find() ?? "").trim().split(" ").map(Number);
    },
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGTERM");
      if (!(await until(() => child.exitCode !== null || child.signalCode !== null, 8_000)))
        child.kill("SIGKILL");
      await child.exited;
    },
  };
}

/** To its end. */
export async function gateRun(
  project: Project,
  args: readonly string[],
  options?: GateOptions,
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  const gated = gate(project, args, options);
  return { code: await gated.exited, stdout: gated.stdout(), stderr: gated.stderr() };
}

/** Of scope user. */
export const slots = (): readonly SlotRecord[] =>
  readSlots(join(ensureRuntimeDirectory(process.getuid?.() ?? 0), "gate-user", "slots"));

export const report = (project: Project, name = "report.json"): Record<string, unknown> =>
  JSON.parse(readFileSync(join(project.directory, name), "utf8"));

/** `bun test` is a Bun job of its own; where that is not the point it is left out. */
export const CONFIG = {
  maxConcurrentProcesses: 2,
  maxMemoryUsageMB: null,
  killGraceMs: 500,
  gate: { countUngated: false },
} as const;
