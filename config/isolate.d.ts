/**
 * What `bun-watchdog/isolate` is for whoever imports it. Written for them: our sources would be checked with their settings.
 * test/unit/runner/declared-isolate.test.ts holds it to the sources.
 */

export interface IsolatedRequest {
  /** A program and its arguments. */
  readonly command: readonly string[];
  /** The current folder where it is not given. */
  readonly cwd?: string;
  /** All of it; this process's own where it is not given. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Written to its standard input, which is closed then. Not given: it reads nothing. */
  readonly stdin?: string | Uint8Array;
  /** null or missing: no limit. */
  readonly timeoutMs?: number | null;
  /** Of all its processes together. null or missing: no limit. */
  readonly memoryBytes?: number | null;
  /** Between SIGTERM and SIGKILL; 2 s where it is not given. */
  readonly graceMs?: number;
  /** Shown wherever the job is named. */
  readonly name?: string;
  /** Kept of each stream, half of it from the beginning and half from the end; 1 MB where it is not given. */
  readonly keepBytes?: number;
  /** Called with what it writes, as it comes. */
  readonly onStdout?: (bytes: Uint8Array) => void;
  readonly onStderr?: (bytes: Uint8Array) => void;
  /** Ends all of it. */
  readonly signal?: AbortSignal;
  /**
   * It takes one of the gate's slots, and waits for one, where a configuration of the project sets a gate up. false where it is
   * not given.
   */
  readonly counts?: boolean;
  /** Whose slot that is; `cwd` where it is not given. */
  readonly project?: string;
  /** Called when it starts: it may have waited. */
  readonly onStart?: () => void;
}

export type JobEnding =
  | { readonly how: "exited"; readonly code: number | null }
  /** Somebody else's signal, by name. */
  | { readonly how: "signaled"; readonly signal: string }
  | { readonly how: "timeout"; readonly limitMs: number; readonly evidence: string }
  | {
      readonly how: "memory";
      readonly by: "kernel" | "sampling";
      readonly limitBytes: number;
      readonly evidence: string;
    }
  | { readonly how: "cpu"; readonly limitPercent: number; readonly evidence: string }
  | { readonly how: "stopped"; readonly evidence: string };

export interface KeptOutput {
  readonly text: string;
  /** Bytes that were left out in the middle, where a line of `text` says so. */
  readonly droppedBytes: number;
}

export interface IsolatedEnd {
  readonly jobId: string;
  readonly ending: JobEnding;
  /** How the program itself ended, whatever was the cause; null: nobody has heard. */
  readonly root: { readonly code: number | null; readonly signal: string | null } | null;
  readonly tookMs: number;
  /** Time on a CPU of all its processes; null = cannot be told. */
  readonly cpuMs: number | null;
  /** Of all processes together as far as it was looked at; the largest one's where nobody looked. */
  readonly peakMemoryBytes: number | null;
  /** What had to be killed: at a limit, or left behind by the program. */
  readonly outcomes: readonly {
    readonly id: { readonly pid: number };
    readonly command: string;
    readonly signals: readonly string[];
  }[];
  /** Not dead, although they were to be. */
  readonly survivors: readonly { readonly id: { readonly pid: number }; readonly command: string }[];
  readonly stdout: KeptOutput;
  readonly stderr: KeptOutput;
}

/**
 * Runs one command in a process of its own, held together with all that it starts. Its limits are kept whatever it does,
 * and nothing of it is left when this resolves, or what is left is named. Rejects with the code of execve(2) where it
 * cannot be started, and with a RangeError where a limit is none.
 */
export function runIsolated(request: IsolatedRequest): Promise<IsolatedEnd>;
