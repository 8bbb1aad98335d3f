/** The manager of apps is asked these questions. */
import type { AppIdentity, AppSpec } from "../core/app/app-spec.ts";
import type { InstanceStatus } from "../core/app/app-state.ts";
import type { LimitReport } from "../ports/supervisor.ts";
import { ask, follow, type About, type Protocol } from "./routes.ts";

/** People select with these words: a name, an id, `all`, a namespace, `/regex/`; several are joined. */
export interface Selection {
  readonly words: readonly string[];
  /** A name is looked for among the apps of this directory first. */
  readonly directory: string;
}

export interface InstanceDocument extends InstanceStatus {
  /** null = not read, or it does not run. */
  readonly memoryBytes: number | null;
  /** Since the last time that somebody asked, else since its start. */
  readonly cpuPercent: number | null;
  /** All that it has started counts. */
  readonly processes: number | null;
  /** Open files of its main process. */
  readonly descriptors: number | null;
  readonly enforcement: LimitReport | null;
  readonly outFile: string | null;
  readonly errFile: string | null;
  readonly pidFile: string | null;
}

/** A process that an app has left, and nobody knows which: it is ended with none. */
export interface StrayDocument {
  readonly pid: number;
  readonly command: string;
}

export interface AppDocument {
  readonly spec: AppSpec;
  /** The app goes on as it was declared before: this is wrong with what its config file says now. */
  readonly brokenConfig?: string;
  readonly instances: readonly InstanceDocument[];
}

export interface ManagerDocument {
  readonly pid: number;
  readonly version: string;
  readonly sinceMs: number;
  /** The file that it runs: an update, or who removes a project, may take it away. A foreground has none. */
  readonly program?: string;
}

export interface AppsDocument {
  readonly schemaVersion: 1;
  readonly at: number;
  /** null = none runs. */
  readonly manager: ManagerDocument | null;
  readonly apps: readonly AppDocument[];
  /** A sentence for each word of the selection that is no app. */
  readonly failures: readonly string[];
  /** Missing: there is none. */
  readonly strays?: readonly StrayDocument[];
}

/** The reply says what became of the request. Nothing was done if `error` is set. */
export interface ManagerReply {
  /** The apps that were meant, as they are now. */
  readonly apps: readonly AppDocument[];
  /** A sentence for each that could not be done: what failed, the value, the next move. */
  readonly failures: readonly string[];
  /** After something was ended. Missing: there is none. */
  readonly strays?: readonly StrayDocument[];
}

export interface StartOptions {
  /** An app that runs already is left, restarted or reloaded. */
  readonly ifRunning: "keep" | "restart" | "reload";
  /** Take the shell's environment of the request for apps that are known already. */
  readonly updateEnv: boolean;
}

export interface RestartOptions {
  readonly how: "restart" | "reload";
  /** All instances at once. */
  readonly parallel: boolean;
  /** Replaces the environment of the shell; null = as it was. */
  readonly shellEnv: Readonly<Record<string, string>> | null;
}

export interface AppEvent {
  readonly atMs: number;
  readonly app: AppIdentity;
  readonly instance: number;
  readonly type:
    | "started"
    | "ready"
    | "exited"
    | "failed"
    | "oom"
    | "backoff"
    | "stopped"
    | "reloaded"
    | "config"
    | "lost"
    | "trouble";
  readonly words: string;
}

/**
 * These options say how apply changes what runs: the changes are computed from two lists of specs, and shown
 * before they are made.
 */
export interface ApplyOptions {
  readonly prune: boolean;
  readonly dryRun: boolean;
}

export interface AppChange {
  readonly app: AppIdentity;
  readonly action: "add" | "change" | "remove" | "keep";
  /** `env.PORT: "3000" → "3001"`, values of secrets masked. */
  readonly differences: readonly string[];
}

const routes = {
  apps: ask<[Selection | null], AppsDocument>(),
  start: ask<[readonly AppSpec[], StartOptions], ManagerReply>(),
  /** Starts the apps that are known and do not run. */
  startAgain: ask<[Selection, StartOptions], ManagerReply>(),
  /** Not `stop`: that ends the manager itself. */
  stopApps: ask<[Selection], ManagerReply>(),
  restart: ask<[Selection, RestartOptions], ManagerReply>(),
  remove: ask<[Selection], ManagerReply>(),
  /** `change` as PM2 has it: 3, "+2", "-1". */
  scale: ask<[Selection, string], ManagerReply>(),
  reset: ask<[Selection], ManagerReply>(),
  signal: ask<[Selection, string], ManagerReply>(),
  flush: ask<[Selection], ManagerReply>(),
  rotateLogs: ask<[Selection], ManagerReply>(),
  apply: ask<
    [readonly AppSpec[], string, ApplyOptions],
    { readonly changes: readonly AppChange[]; readonly reply: ManagerReply }
  >(),
  save: ask<[], { readonly path: string; readonly apps: number }>(),
  resurrect: ask<[], ManagerReply>(),
  /** Ends every app and then the manager; without it (`stop`), the apps run on. */
  kill: ask<[], ManagerReply>(),
  events: follow<[], AppsDocument, AppEvent>(),
};

/** Its lock and its socket have this name. */
export const MANAGER_NAME = "bunctl";

export const MANAGER: Protocol<typeof routes, About> = {
  title: "manager",
  version: 1,
  restart: "bunctl daemon upgrade",
  // a hundred apps with an environment of 128 KB each
  mostBodyBytes: 16 * 1_024 ** 2,
  routes,
};
