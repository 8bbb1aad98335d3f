/**
 * An app as it was declared: what a config file or a command line says, with every default filled in. Plain data: it is made
 * in the process that reads the file, travels over the manager's socket, and is kept in its state.
 */

import type { ShellFilter } from "./shell-filter.ts";

/** Apps of the same name in two directories are two apps. */
export interface AppIdentity {
  /**
   * The directory of its config file, links resolved; for an app that was started without one, the directory
   * where that was done.
   */
  readonly directory: string;
  readonly name: string;
}

export interface AppSpec extends AppIdentity {
  /** The config file that declares it; null = started without one. */
  readonly source: string | null;
  /** How that file was read: an edit of it is read likewise. */
  readonly reading?: FileReading;
  /** The number that is declared, where a person has asked for another one (`scale`): that holds until another one is declared. */
  readonly scaledFrom?: number;
  readonly namespace: string;
  /** This command is executed directly: nothing stands between it and us, no shell either. */
  readonly argv: readonly string[];
  /** The file that people call the app by, absolute; null = a command without one (`bun run start`). */
  readonly script: string | null;
  readonly cwd: string;
  /** The variables that the config file sets with env, env_<name> and env_file. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * The variables of the shell that started it, without those that `shellFilter` takes out. `env` overrides
   * them.
   */
  readonly shellEnv: Readonly<Record<string, string>>;
  readonly shellFilter: ShellFilter;
  readonly instances: number;
  /** The mode that the file names. No app is run in cluster mode: Bun shares a port by reusePort. */
  readonly execMode: "fork" | "cluster";
  /** The variable that tells an instance its number. */
  readonly instanceVariable: string;
  /** A variable that is one higher in each next instance; null = none. */
  readonly incrementVariable: string | null;
  readonly restart: RestartPolicy;
  readonly limits: AppLimits;
  readonly stop: StopPolicy;
  readonly readiness: Readiness;
  /** Names of apps of the same directory that must be ready before this one starts. */
  readonly dependsOn: readonly string[];
  /** null = its files are not watched. */
  readonly watch: WatchPolicy | null;
  /** A cron expression at which it is restarted; null = never. */
  readonly cron: string | null;
  readonly logs: LogPolicy;
  /** The file into which the pid of an instance is written; null = no file. */
  readonly pidFile: string | null;
  readonly identity: RunAs;
}

export interface FileReading {
  /** `--env` */
  readonly environment: string | null;
  /** Keys of an app that the command line gave. */
  readonly overrides: Readonly<Record<string, unknown>>;
  /** The file was changed at that time, Unix epoch ms: another one now tells of an edit. */
  readonly fileMs: number;
}

export interface RestartPolicy {
  readonly when: "always" | "on-failure" | "no";
  /** Exit codes after which it stays down. */
  readonly stopExitCodes: readonly number[];
  /** An instance that ran at least this long was up: the failures before it are forgotten. */
  readonly minUptimeMs: number;
  /** Restarts in a row, none of them up, before the slow retry. */
  readonly budget: number;
  /** A fixed wait before each restart; null = the growing one. */
  readonly fixedDelayMs: number | null;
  readonly backoff: Backoff;
}

/** Exponential, with full jitter: the n-th wait is anything up to `min(capMs, firstMs * 2^n)`. */
export interface Backoff {
  readonly firstMs: number;
  readonly capMs: number;
}

/** The limits hold for one instance with all that it starts; null = no limit. */
export interface AppLimits {
  readonly memoryBytes: number | null;
  /** 100 = one core. Where the kernel keeps it, who wants more waits. */
  readonly cpuPercent: number | null;
  readonly threads: number | null;
}

export interface StopPolicy {
  readonly signal: "SIGTERM" | "SIGINT" | "SIGQUIT" | "SIGHUP" | "SIGUSR1" | "SIGUSR2" | "SIGKILL";
  /** The time from that signal to SIGKILL for all of it. */
  readonly graceMs: number;
  /** It is told by the message "shutdown" over IPC instead. */
  readonly byMessage: boolean;
  /** false: what its main process leaves behind stays. */
  readonly tree: boolean;
}

export type Readiness =
  /** It is ready once it is started. */
  | { readonly by: "start" }
  /** It says process.send("ready"). */
  | { readonly by: "message"; readonly withinMs: number }
  | { readonly by: "port"; readonly port: number; readonly host: string; readonly withinMs: number }
  | { readonly by: "http"; readonly url: string; readonly withinMs: number }
  /** A line of its output matches. */
  | { readonly by: "log"; readonly pattern: string; readonly withinMs: number };

export interface WatchPolicy {
  /** Absolute. */
  readonly paths: readonly string[];
  /** Globs, names of directories, or absolute paths. */
  readonly ignore: readonly string[];
  readonly delayMs: number;
}

/** Absolute paths of all instances' logs; null = not kept. */
export interface LogPolicy {
  readonly out: string | null;
  readonly err: string | null;
  /** Both streams once more. */
  readonly combined: string | null;
  /** false: each instance has its own files, `-<number>` before the ending. */
  readonly merge: boolean;
  /** strftime-like, as PM2's `log_date_format` (moment's letters); null = lines stay as they are. */
  readonly dateFormat: string | null;
  readonly maxBytes: number;
  /** The files are also rotated at midnight. */
  readonly daily: boolean;
  /** Put-aside files kept, by number and by age. */
  readonly keep: number;
  readonly keepMs: number | null;
  readonly compress: boolean;
}

/** null = as the manager. */
export interface RunAs {
  readonly uid: number | null;
  readonly gid: number | null;
  readonly umask: number | null;
  readonly noNewPrivileges: boolean;
  /** Names without CAP_, or ["all"]. */
  readonly dropCapabilities: readonly string[];
}
