/**
 * One unit of launch capacity, as the account's runtime directory keeps it: who holds it, for which job, and where that
 * job can be found when its wrapper is dead. Plain data; who writes it is in gate/, who looks for the job is in os/.
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

export interface SlotRecord {
  readonly schemaVersion: 1;
  readonly jobId: string;
  /** Given by the user; null = none. */
  readonly name: string | null;
  /** One printable line, secrets masked. */
  readonly command: string;
  readonly wrapper: ProcessId;
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
  /** Takes one of the slots: not inside another gated job, and not spared from the limit on jobs by a rule. */
  readonly counts: boolean;
  /** Root of the project whose slots these are; null = not told (a record of an older version): it fills everybody's. */
  readonly project: string | null;
  /** What holds for it by whoever looks after it, should its wrapper die. */
  readonly limits: SlotLimits;
  /** What its root leaves behind may live on (--keep). */
  readonly keep: boolean;
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
  /** The kernel says that its wrapper lives, in whatever PID namespace. */
  readonly held: boolean;
}

/** Of a holder whose record could not be written (a full disk): who it is, by its job's name, and that it counts. */
export const unrecorded = (jobId: string, launcher: Launcher): SlotRecord => ({
  schemaVersion: 1,
  jobId,
  name: null,
  command: "(its record could not be written)",
  wrapper: { pid: launcher.pid, startTicks: launcher.startTicks, exe: null },
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

/** The id of a job says who launched it: a job that left no record behind still says whose it was. */
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
