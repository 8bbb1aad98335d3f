/** The one shared contract: what the deciding and acting rooms need from the machine. Implemented in os/ and record/. */
import type { WatchdogEvent } from "./core/event.ts";
import type { Signal } from "./core/outcome.ts";
import type {
  Details,
  Machine,
  Mark,
  Marks,
  ProcessId,
  ProcessSample,
  ProcessState,
  Snapshot,
} from "./core/process.ts";
import type { ContainerPlace } from "./core/slot.ts";

export type * from "./ports/gate.ts";

/** Which of the costlier readings to take. `kernel` = demand + io, one pass over the threads. */
export type Reading = "demand" | "io" | "pss" | "evidence" | "marks" | "traffic";

/** Sees processes. One instance keeps what it learned between calls: that is what makes a call cheap. */
export interface ProcessSampler {
  /** Every Bun process in view and every descendant of one. Unreadable entries are skipped or null, never thrown. */
  sample(): Snapshot;
  /** From now on these too, Bun or not: what dead wrappers of the gate have left behind. Missing: not told here. */
  follow?(pids: ReadonlySet<number>): void;
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
  /**
   * Leaves a harmless mark that whoever it starts from now on inherits, however it starts them. false: it bears that mark
   * already, or this system has none; then there is no proof of descent.
   */
  mark(mark: Mark): boolean;
  /** How it stands now; `pendingKill` = SIGKILL is queued and not delivered. null = gone and reaped. */
  status(): PinStatus | null;
}

export interface PinStatus {
  readonly state: ProcessState;
  /** null = not told by this system. */
  readonly threads: number | null;
  readonly ppid: number;
  readonly pendingKill: boolean;
  /** Dead: it is giving back what it holds, and runs no code of its own any more. Missing = not told. */
  readonly isExiting?: boolean;
  /** Dead, and its parent can reap it only after this one, which traces it, has taken its status. */
  readonly tracer?: number;
  /** Inside a frozen cgroup (v1 freezer or v2 cgroup.freeze). */
  readonly frozen: boolean;
}

export interface ProcessControl {
  /** Until it is this old, ms, another process can still come to have the same pid *and* start time. */
  readonly ambiguousAgeMs: number;
  /** How many pins may be kept for long. */
  readonly mostKept: number;
  /** Opens, then verifies: the identity is read after the handle is held. */
  pin(id: ProcessId): Pin | "gone" | "identity-changed";
  /** The process that has this pid now; null when none has. */
  identify(pid: number): ProcessId | null;
  /** Which marks whoever has this pid now bears; null = cannot be told. */
  marks(pid: number): Marks | null;
  /** A lease of the process that thaws what we froze should we die or be stopped; started with the first and kept. It may throw. */
  guard(): Promise<FreezeGuard>;
  /** Processes that read what this process writes (its stdout and stderr pipes): freezing them blocks us. */
  readersOfOurOutput(pids: readonly number[]): ReadonlySet<number>;
}

export interface FreezeGuard extends AsyncDisposable {
  /** Told before the SIGSTOP; resolves once the guard has them. The end of the lease continues and forgets them. */
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

/** The terminals that processes were started in. */
export interface Terminals {
  /**
   * One printable line, where the victim's session still has a terminal of this account; never waits. Not where this process
   * or one of `readers` is told anyway. false: nobody was told.
   */
  say(
    victim: Pick<ProcessSample, "id" | "sid" | "terminal">,
    line: string,
    readers: readonly number[],
  ): boolean;
}

/** What is stopped right now, kept where the account's next start finds it, whatever project that is in. */
export interface FrozenRecord {
  add(ids: readonly ProcessId[]): void;
  remove(ids: readonly ProcessId[]): void;
  entries(): readonly ProcessId[];
  /** Takes the room on the disk that `add` needs, for as long as this is held. Throws where there is none. */
  reserve(): Disposable;
}

/** Descriptors for the end of a job, which has to be possible whenever it comes. */
export interface Reserve {
  /** Before anything is started: throws where there are not enough, with the next move. */
  require(): void;
  /** As many as there are, at most as many as are needed; free again once it is disposed. */
  hold(): Disposable;
}

/** How a job's memory limit is kept. `sampled`: nobody but us looks, the kernel does not; `none`: there is no limit. */
export type Enforcement = "kernel" | "sampled" | "none";

/** What a container can be relied on for, as it was read back after it was made. */
export interface ContainerFacts {
  /** For people: what stays inside, and what may get away. */
  readonly promise: string;
  readonly memory: Enforcement;
  /** Why the kernel does not keep the limit; null when it does, or there is none. */
  readonly whyNot: string | null;
}

/** null = this mechanism does not tell. */
export interface ContainerUsage {
  /** Now and at most so far, of all members together; a group's includes the files that it has cached. */
  readonly memoryBytes: number | null;
  readonly memoryPeakBytes: number | null;
  /** User + system time of all members, dead ones included. */
  readonly cpuMs: number | null;
  /** Processes that the kernel killed for the memory limit. */
  readonly memoryKills: number;
}

/** All that is left of a job whose wrapper may be dead. Disposing removes its groups once they are empty. */
export interface Remains extends Disposable {
  readonly place: ContainerPlace;
  /** The processes that are inside and have not ended, at this instant. */
  members(): readonly ProcessId[];
  /** How many that is, those included that have no number in this PID namespace; at least so many. */
  count(): number;
  usage(): ContainerUsage;
  /** SIGKILL to all of it at one stroke, those included that are being born. false: there is no such stroke here. */
  killAll(): boolean;
}

/** Holds everything that one launch starts. Made, limited and read back before the spawn. */
export interface Container extends Remains {
  readonly facts: ContainerFacts;
  /** Throws an Error with the code of execve(2) when it cannot be started. */
  spawn(request: SpawnRequest): Launched;
  /** Calls back, once, after the kernel has killed a member for the memory limit, or when that cannot be watched for. */
  onMemoryKill(listener: () => void, onFailure: (error: unknown) => void): void;
  /** Whether somebody of it was ever seen outside of what the kernel counts and limits. */
  hasEscaped(): boolean;
  /**
   * The last resort of a launcher that cannot look after it any more: SIGKILL to all of it, at once and by whatever way
   * is left. Never throws; false: somebody may be left.
   */
  strike(): boolean;
}

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

/** Sees the members of one container only, and all of them, Bun or not. */
export type MemberSampler = Pick<
  ProcessSampler,
  "sample" | "inspect" | "machine" | "describe" | "ancestors" | "close"
>;

export interface ContainerFactory {
  /** The best that this system allows; `memoryBytes` null = no limit. */
  create(wish: { readonly jobId: string; readonly memoryBytes: number | null }): Promise<Container>;
  /** A job that an earlier wrapper launched. */
  reopen(jobId: string, place: ContainerPlace): Promise<Remains>;
  /** Groups that dead wrappers of this account left behind, with or without somebody in them. */
  leftovers(): Promise<readonly { readonly jobId: string; readonly place: ContainerPlace }[]>;
  /** Has this pid, and has not ended. */
  isAlive(id: Pick<ProcessId, "pid" | "startTicks">): boolean;
  /** Loaded when it is needed: most launches never look. */
  sampler(of: Pick<Remains, "members">): Promise<MemberSampler>;
}

/** Names this process in records that outlive it. */
export interface ThisProcess {
  readonly id: ProcessId;
  /** Inode of the PID namespace that our numbers mean something in. */
  readonly pidNamespace: string;
  /** Nothing of another boot is alive. */
  readonly bootId: string;
  /** As it was handed to us: without what the runtime has added from the project's .env files. */
  readonly environment: Readonly<Record<string, string>>;
}
