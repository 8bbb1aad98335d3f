/** The facts about processes that decisions are made from. Pure data: who reads it is in os/. */

import type { Ties } from "./ties.ts";

/**
 * Tells one process from all others. A pid alone is reused, and pid + start time was identical in 30 of 30 forced quick
 * reuses (10 ms ticks), so the executable's `device:inode` belongs to it: it also changes with exec.
 */
export interface ProcessId {
  readonly pid: number;
  /**
   * Equal in every reading of one process, and greater for one that started later. Native: clock ticks since boot
   * (field 22 of /proc/PID/stat, proc_pid_stat(5)). Portable: seconds since the Unix epoch (`lstart`, ps(1)).
   */
  readonly startTicks: number;
  /**
   * Native: `device:inode` of the executable. Portable: its path. null where it cannot be read (another account,
   * kernel thread).
   */
  readonly exe: string | null;
}

export const sameProcess = (a: ProcessId, b: ProcessId): boolean =>
  a.pid === b.pid && a.startTicks === b.startTicks && a.exe === b.exe;

/** A string key for maps: two readings of one process give one key, before and after an exec. */
export const processKey = (id: Pick<ProcessId, "pid" | "startTicks">): string => `${id.pid}:${id.startTicks}`;

/** As documents name one, and as it is asked about: `4711-123456`. */
export const processName = (id: Pick<ProcessId, "pid" | "startTicks">): string =>
  `${id.pid}-${id.startTicks}`;

/** What the executable is: Bun itself, a program made by `bun build --compile`, or anything else. */
export type Runtime = "bun" | "compiled" | "other";

/** What a Bun process does, read from its arguments. `other` is a non-Bun member of a job. */
export type Kind =
  | "run"
  | "launcher"
  | "test"
  | "test-worker"
  | "build"
  | "watch"
  | "hot"
  | "bunx"
  | "install"
  | "repl"
  | "compiled"
  | "other";

/** proc_pid_stat(5) field 3, by name. */
export type ProcessState =
  | "running"
  | "sleeping"
  | "uninterruptible"
  | "stopped"
  | "zombie"
  | "dead"
  | "idle";

/** An open endpoint others connect to. */
export interface Listener {
  readonly protocol: "tcp" | "udp" | "unix";
  /** Port number for TCP and UDP, the socket's path (or "@name") for unix. */
  readonly address: string;
}

/** Readings that cost more and are taken only for processes that a decision may hang on; null = unreadable. */
export interface Details {
  /** Σ over threads of time on a CPU + time waiting for one, ns (schedstat): what it would use uncontended. */
  readonly demandNs?: number | null;
  /** When that was so, on the snapshot's monotonic clock, ms. */
  readonly demandAtMs?: number;
  /** rchar + wchar of /proc/PID/io: bytes that read and write calls moved. */
  readonly ioBytes?: number | null;
  /** syscr + syscw of /proc/PID/io: read and write calls made. */
  readonly ioCalls?: number | null;
  /** wchar and syscw, the writing part of both. */
  readonly writtenBytes?: number | null;
  readonly writeCalls?: number | null;
  /** Proportional anonymous + shared memory + swap, bytes (smaps_rollup): shared pages are split. */
  readonly pssBytes?: number | null;
  readonly listeners?: readonly Listener[] | null;
  /** Read together with the listeners. */
  readonly ties?: Ties;
  readonly marks?: Marks | null;
  readonly traffic?: Traffic | null;
}

/** What a process may have talked over without a read or write call. */
export interface Traffic {
  /** Per TCP connection (its socket's inode) the bytes that the process has taken in and given out so far. */
  readonly tcp: ReadonlyMap<number, number>;
  /**
   * Connections that nobody counts the bytes of: unix, UDP, TCP of another network namespace; null = what it has open cannot
   * be read (it is not dumpable).
   */
  readonly uncounted: number | null;
  /** Of these, its standard streams: whoever started it holds them, and nobody is served there. Missing = none. */
  readonly streams?: number;
  /** Accepts connections, which may have come and gone between two looks. */
  readonly listens: boolean;
  /** Since the last connection to it was closed by both sides, where that is remembered; null = none is. */
  readonly closedAgoMs: number | null;
  /** By thread; read where something is uncounted, or nothing can be read. */
  readonly threads: ReadonlyMap<number, ThreadActivity> | null;
}

export interface ThreadActivity {
  readonly ranMs: number;
  /** Times that it gave up its CPU to wait for something. */
  readonly waits: number;
  /** Of what it ran: in the kernel, for its system calls and page faults. Read where nothing else can be. */
  readonly systemMs?: number;
}

/** `watched`: left on the head of a suspicious succession, to see what comes after it. `stopped`: left on a victim. */
export type Mark = "watched" | "stopped";

/** Which marks a process bears: its own, and those of whoever it descends from. null = cannot be told. */
export type Marks = Readonly<Record<Mark, boolean>>;

/** One process at one instant. Counters are cumulative; null means "could not be read", never zero. */
export interface ProcessSample extends Details {
  readonly id: ProcessId;
  readonly ppid: number;
  readonly pgid: number | null;
  readonly sid: number | null;
  readonly uid: number | null;
  readonly user: string | null;
  readonly runtime: Runtime;
  readonly kind: Kind;
  /** Path of the executable, without the kernel's " (deleted)". */
  readonly exePath: string | null;
  readonly argv: readonly string[] | null;
  /** One line of printable text made from argv (comm where argv is unreadable), secrets masked. */
  readonly command: string;
  readonly cwd: string | null;
  /** Its script, absolute, links resolved; null or missing: none, or not to be told. */
  readonly scriptPath?: string | null;
  /** Where it works is not where its script was started: it has changed its directory since. */
  readonly hasMoved?: boolean;
  /** Its script is proven to be part of this product; missing: it is not. */
  readonly isOurScript?: boolean;
  /** Lives in a PID namespace below ours (NSpid has more than one entry); null = unknown. */
  readonly nested: boolean | null;
  /** Has a controlling terminal and belongs to its foreground process group. */
  readonly foreground: boolean | null;
  readonly terminal: boolean | null;
  readonly state: ProcessState;
  /**
   * Live threads. A zombie leader with more than one is alive (proc_pid_stat(5), num_threads). null on systems that
   * do not tell: on those a process is a zombie only when all of its threads have ended.
   */
  readonly threads: number | null;
  /** Unix epoch ms. Derived from the boot clock; decisions use ageMs. */
  readonly startTimeMs: number;
  /** By the boot clock, without time the machine was suspended after we first saw the process. */
  readonly ageMs: number;
  /** How long it is proven to have run Bun; absent = for as long as it exists. A shell waits, and execs into Bun. */
  readonly bunForMs?: number;
  /** How much older than that it may be, where ages are told too low rather than too high; absent = not at all. */
  readonly ageErrorMs?: number;
  /** User + system time of all threads, dead ones included. */
  readonly cpuMs: number;
  readonly rssBytes: number;
  /** Anonymous + shared + swapped memory: what the process costs that no file backs; null = unreadable. */
  readonly memoryBytes: number | null;
  readonly faults: number | null;
}

/** All of one tick: every Bun process in view, and every descendant of one. */
export interface Snapshot {
  readonly atMs: number;
  /** A clock that never jumps and does not count suspend: every duration is a difference of these. */
  readonly monotonicMs: number;
  readonly processes: ReadonlyMap<number, ProcessSample>;
  readonly machine: Machine;
  /** Pids that are in view whether or not Bun has to do with them: members of jobs whose wrapper is dead. */
  readonly followed?: ReadonlySet<number>;
}

export interface Machine {
  readonly cpus: number;
  /** Memory that can be had without swapping, bytes (MemAvailable, proc_meminfo(5)); null = unknown. */
  readonly availableBytes: number | null;
}

/** The age of the program, which a limit is about. */
export const programAgeMs = ({ ageMs, bunForMs }: Pick<ProcessSample, "ageMs" | "bunForMs">): number =>
  bunForMs ?? ageMs;

/** Zombies whose threads have all ended hold no resource and cannot be killed: they count as gone. */
export const isGone = (p: Pick<ProcessSample, "state" | "threads">): boolean =>
  p.state === "dead" || (p.state === "zombie" && (p.threads ?? 1) <= 1);

/** Both sessions are known, and the same. Where one is unknown nobody is taken for a relative. */
export const sameSession = (a: ProcessSample["sid"], b: ProcessSample["sid"]): boolean =>
  a !== null && a === b;

export function withDetails(snapshot: Snapshot, details: ReadonlyMap<number, Details>): Snapshot {
  if (details.size === 0) return snapshot;
  const processes = new Map(snapshot.processes);
  for (const [pid, found] of details) {
    const process = processes.get(pid);
    if (process !== undefined) processes.set(pid, { ...process, ...found });
  }
  return { ...snapshot, processes };
}
