/** What an operating system's mechanisms offer to the rest: one of these is chosen in select.ts. */
import type { Finding } from "../core/plan/finding.ts";
import type { GatedJobs } from "../ports/gate.ts";
import type { ProcessControl } from "../ports/control.ts";
import type { ProcessSampler } from "../ports/sampler.ts";
import type { Terminals } from "../ports/terminals.ts";
import type { LockNote, LockHolder, Lock } from "./lock.ts";

export interface SamplerOptions {
  /** The account whose Bun processes are in view, for scope "user" and "project". */
  readonly uid: number;
  readonly scope: "user" | "machine" | "project";
  /** Scope "project": jobs are in view whose topmost Bun process works in this directory or below it. */
  readonly projectRoot: string;
}

/**
 * Called with the names of files that have got more bytes; null = any of them may have. Gives a promise where that comes too
 * often: then nothing is told until it resolves.
 */
export type OnGrown = (names: ReadonlySet<string> | null) => Promise<void> | null;
export type GrowthWatch = Disposable;

export interface Hole {
  readonly from: number;
  /** Infinity: there is nothing behind it. */
  readonly to: number;
}

export interface Backend {
  readonly openSampler: (options: SamplerOptions) => ProcessSampler;
  readonly openControl: () => ProcessControl;
  /** null = whose terminal is whose is not told here. */
  readonly openTerminals: (() => Terminals) | null;
  /** `ownDirectories`: the account's runtime directories, asked anew each time: they come and go. */
  readonly openGatedJobs: (ownDirectories: () => readonly string[]) => GatedJobs;
  /** The account that listens on a unix socket; null when nobody does, or it cannot be told. */
  readonly listenerAccount: (path: string) => number | null;
  /** Every account that is connected to a unix socket of this process, and the one that listens; empty: it cannot be told. */
  readonly connectedAccounts: (path: string) => ReadonlySet<number>;
  /** Takes the lock at once or says who has it; the kernel frees it when its holder dies, however it died. */
  readonly acquireLock: (path: string, about?: LockNote) => Lock | { readonly heldBy: LockHolder };
  /** Becomes another program under the same pid, and does not return where that works; null = this system cannot. */
  readonly replaceProcess:
    | ((
        path: string,
        argv: readonly string[],
        env: Readonly<Record<string, string | undefined>>,
      ) => Promise<void>)
    | null;
  /** Whether writing to a descriptor would not wait; true where it cannot be told. */
  readonly isWritable: (fd: number) => boolean;
  /** Tells which files in a directory grow, without looking. Keeps the process alive. */
  readonly watchGrowth: (directory: string, onGrown: OnGrown) => GrowthWatch;
  /** Gives the blocks of a part of a file back, and changes nothing else about it; false = this cannot be done here. */
  readonly punchHole: (fd: number, from: number, bytes: number) => boolean;
  /** A part of a file that nobody has written and that begins before `to`; null = there is none, or it cannot be told. */
  readonly findHole: (fd: number, from: number, to: number) => Hole | null;
  readonly probe: () => Promise<readonly Finding[]>;
}
