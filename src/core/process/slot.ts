/**
 * A launched job, as the account's runtime directory keeps it: who looks after it, where it can be found when that one is dead,
 * and whether it takes a unit of launch capacity, a slot. Plain data; who writes it is in gate/, who looks for the job is in os/.
 */
import type { ProcessId } from "./process.ts";

/**
 * What a job's processes are held together by, and so where to look for them later:
 * - cgroup2: a group of the unified hierarchy, which has the controllers as well;
 * - hybrid: a unified group without controllers, and a v1 group for each limit;
 * - marker: no group at all, only the environment variable that children inherit.
 */
export type ContainerPlace =
  | { readonly kind: "cgroup2"; readonly directory: string }
  | {
      readonly kind: "hybrid";
      readonly directory: string;
      readonly memoryDirectory: string | null;
      /** Its groups of other version 1 controllers. */
      readonly capDirectories: readonly string[];
    }
  | { readonly kind: "marker" };

/** Who launches jobs and looks after them. The monitor looks after those that have no living owner. */
export type OwnerKind = "gate" | "manager" | "runner";

/** What people call the process of each. */
export const OWNER_NAMES: Readonly<Record<OwnerKind, string>> = {
  gate: "wrapper",
  manager: "manager",
  runner: "runner",
};

/** The process that looks after a job: the one that launched it, or that has adopted it since. */
export interface JobOwner extends ProcessId {
  readonly kind: OwnerKind;
}

export interface JobRecord {
  readonly schemaVersion: 1;
  readonly jobId: string;
  /** Given by the user; null = none. */
  readonly name: string | null;
  /** What the job is to its owner: the next owner finds it by that. Missing: nobody looks for it. */
  readonly key?: string;
  /** One printable line, secrets masked. */
  readonly command: string;
  readonly owner: JobOwner;
  /** null: written before the spawn, and the root is not known yet. */
  readonly root: ProcessId | null;
  readonly place: ContainerPlace;
  /** Inode of the PID namespace that these pids mean something in. */
  readonly pidNamespace: string;
  /** /proc/sys/kernel/random/boot_id: nothing of another boot is alive. */
  readonly bootId: string;
  /** Unix epoch ms. */
  readonly sinceMs: number;
  /** Gated jobs that this one runs inside of; 0 = none. */
  readonly depth: number;
  /** Root of the project that it belongs to; null = not told (a record of an older version): it fills everybody's slots. */
  readonly project: string | null;
  /** What holds for it by whoever looks after it, should its owner die. */
  readonly limits: SlotLimits;
  /** What its root leaves behind may live on (--keep). */
  readonly keep: boolean;
}

export interface SlotRecord extends JobRecord {
  /** Takes one of the slots: not inside another gated job, and not spared from the limit on jobs by a rule. */
  readonly counts: boolean;
}

/** null = there is no such limit. */
export interface SlotLimits {
  /** Of all its processes together. */
  readonly memoryBytes: number | null;
  /** Of one core, for each process. */
  readonly cpuPercent: number | null;
  /** Unix epoch ms; of a timeout that somebody asked for, not of one that spares whoever serves. */
  readonly deadlineMs: number | null;
}

export const NO_LIMITS: SlotLimits = { memoryBytes: null, cpuPercent: null, deadlineMs: null };

/** One unit of capacity as it stands in the books. */
export interface Slot {
  readonly record: SlotRecord;
  /** The kernel says that its owner lives, in whatever PID namespace. */
  readonly held: boolean;
}

/** Of a holder whose record could not be written (a full disk): who it is, by its job's name, and that it counts. */
export const unrecorded = (jobId: string, launcher: Launcher): SlotRecord => ({
  schemaVersion: 1,
  jobId,
  name: null,
  command: "(its record could not be written)",
  owner: { kind: "gate", pid: launcher.pid, startTicks: launcher.startTicks, exe: null },
  root: null,
  place: { kind: "marker" },
  pidNamespace: launcher.pidNamespace,
  bootId: "",
  sinceMs: 0,
  depth: 0,
  counts: true,
  project: null,
  limits: NO_LIMITS,
  keep: false,
});

/** The environment variable by which members are found where there is no group: ids of nested jobs, outermost first. */
export const JOB_VARIABLE = "BUN_WATCHDOG_JOB";
/** How many gated launches a process is inside of: against hooks that start themselves again (Z30). */
export const DEPTH_VARIABLE = "BUN_WATCHDOG_DEPTH";
const BETWEEN_JOBS = "/";

/** The id of a job says who launched it: a job whose record could not be written still says whose it is. */
export interface Launcher {
  readonly pidNamespace: string;
  readonly pid: number;
  readonly startTicks: number;
}

/** `number` tells apart the jobs that one process launches. Fit for a file name, and unique for as long as the system is up. */
export const jobIdOf = ({ pidNamespace, pid, startTicks }: Launcher, number: number): string =>
  `${pidNamespace}-${pid}-${startTicks}-${number}`;

/** null: not one of our ids. */
export function launcherOf(jobId: string): Launcher | null {
  const [, pidNamespace, pid, startTicks] = /^(\d+)-(\d+)-(\d+)-\d+$/.exec(jobId) ?? [];
  return pidNamespace === undefined
    ? null
    : { pidNamespace, pid: Number(pid), startTicks: Number(startTicks) };
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The gated jobs that this environment is inside of, outermost first. */
export const gatedJobsAround = (env: Environment): readonly string[] =>
  (env[JOB_VARIABLE] ?? "").split(BETWEEN_JOBS).filter((id) => launcherOf(id) !== null);

/** 0 outside of any; what is no number counts as none. */
export const depthOf = (env: Environment): number => {
  const depth = Number(env[DEPTH_VARIABLE] ?? 0);
  return Number.isSafeInteger(depth) && depth > 0 ? depth : 0;
};

/** The environment of a job launched from `env`: nothing else is added. */
export const insideJob = (env: Environment, jobId: string): Record<string, string | undefined> => ({
  ...env,
  [JOB_VARIABLE]: [...gatedJobsAround(env), jobId].join(BETWEEN_JOBS),
  [DEPTH_VARIABLE]: String(depthOf(env) + 1),
});
