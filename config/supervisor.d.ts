/// <reference lib="esnext.disposable" />
/**
 * What `bun-watchdog/supervisor` is for whoever imports it. Written for them: our sources would be checked with their settings.
 * test/unit/supervisor/declared.test.ts holds it to the sources.
 */

/** Where a standard stream comes from: this process's own, nowhere, an open descriptor, or a pipe whose other end is ours. */
export type ChildStream = "inherit" | "ignore" | "pipe" | number;

export type SignalName =
  | "SIGTERM"
  | "SIGKILL"
  | "SIGSTOP"
  | "SIGCONT"
  | "SIGINT"
  | "SIGQUIT"
  | "SIGHUP"
  | "SIGUSR1"
  | "SIGUSR2"
  | "SIGWINCH";

/** null = as this process. */
export interface RunAs {
  readonly uid: number | null;
  readonly gid: number | null;
  readonly umask: number | null;
  readonly noNewPrivileges: boolean;
  /** Names without CAP_, or ["all"]. */
  readonly dropCapabilities: readonly string[];
}

/** Of an app with all that it starts; null = no limit. */
export interface AppLimits {
  readonly memoryBytes: number | null;
  /** 100 = one core. */
  readonly cpuPercent: number | null;
  readonly threads: number | null;
}

export interface AppConfig {
  readonly name: string;
  /** A program and its arguments; or the program alone, and `args`. */
  readonly command: string;
  readonly args?: readonly string[];
  readonly cwd: string;
  /** All of it; not given: this process's own. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Bytes. */
  readonly maxMemory?: number | null;
  /** 100 = one core. */
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

export interface AppProcess {
  readonly name: string;
  readonly pid: number;
  readonly root: { readonly pid: number; readonly startTicks: number; readonly exe: string | null };
  /** For `adopt`, by whoever comes after you. */
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
  readonly caps: readonly {
    readonly cap: "cpuPercent" | "threads";
    readonly limit: number | null;
    readonly whyNot: string | null;
  }[];
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
  readonly state: "starting" | "online" | "stopping" | "stopped" | "waiting" | "retrying";
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

/** Who is slow loses the oldest, and is told how many. */
export interface EventStream extends AsyncIterable<SupervisorEvent>, Disposable {
  readonly dropped: number;
}

/** Disposed, it leaves every app as it is. */
export interface ProcessSupervisor extends AsyncDisposable {
  /** Rejects with an Error that has the code of execve(2). */
  spawn(config: AppConfig): Promise<AppProcess>;
  /** One that a dead process had started; null: nothing is left of it, or somebody looks after it. */
  adopt(jobId: string, config: AppConfig): Promise<AppProcess | null>;
  /** SIGTERM, a grace (10 s where none is given), SIGKILL, for all of it. */
  killTree(
    handle: AppProcess,
    options?: { readonly graceMs?: number; readonly reason?: string },
  ): Promise<ExitStatus>;
  wait(handle: AppProcess): Promise<ExitStatus>;
  /** Of a pid, or of the last app that was started by that name; rejects where it is no app of this supervisor that runs. */
  getProcessInfo(app: number | string): Promise<ProcessInfo>;
  setResourceLimits(handle: AppProcess, limits: AppLimits): Promise<LimitReport>;
  events(): EventStream;
}

export interface SupervisorOptions {
  /** Events that are kept for a listener who is slow. 1,024 where none is given. */
  readonly eventBuffer?: number;
  /** Told what went wrong beside an app, in a sentence. */
  readonly onTrouble?: (sentence: string) => void;
  /** The environment of an app that is given none; this process's own where none is given. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

export function createSupervisor(options?: SupervisorOptions): Promise<ProcessSupervisor>;
