/** The one shared contract: what the deciding and acting rooms need from the machine. Implemented in os/ and record/. */
import type { WatchdogEvent } from "./core/event.ts";
import type { Signal } from "./core/outcome.ts";
import type { Details, Machine, ProcessId, ProcessSample, ProcessState, Snapshot } from "./core/process.ts";

/** Which of the costlier readings to take. `kernel` = demand + io, one pass over the threads. */
export type Reading = "demand" | "io" | "pss" | "listeners";

/** Sees processes. One instance keeps what it learned between calls: that is what makes a call cheap. */
export interface ProcessSampler {
  /** Every Bun process in view and every descendant of one. Unreadable entries are skipped or null, never thrown. */
  sample(): Snapshot;
  /** The costlier readings, for these processes only; a process that is gone is missing from the result. */
  inspect(wanted: ReadonlyMap<ProcessSample, ReadonlySet<Reading>>): Map<number, Details>;
  /** The machine alone: some 10 µs, for looks between two samples. */
  machine(): Machine;
  /** Any pid, Bun or not: one line for a message ("systemd", "bun run dev"); null when it is gone. */
  describe(pid: number): string | null;
  /** This process's ancestors, nearest first, up to pid 1. */
  ancestors(pid: number): readonly number[];
  close(): void;
}

/** Holds one process so that no other can be mistaken for it, and signals it. */
export interface Pin extends Disposable {
  readonly id: ProcessId;
  /** Re-checks the identity, then sends. Never throws for what a process may do. */
  send(signal: Signal): "sent" | "gone" | "not-permitted" | "identity-changed";
  /** Resolves when the whole thread group has ended (true) or `withinMs` passed (false). Native: no polling. */
  exited(withinMs: number): Promise<boolean>;
  /** How it stands now; `pendingKill` = SIGKILL is queued and not delivered. null = gone and reaped. */
  status(): PinStatus | null;
}

export interface PinStatus {
  readonly state: ProcessState;
  /** null = not told by this system. */
  readonly threads: number | null;
  readonly ppid: number;
  readonly pendingKill: boolean;
  /** Inside a frozen cgroup (v1 freezer or v2 cgroup.freeze). */
  readonly frozen: boolean;
  /** The service unit (systemd) whose group it is in; null = none: started by a person, or no systemd. Untold = "unknown". */
  readonly service: string | null;
}

export interface ProcessControl {
  /** Until it is this old, ms, another process can still come to have the same pid *and* start time. */
  readonly ambiguousAgeMs: number;
  /** Opens, then verifies: the identity is read after the handle is held. */
  pin(id: ProcessId): Pin | "gone" | "identity-changed";
  /** Who has this pid now; null when nobody has. */
  identify(pid: number): ProcessId | null;
  /** Starts the process that thaws what we froze should we die. Up before the first SIGSTOP. */
  guard(): Promise<FreezeGuard>;
  /** Processes that read what this process writes (its stdout and stderr pipes): freezing them blocks us. */
  readersOfOurOutput(pids: readonly number[]): ReadonlySet<number>;
}

export interface FreezeGuard extends AsyncDisposable {
  /** Told before the SIGSTOP; resolves once the guard has them. */
  watch(ids: readonly ProcessId[]): Promise<void>;
}

export interface Clock {
  /** Unix epoch ms, for people. */
  wallMs(): number;
  /** Never jumps, does not count suspend. */
  monotonicMs(): number;
  /** Resolves after `ms` (at once when that is not positive), or when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Where events go. `write` has put the event beyond this process's death when it returns. */
export interface Journal {
  write(event: WatchdogEvent): void;
}

/** What is stopped right now, kept where the account's next start finds it, whatever project that is in. */
export interface FrozenRecord {
  add(ids: readonly ProcessId[]): void;
  remove(ids: readonly ProcessId[]): void;
  entries(): readonly ProcessId[];
}
