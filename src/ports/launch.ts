/** One child, as it is started. */
import type { RunAs } from "../core/app/app-spec.ts";
import type { Signal } from "../core/plan/outcome.ts";
import type { ProcessId } from "../core/process/process.ts";

/**
 * Where a standard stream of the child comes from: this process's own, nowhere, an open descriptor, or a pipe whose other end is ours.
 * A job with a pipe ends of SIGPIPE, or sees its input end, when we die; with a descriptor (a file) it does not notice.
 */
export type ChildStream = "inherit" | "ignore" | "pipe" | number;

export interface SpawnRequest {
  readonly argv: readonly string[];
  readonly cwd: string;
  /** All of it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly streams: readonly [stdin: ChildStream, stdout: ChildStream, stderr: ChildStream];
  /**
   * ours: the terminal treats the child as it treats us (Ctrl-C, Ctrl-Z, the window's size). own: it begins a session and a process
   * group without a terminal (setsid(2)), and what is typed or sent to our group does not reach it.
   */
  readonly session: "ours" | "own";
  /** Descriptors from 3 on that stay open under their numbers; closed here once the child has them. */
  readonly inherited: readonly number[];
  /** Opens a channel for messages (IPC, as JSON), and is called with each one. Not given: nothing is put into the child. */
  readonly onMessage?: ((message: unknown) => void) | undefined;
  /** Not given: as this process. */
  readonly runAs?: RunAs | undefined;
}

/** A program may want to pass these signals on to what it started. */
export type SignalName = Signal | "SIGINT" | "SIGQUIT" | "SIGHUP" | "SIGUSR1" | "SIGUSR2" | "SIGWINCH";

/** Our ends of its standard streams; null where it is no pipe. What nobody reads makes the child wait once the pipe is full. */
export interface LaunchPipes {
  readonly stdin: PipeInput | null;
  readonly stdout: ReadableStream<Uint8Array> | null;
  readonly stderr: ReadableStream<Uint8Array> | null;
}

/** Rejects, or throws, once nobody reads at the other end. */
interface PipeInput {
  write(data: string | Uint8Array): number | Promise<number>;
  flush(): number | Promise<number>;
  end(): unknown;
}

export interface Launched {
  readonly id: ProcessId;
  readonly pipes: LaunchPipes;
  readonly ended: Promise<RootEnd>;
  /** Resolves when it is the program itself; until then another one is between, which becomes it. Missing: it is. */
  readonly became?: Promise<void>;
  /** Sends the signal to this process alone. false: it has ended. */
  signal(name: SignalName): boolean;
  /** A message through its channel; false: there is none, or its other end is closed. */
  send(message: unknown): boolean;
}

export interface RootEnd {
  /** null when a signal ended it; with no signal either, nobody has told us. */
  readonly code: number | null;
  readonly signal: string | null;
  /** Time on a CPU and largest resident size of it and of the children that it waited for. */
  readonly cpuMs: number;
  readonly maxRssBytes: number | null;
  /** It is dead, and whoever traces it has not taken note of that. */
  readonly heldBy?: { readonly pid: number; readonly command: string };
}
