/** The contract between the manager of apps and what holds their processes: the seed's `ProcessSupervisor`. */
import type { AppLimits, RunAs } from "../core/app/app-spec.ts";
import type { InstanceState } from "../core/app/app-state.ts";
import type { ProcessId } from "../core/process/process.ts";
import type { KeptCap } from "./container.ts";
import type { ChildStream, SignalName } from "./launch.ts";

/** One copy of one app, as it is to be started. */
export interface AppConfig {
  readonly name: string;
  /** Stands in the books of all launched jobs: whoever has lost the job's id finds it by this. */
  readonly key?: string;
  /** A program and its arguments; or the program alone, and `args`. */
  readonly command: string;
  readonly args?: readonly string[];
  readonly cwd: string;
  /** All of it; not given: this process's own. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly maxMemory?: number | null;
  readonly maxCpuPercent?: number | null;
  readonly maxThreads?: number | null;
  readonly streams?: readonly [stdin: ChildStream, stdout: ChildStream, stderr: ChildStream];
  readonly runAs?: RunAs;
  /** Opens a channel for messages (IPC); called with each one. Not given: nothing is injected. */
  readonly onMessage?: (message: unknown) => void;
  /** What its main process leaves behind stays. */
  readonly keepTree?: boolean;
  /** For what its main process leaves behind, from SIGTERM to SIGKILL; 10 s otherwise. */
  readonly graceMs?: number;
  /** One of the same app that is over: where nothing of it is left and no limit is kept, what has held it holds this one. */
  readonly after?: AppProcess;
  /** Called with the job's id before any process of it exists. What it throws is what `spawn` rejects with. */
  readonly onJob?: (jobId: string) => void;
}

/** A started or adopted app. */
export interface AppProcess {
  readonly name: string;
  readonly pid: number;
  readonly root: ProcessId;
  readonly jobId: string;
  readonly enforcement: LimitReport;
  /** To its main process alone; false: that has ended. */
  readonly signal: (name: SignalName) => boolean;
  /** false: there is no channel, or the other end is closed. */
  readonly send: (message: unknown) => boolean;
  /** Resolves when nothing of it runs any more: whoever starts it anew need not wait until its groups are gone. */
  readonly over: Promise<AppEnd>;
}

/** What is kept, by whom, as it was read back. */
export interface LimitReport {
  readonly backend: "cgroup2" | "hybrid" | "user-scope" | "process-group";
  readonly memory: "kernel" | "sampled" | "none";
  readonly whyNot: string | null;
  readonly caps: readonly KeptCap[];
}

export interface ExitStatus {
  /** null: a signal, or nobody knows. */
  readonly code: number | null;
  readonly signal: string | null;
  readonly reason: "exited" | "signal" | "oom" | "cpu-limit" | "stopped" | "unknown";
  readonly tookMs: number;
  readonly peakMemoryBytes: number | null;
  readonly cpuMs: number | null;
  /** Not dead, although they were to be: `name (pid n)`. */
  readonly survivors: readonly string[];
}

export type AppEnd = Omit<ExitStatus, "peakMemoryBytes" | "cpuMs">;

export interface ProcessInfo {
  readonly pid: number;
  readonly app: string;
  readonly state: InstanceState;
  /** Of all its processes; null = cannot be read. */
  readonly memoryBytes: number | null;
  readonly cpuMs: number | null;
  readonly processes: number;
  /** Open files of the main process. */
  readonly descriptors: number | null;
  readonly commandLine: readonly string[];
  readonly startedMs: number;
}

export type SupervisorEvent =
  | { readonly type: "started"; readonly app: string; readonly pid: number }
  | { readonly type: "ready"; readonly app: string; readonly pid: number }
  | { readonly type: "exited"; readonly app: string; readonly pid: number; readonly status: ExitStatus }
  | { readonly type: "oom"; readonly app: string; readonly pid: number; readonly limitBytes: number }
  | { readonly type: "backoff"; readonly app: string; readonly delayMs: number }
  | { readonly type: "failed"; readonly app: string; readonly error: string };

/** The events of now, one after the other; who is slow loses the oldest, and is told how many. */
export interface EventStream extends AsyncIterable<SupervisorEvent>, Disposable {
  readonly dropped: number;
}

export interface ProcessSupervisor extends AsyncDisposable {
  /** @throws an Error with the code of execve(2) */
  spawn(config: AppConfig): Promise<AppProcess>;
  /** One that a dead process of ours had started; null: nothing is left of it, or somebody looks after it. */
  adopt(jobId: string, config: AppConfig): Promise<AppProcess | null>;
  /**
   * SIGTERM, a grace (default 10 s), SIGKILL, for all of it. Resolves when nothing is left, or what is left is named. Called
   * again, or while its leftovers are being ended: the shorter grace holds. graceMs 0: SIGKILL at once.
   */
  killTree(
    handle: AppProcess,
    options?: { readonly graceMs?: number; readonly reason?: string },
  ): Promise<ExitStatus>;
  /** Its main process has ended, and so has what that left behind (SIGTERM, a grace, SIGKILL), unless `keepTree`. */
  wait(handle: AppProcess): Promise<ExitStatus>;
  /** Of a pid, or of the last app that was started by that name. @throws where it is no app of this supervisor that runs */
  getProcessInfo(app: number | string): Promise<ProcessInfo>;
  /** Of a running app; says what is kept after reading it back. */
  setResourceLimits(handle: AppProcess, limits: AppLimits): Promise<LimitReport>;
  events(): EventStream;
}
