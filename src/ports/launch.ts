/** One child, as it is started. */
import type { Signal } from "../core/plan/outcome.ts";
import type { ProcessId } from "../core/process/process.ts";

/** Where a standard stream of the child comes from: this process's own, nowhere, or an open descriptor. */
export type ChildStream = "inherit" | "ignore" | number;

export interface SpawnRequest {
  readonly argv: readonly string[];
  readonly cwd: string;
  /** All of it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly streams: readonly [stdin: ChildStream, stdout: ChildStream, stderr: ChildStream];
  /** Descriptors from 3 on that stay open under their numbers; closed here once the child has them. */
  readonly inherited: readonly number[];
}

/** Those that a program may want to pass on to what it started. */
export type SignalName = Signal | "SIGINT" | "SIGQUIT" | "SIGHUP" | "SIGUSR1" | "SIGUSR2" | "SIGWINCH";

/** Our own child. It stays in our session and process group: the terminal treats both alike. */
export interface Launched {
  readonly id: ProcessId;
  readonly ended: Promise<RootEnd>;
  /** To this process alone. false: it has ended. */
  signal(name: SignalName): boolean;
}

export interface RootEnd {
  /** null when a signal ended it. */
  readonly code: number | null;
  readonly signal: string | null;
  /** Time on a CPU and largest resident size of it and of the children that it waited for. */
  readonly cpuMs: number;
  readonly maxRssBytes: number | null;
  /** It is dead, and whoever traces it has not taken note of that. */
  readonly heldBy?: { readonly pid: number; readonly command: string };
}
