/** The manager of apps works with these ports, and the daemon around it may ask these questions. */
import type { AppIdentity, AppSpec } from "../core/app/app-spec.ts";
import type { InstanceStatus } from "../core/app/app-state.ts";
import type { LivePhase } from "../core/app/lifecycle.ts";
import type { AppLogs } from "../ports/app-logs.ts";
import type { Clock } from "../ports/clock.ts";
import type { AppProcess, ProcessSupervisor } from "../ports/supervisor.ts";
import type {
  AppChange,
  AppEvent,
  MANAGER,
  ManagerDocument,
  ManagerReply,
  StrayDocument,
} from "../wire/manager.ts";
import type { Answers } from "../wire/routes.ts";
import type { LaunchedBefore } from "./launched-before.ts";

export interface ManagerPorts {
  readonly supervisor: ProcessSupervisor;
  readonly logs: AppLogs;
  readonly clock: Clock;
  /** 0 ≤ x < 1 */
  readonly random: () => number;
  readonly state: StateStore;
  readonly probes: Probes;
  readonly daemon: DaemonSide;
}

/** An instance as it is kept: enough for whoever comes after us to go on with it. */
export interface KeptInstance extends InstanceStatus {
  readonly phase: LivePhase;
  /** Jobs of it besides `jobId` that may have processes, and are to be ended: a reload was under way. */
  readonly leaving: readonly string[];
  /** By job id, the keys of the outputs that are not the instance's first one. */
  readonly outputs?: Readonly<Record<string, string>>;
}

export interface KeptApp {
  readonly spec: AppSpec;
  readonly instances: readonly KeptInstance[];
}

/**
 * The store holds what outlives us. When `keepApp`, `keepInstance` and `forget` return, it is in the file:
 * the death of this process takes nothing back then (the death of the machine may: its apps are dead with it,
 * so nothing is flushed on the way of a spawn). They throw what the disk says; the manager tells that, and
 * keeps it again with the next change.
 */
export interface StateStore {
  /** `isSameBoot` false: the machine was started anew meanwhile, so nothing of it runs. */
  load(): { readonly apps: readonly KeptApp[]; readonly isSameBoot: boolean };
  /** All of an app: when it becomes known, and when what was declared changes. Rare, and as large as its environment. */
  keepApp(app: KeptApp): void;
  /**
   * One instance of an app that is kept already; takes the place of what was kept with this id. Frequent, and small.
   * false: somebody has removed the app's files, and all of it is to be kept again.
   */
  keepInstance(app: AppIdentity, instance: KeptInstance): boolean;
  forget(app: AppIdentity): void;
  /** The dump of `save`, flushed. Its path. */
  save(apps: readonly KeptApp[]): Promise<string>;
  /** The apps that were saved; null = nothing was saved. */
  saved(): Promise<readonly KeptApp[] | null>;
}

/**
 * They resolve once it is so, and reject when the signal aborts, or when the process has ended. Several processes may listen
 * on one port (reusePort), so it is this very one, or something that it has started, that is looked for.
 */
export interface Probes {
  port(host: string, port: number, by: AppProcess, signal: AbortSignal): Promise<void>;
  /** Any answer below 400 will do. */
  http(url: string, by: AppProcess, signal: AbortSignal): Promise<void>;
  /** It listens wherever the other one does. At once, where that one listens nowhere. */
  listensAs(other: AppProcess, by: AppProcess, signal: AbortSignal): Promise<void>;
  /**
   * Where they share a port, new connections go to the second one until this is disposed. Resolves when the first has accepted
   * what was given to it. null: they share none.
   */
  handOver(from: AppProcess, to: AppProcess, signal: AbortSignal): Promise<Disposable | null>;
}

/** The daemon also does this for the manager. Nothing here may fail. */
export interface DaemonSide {
  /** Jobs of managers that are dead, by the books of all launches; the newest first. */
  launchedBefore(): Promise<readonly LaunchedBefore[]>;
  about(): ManagerDocument;
  /** Of all apps that this process has started. */
  strays(): Promise<readonly StrayDocument[]>;
  /**
   * Sends the event to the journal and the log; the manager itself serves those who follow over the socket.
   */
  publish(event: AppEvent): void;
  /** All that are known, whenever that has changed: whose files to watch, and when cron is due. */
  appsChanged(specs: readonly AppSpec[]): void;
  /** null = it runs no more: the file goes. */
  writePidFile(path: string, pid: number | null): void;
  /** Everything that `kill` was to end has ended: the daemon goes, after the answer. */
  finish(): void;
}

export interface Manager {
  /** The answers that the daemon's socket gives. */
  readonly answers: Answers<typeof MANAGER.routes>;
  /**
   * Takes over what a dead manager has left, before the first question. true: the machine was started anew
   * since then.
   */
  recover(): Promise<boolean>;
  /**
   * A config file says something else now: what has changed is restarted, what is new is started, and what is missing goes
   * on. `shellEnv` of these specs is not looked at.
   */
  configChanged(
    specs: readonly AppSpec[],
    directory: string,
  ): Promise<{ readonly changes: readonly AppChange[]; readonly reply: ManagerReply }>;
  /** A broken edit: nothing changes, and it is said. */
  configRejected(directory: string, problem: string): void;
  /** Restarts it; starts it too where it has ended by itself, but not where a person has stopped it. */
  cronDue(app: AppIdentity): Promise<void>;
  /** Restarts what runs of it. */
  filesChanged(app: AppIdentity, path: string): Promise<void>;
  /** Begins nothing more, and leaves every app as it is. Resolves when no spawn is under way. */
  close(): Promise<void>;
}
