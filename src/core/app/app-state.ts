/**
 * This file has the words for what becomes of an app, as the manager keeps them and every command shows them.
 */
import type { ProcessId } from "../process/process.ts";

/**
 * - starting: started, and not ready yet;
 * - waiting: it has ended, and starts again after a wait (`untilMs`), or once what it depends on is ready;
 * - retrying: its restart budget is spent; it is tried again at long intervals;
 * - stopped: by a person, or because its policy says so.
 */
export type InstanceState = "starting" | "online" | "stopping" | "stopped" | "waiting" | "retrying";

/**
 * A phase says what an instance is, and what is wanted of it. Phases are the rows of the lifecycle's table
 * (lifecycle.ts).
 *
 * - held: it is to start, and what it depends on is not ready;
 * - ended: by itself, and its policy says that it stays down;
 * - stopping, restarting, removing: its process is being ended, and then it stays down, starts anew, or is forgotten;
 * - gone: nobody knows it any more.
 */
export type Phase =
  | "held"
  | "starting"
  | "online"
  | "waiting"
  | "retrying"
  | "ended"
  | "stopped"
  | "stopping"
  | "restarting"
  | "removing"
  | "gone";

/** People are shown these states. */
export const STATE_OF: Readonly<Record<Phase, InstanceState>> = {
  held: "waiting",
  starting: "starting",
  online: "online",
  waiting: "waiting",
  retrying: "retrying",
  ended: "stopped",
  stopped: "stopped",
  stopping: "stopping",
  restarting: "stopping",
  removing: "stopping",
  gone: "stopped",
};

/** PM2's words for them, in `jlist`. */
export const PM2_STATUS: Readonly<Record<InstanceState, string>> = {
  starting: "launching",
  online: "online",
  stopping: "stopping",
  stopped: "stopped",
  waiting: "waiting restart",
  retrying: "errored",
};

export type ExitReason =
  | "exited"
  | "signal"
  | "oom"
  | "cpu-limit"
  | "not-ready"
  | "spawn-failed"
  | "stopped"
  /** The manager that had started it was dead, and nobody else is told. Counts as a failure. */
  | "unknown";

export interface InstanceExit {
  readonly atMs: number;
  readonly reason: ExitReason;
  readonly code: number | null;
  readonly signal: string | null;
  /** The text for people: "ended by itself with code 1 after 3 s". */
  readonly words: string;
  /** The last lines on its standard error, at most 10, as text. */
  readonly lastErrorLines: readonly string[];
}

/** One running copy, or the place for one. */
export interface InstanceStatus {
  /** pm_id: of the account, from 0 on. */
  readonly id: number;
  /** The instance's number within its app, from 0 on. */
  readonly number: number;
  readonly state: InstanceState;
  /** Since it is in this state. */
  readonly sinceMs: number;
  /** The end of waiting or retrying. */
  readonly untilMs: number | null;
  readonly root: ProcessId | null;
  readonly jobId: string | null;
  /** The time at which its process was started; null = it has none. */
  readonly startedMs: number | null;
  readonly createdMs: number;
  readonly restarts: number;
  /** Consecutive restarts; the instance was up for min_uptime after none of them. */
  readonly unstableRestarts: number;
  readonly lastExit: InstanceExit | null;
  /** Lines of its output that reached no log file. */
  readonly lostLines: number;
  /** true: the manager that started it has died meanwhile. */
  readonly adopted: boolean;
}
