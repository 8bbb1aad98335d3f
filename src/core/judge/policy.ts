/** Limits, holds, rules and protection in force. Built by config/ from the user's file; read by evaluate and plan. */
import type { Kind } from "../process/process.ts";

/** The limits, each by its key in the configuration file. */
export const LIMIT_KEYS = {
  concurrency: "maxConcurrentProcesses",
  cpu: "maxCpuUsagePercent",
  memory: "maxMemoryUsageMB",
  timeout: "processTimeoutMs",
} as const;

export type LimitName = keyof typeof LIMIT_KEYS;

export const LIMIT_NAMES: readonly LimitName[] = ["concurrency", "cpu", "memory", "timeout"];

/** null = this limit is off. */
export interface Limits {
  readonly concurrency: number | null;
  /** 100 = one core. */
  readonly cpuPercent: number | null;
  /** Per process. */
  readonly memoryBytes: number | null;
  readonly timeoutMs: number | null;
}

/**
 * What a rule or a protection looks for. Every key given must hold. Judged over the whole job, non-Bun
 * members included: a `bun run dev` launcher is a listener when its node child listens.
 */
export interface Match {
  /** Any member is of one of these kinds. */
  readonly kind?: readonly Kind[];
  /** No member is of one of these kinds. */
  readonly notKind?: readonly Kind[];
  /** Regular expression over a member's whole command line. */
  readonly command?: string;
  /** Regular expression over single arguments (a word, not the line). */
  readonly args?: string;
  /** The member's working directory is this directory or below it. */
  readonly cwd?: string;
  /** Regular expression over the base name of a member's script or executable. */
  readonly name?: string;
  /** Some member listens (true) or none does (false): TCP, UDP or a unix socket. */
  readonly listening?: boolean;
  /** Some member holds an established connection to somebody outside the job. */
  readonly connected?: boolean;
  /** Some member watches files (inotify, fanotify). */
  readonly watchesFiles?: boolean;
  /** A living ancestor that is no shell and no runner holds the other end of a member's input; or `--stdio`. */
  readonly servesStdin?: boolean;
  /** A tracer or Bun's inspector is attached to a member, or was asked for. */
  readonly inspected?: boolean;
  /** The job has a terminal that is still there: its foreground, put aside, or in the background. */
  readonly terminal?: boolean;
  /** It is part of a service unit that is no login, no CI runner and no time table. */
  readonly service?: boolean;
  /** Some member is in a terminal's foreground process group. */
  readonly foreground?: boolean;
  /** Its starter is still there: it has lost no parent, and was not found at a reaper such as pid 1. */
  readonly parentAlive?: boolean;
  /** Its starter is gone (true), or not known to be (false): a service that pid 1 started is not orphaned. */
  readonly orphaned?: boolean;
  /** Orphaned, and nobody holds the other end of its standard input. */
  readonly abandoned?: boolean;
}

export interface Rule {
  readonly name: string;
  readonly match: Match;
  /** Overrides: a missing key keeps the limit, null switches it off. `concurrency` only knows null. */
  readonly limits: {
    readonly concurrency?: null;
    readonly cpuPercent?: number | null;
    readonly memoryBytes?: number | null;
    readonly timeoutMs?: number | null;
  };
  /** Limits that these jobs are told of when they are over them, and never stopped for. */
  readonly suspectOnly?: readonly LimitName[];
}

export interface Protection {
  readonly name: string;
  readonly match: Match;
}

export type Mode = "enforce" | "observe";
/**
 * nearest: each job of the account by the configuration file nearest above it, and only harm where there is none. user:
 * the same, and all limits where there is none. project: the jobs below one root only. machine: everybody's, by one file.
 */
export type Scope = "nearest" | "user" | "project" | "machine";

export interface Policy {
  readonly mode: Mode;
  readonly scope: Scope;
  /** Directory that scope "project" means; links are resolved. */
  readonly projectRoot: string;
  /** The projects whose jobs are under other terms (governance.ts); missing: these here hold for every job in scope. */
  readonly governance?: Governance;
  readonly limits: Limits;
  readonly intervalMs: number;
  readonly killGraceMs: number;
  /** A younger job is never stopped for the limit on their number. */
  readonly concurrencyMinAgeMs: number;
  /** How long CPU use must stay over the limit, without progress. */
  readonly cpuHoldMs: number;
  /** Intervals of reprieve for jobs that ran before the monitor. */
  readonly armTicks: number;
  /** First match wins per limit. The built-in rules come after the user's. */
  readonly rules: readonly Rule[];
  readonly protect: readonly Protection[];
  /** Kills (plan steps) per minute after which the watchdog only observes. */
  readonly breakerKillsPerMinute: number;
  /**
   * Enforce on programs made by `bun build --compile`, coding agents among them. "orphans": only the CPU limit, and only on
   * those whose starter is gone.
   */
  readonly enforceCompiled: boolean | "orphans";
  /** Enforce on processes inside PID namespaces below ours (containers). */
  readonly enforceNested: boolean;
}

/** A directory whose configuration file governs the jobs that work, or whose script lies, below it. */
export interface Project {
  /** Absolute, links resolved. */
  readonly root: string;
  /** The file; null = none of its own: somebody started a watchdog here. */
  readonly config: string | null;
  readonly policy: Policy;
  /** Since when a running monitor keeps its limits (monotonic ms); missing: as long as the monitor runs. */
  readonly sinceMs?: number;
}

export interface Governance {
  readonly projects: readonly Project[];
  /** For the jobs of no project; with `harmOnly` its only limit is CPU. */
  readonly elsewhere: Policy;
  readonly harmOnly: boolean;
}

/** What is true of the process that decides: it must never turn on itself. Gathered at the edge. */
export interface Self {
  readonly uid: number;
  readonly pid: number;
  /** Every ancestor of this process up to pid 1. */
  readonly ancestors: readonly number[];
  /** The nearest ancestor that is git; everything below it belongs to the commit that waits for us. */
  readonly gitPid: number | null;
  /** Run from a git hook, or told so with --hook: concurrency is not enforced. */
  readonly hook: boolean;
  /** Roots of the commands that run by `monitor -- <command>`: all below them is spared from timeout and number. */
  readonly commandPids?: ReadonlySet<number>;
  /** Commands that deliver an alert right now: each ends soon, by itself or by its deadline. */
  readonly alertPids?: ReadonlySet<number>;
}
