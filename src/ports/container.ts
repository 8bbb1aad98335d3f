/** A container holds a launched job and all that it starts. */
import type { ProcessId } from "../core/process/process.ts";
import type { ContainerPlace, JobRecord } from "../core/process/slot.ts";
import type { Launched, SpawnRequest } from "./launch.ts";
import type { ProcessSampler } from "./sampler.ts";

/**
 * This says how a job's memory limit is kept. `sampled`: only we look, the kernel does not; `none`: there is
 * no limit.
 */
type Enforcement = "kernel" | "sampled" | "none";

/** The kernel is to keep these limits of a job as a whole, beside its memory limit; null = no such limit. */
export interface Caps {
  /** Time on the CPUs of all its processes together; 100 = one core. Who wants more waits: nobody is killed for it. */
  readonly cpuPercent: number | null;
  /** Threads of all its processes together: one more is refused (EAGAIN). At least 2. */
  readonly threads: number | null;
}

export interface KeptCap {
  readonly cap: keyof Caps;
  /** The limit as it was read back; null = it is not kept, and only the kernel could keep it. */
  readonly limit: number | null;
  readonly whyNot: string | null;
}

/** The limits that are to be in force before the first process is. */
export interface ContainerWish {
  readonly jobId: string;
  /** null = no limit. */
  readonly memoryBytes: number | null;
  readonly caps?: Caps | undefined;
  /** Others may be set while it runs: what that takes is made where it can be. */
  readonly adjustable?: boolean | undefined;
  /** Whoever launches it has other jobs, or children of its own: an orphan that comes to it need not be of this job. */
  readonly isOfMany?: boolean | undefined;
}

/** These facts say what a container can be relied on for; they were read back after it was made. */
export interface ContainerFacts {
  /** A text for people: it says what stays inside, and what may get away. */
  readonly promise: string;
  readonly memory: Enforcement;
  /** The reason why the kernel does not keep the limit; null if it does, or if there is none. */
  readonly whyNot: string | null;
  /** The limits that were asked for. */
  readonly caps: readonly KeptCap[];
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

/** Readings of a running job, as its processes and its own group tell them; null = cannot be read. */
export interface Glance {
  readonly processes: number;
  readonly memoryBytes: number | null;
  readonly cpuMs: number | null;
  /** Open files of the root. */
  readonly descriptors: number | null;
  readonly commandLine: readonly string[];
}

/** All that is left of a job whose wrapper may be dead. Disposing removes its groups once they are empty. */
export interface Remains extends Disposable {
  readonly place: ContainerPlace;
  /** The processes that are inside and have not ended, at this instant. */
  members(): readonly ProcessId[];
  /** The same as no members, and cheaper. */
  isEmpty(): boolean;
  /**
   * The number of its processes, with those that have no number in this PID namespace; there are at least so
   * many.
   */
  count(): number;
  usage(): ContainerUsage;
  /** SIGKILL to all of it at one stroke, those included that are being born. false: there is no such stroke here. */
  killAll(): boolean;
}

export interface JobHold extends Remains {
  /** The facts as they were read back last. */
  readonly facts: ContainerFacts;
  /** Other limits from now on, for those who are in there already too. */
  limit(wish: Omit<ContainerWish, "jobId">): Promise<ContainerFacts>;
  /** Cheap: who has left the group is not looked for. */
  glance(): Promise<Glance>;
  /** Calls back, once, after the kernel has killed a member for the memory limit, or when that cannot be watched for. */
  onMemoryKill(listener: () => void, onFailure: (error: unknown) => void): void;
  /** Tells whether a process of the job was ever seen outside of what the kernel counts and limits. */
  hasEscaped(): boolean;
  /**
   * The last resort of a launcher that cannot look after it any more: SIGKILL to all of it, at once and by whatever way
   * is left. Never throws; false: somebody may be left.
   */
  strike(): boolean;
}

/** Holds everything that one launch starts. Made, limited and read back before the spawn. */
export interface Container extends JobHold {
  /** Whether another process, with these limits, can be started in it once it is empty: nothing in it limits that one. */
  canHoldAgain(wish: {
    readonly limits: { readonly memoryBytes: number | null };
    readonly caps?: Caps | undefined;
  }): boolean;
  /** Throws an Error with the code of execve(2) when it cannot be started. */
  spawn(request: SpawnRequest): Launched;
}

/** The part of a record that describes a job which somebody else has launched. */
export type JobToAdopt = Pick<JobRecord, "jobId" | "place" | "root">;

export interface Adopted {
  readonly container: JobHold;
  /** Its end is told by a pin, without a code; it has ended already where nobody has its pid any more, or it was never on record. */
  readonly root: Launched;
  /** The time for which it has run, by a clock that nobody can set; null = nobody tells. */
  readonly ranMs: number | null;
}

/** Sees the members of one container only, and all of them, Bun or not. */
export type MemberSampler = Pick<
  ProcessSampler,
  "sample" | "inspect" | "machine" | "describe" | "ancestors" | "close"
>;

export interface ContainerFactory {
  create(wish: ContainerWish): Promise<Container>;
  /** One whose launcher is dead, with the limits that are to hold from now on. Whoever asks holds its slot. */
  adopt(job: JobToAdopt, wish: ContainerWish): Promise<Adopted>;
  /** `place` null: nobody knows any more, and it is looked for. */
  reopen(jobId: string, place: ContainerPlace | null): Promise<Remains>;
  /** Orphans that came to this process from one of its jobs, and nobody knows from which. They are ended with none. */
  strays(): Promise<readonly ProcessId[]>;
  /** Has this pid, and has not ended. */
  isAlive(id: Pick<ProcessId, "pid" | "startTicks">): boolean;
  /** Loaded when it is needed: most launches never look. */
  sampler(of: Pick<Remains, "members">): Promise<MemberSampler>;
}
