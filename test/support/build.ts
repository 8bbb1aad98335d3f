/** Facts for the deciding half, made by hand: everything has a harmless default, a test names what it is about. */
import { classify } from "../../src/core/process/classify.ts";
import { evaluate } from "../../src/core/judge/evaluate.ts";
import { group } from "../../src/core/judge/group.ts";
import { emptyHistory, type History } from "../../src/core/judge/history.ts";
import type { Job } from "../../src/core/process/job.ts";
import { bearsOurName } from "../../src/core/process/ours.ts";
import type { Policy, Self } from "../../src/core/judge/policy.ts";
import type { ProcessSample, Snapshot, Traffic } from "../../src/core/process/process.ts";
import { remember, type Outside } from "../../src/core/judge/remember.ts";
import type { JudgedJob, Judgement, Look, RuleName, Verdict } from "../../src/core/judge/verdict.ts";

export const GB = 1_024 ** 3;
export const MB = 1_024 ** 2;

const UID = 1_000;
/** A shell that no test looks at: the parent of what a person starts. */
export const SHELL = 500;

export type ProcessFacts = Partial<Omit<ProcessSample, "id">> & {
  readonly pid: number;
  readonly startTicks?: number;
  readonly exe?: string | null;
};

/** It has no socket. */
export const NO_TRAFFIC: Traffic = {
  tcp: new Map(),
  uncounted: 0,
  listens: false,
  closedAgoMs: null,
  threads: null,
};

/** A quiet Bun script, a minute old; `argv` decides the kind unless that is given. Pids are born in their order. */
export function aProcess({ pid, startTicks = pid, exe = "8:1", ...facts }: ProcessFacts): ProcessSample {
  const runtime = facts.runtime ?? "bun";
  const argv = facts.argv === undefined ? ["bun", "script.ts"] : facts.argv;
  return {
    id: { pid, startTicks, exe },
    ppid: SHELL,
    pgid: pid,
    sid: SHELL,
    uid: UID,
    user: "someone",
    kind: classify(argv, runtime),
    exePath: runtime === "bun" ? "/usr/local/bin/bun" : "/usr/bin/program",
    command: argv?.join(" ") ?? "bun",
    cwd: "/home/someone/project",
    isOurScript: argv !== null && bearsOurName(argv),
    nested: false,
    foreground: false,
    terminal: false,
    state: "sleeping",
    threads: 1,
    startTimeMs: 0,
    ageMs: 60_000,
    cpuMs: 0,
    rssBytes: 40 * MB,
    memoryBytes: 40 * MB,
    faults: 0,
    traffic: NO_TRAFFIC,
    ...facts,
    runtime,
    argv,
  };
}

/** Anything that is not Bun: a shell, node, git. */
export const aHelper = (facts: ProcessFacts): ProcessSample =>
  aProcess({ runtime: "other", exe: "8:2", argv: ["sh", "-c", "…"], ...facts });

export const aSnapshot = (processes: readonly ProcessSample[], monotonicMs = 1_000_000): Snapshot => ({
  atMs: monotonicMs,
  monotonicMs,
  processes: new Map(processes.map((process) => [process.id.pid, process])),
  machine: { cpus: 2, availableBytes: 8 * GB },
});

/** The seed's limits, no rules. */
export const aPolicy = (facts: Partial<Policy> = {}): Policy => ({
  mode: "enforce",
  scope: "user",
  projectRoot: "/home/someone/project",
  intervalMs: 10_000,
  killGraceMs: 5_000,
  concurrencyMinAgeMs: 60_000,
  cpuHoldMs: 60_000,
  armTicks: 3,
  rules: [],
  protect: [],
  breakerKillsPerMinute: 20,
  enforceCompiled: false,
  enforceNested: false,
  ...facts,
  limits: { concurrency: 3, cpuPercent: 80, memoryBytes: GB, timeoutMs: 300_000, ...facts.limits },
});

/** A monitor somewhere else: nobody's ancestor. */
/** A verdict for steps of which only the carrying out matters. */
export const aTimeout: Verdict = {
  rule: "timeout",
  limit: 1,
  value: 2,
  heldMs: 0,
  holdMs: 0,
  decision: "runaway",
  evidence: "a test",
};

export const aSelf = (facts: Partial<Self> = {}): Self => ({
  uid: UID,
  pid: 9_999,
  ancestors: [9_998, 1],
  gitPid: null,
  hook: false,
  ...facts,
});

/** Nobody outside the tree has a name, and above everybody stands pid 1. */
export const nobody: Outside = { describe: () => null, ancestors: () => [1] };

/** The deciding half over several samples, as the monitor runs it. */
export class World {
  history: History = emptyHistory;
  jobs: readonly Job[] = [];
  readonly policy: Policy;
  readonly self: Self;
  readonly outside: Outside;

  constructor(policy: Policy = aPolicy(), self: Self = aSelf(), outside: Outside = nobody) {
    this.policy = policy;
    this.self = self;
    this.outside = outside;
  }

  /** One sample at this monotonic time. */
  see(monotonicMs: number, processes: readonly ProcessSample[]): this {
    const snapshot = aSnapshot(processes, monotonicMs);
    this.jobs = group(snapshot, this.history, this.self);
    this.history = remember(this.history, snapshot, this.jobs, this.policy, this.outside);
    return this;
  }

  judge(look: Look = "monitor"): Judgement {
    return evaluate(this.jobs, this.history, this.policy, this.self, look);
  }

  job(pid: number): JudgedJob {
    const found = this.judge().jobs.find(({ job }) => job.members.some(({ id }) => id.pid === pid));
    if (found === undefined) throw new Error(`no judged job has pid ${pid}`);
    return found;
  }

  /** What this rule says about this process; undefined = nothing. */
  verdict(pid: number, rule: RuleName, look: Look = "monitor"): Verdict | undefined {
    return this.judge(look)
      .jobs.flatMap(({ processes }) => processes)
      .find(({ process }) => process.id.pid === pid)
      ?.verdicts.find((verdict) => verdict.rule === rule);
  }
}

/** The pids of every job, in the order of the jobs. */
export const pidsOf = (jobs: readonly Job[]): readonly (readonly number[])[] =>
  jobs.map(({ members }) => members.map(({ id }) => id.pid));
