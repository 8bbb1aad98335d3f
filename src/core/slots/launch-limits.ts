/**
 * What holds for a job that is about to be launched: what its flags say, else what the rules say about a command like
 * this, else the limits for all. A rule is asked what it would say of the job, of which only the command is known yet.
 */
import { classify } from "../process/classify.ts";
import { AskedJob, isServerName } from "../judge/evidence/evidence.ts";
import { NO_TIES } from "../process/ties.ts";
import { emptyHistory } from "../judge/history.ts";
import type { Job } from "../process/job.ts";
import type { LaunchLimits } from "./launched-job.ts";
import { limitsUnder } from "../judge/limits.ts";
import { commandLine } from "../../text/mask.ts";
import type { Policy } from "../judge/policy.ts";
import type { ProcessSample } from "../process/process.ts";
import { baseName } from "../../text/path.ts";
import { scriptOf } from "../process/script.ts";

/** undefined = not asked for. */
interface LimitFlags {
  /** null = none, whatever the configuration says. */
  readonly timeoutMs?: number | null | undefined;
  readonly memoryBytes?: number | undefined;
  readonly cpuPercent?: number | undefined;
}

export interface LaunchPlan {
  readonly command: string;
  readonly limits: LaunchLimits;
  /**
   * The timeout is nobody's wish for this launch: when it has passed, the job is spared if it serves, or is in a
   * terminal's foreground, as the watchdog spares it.
   */
  readonly sparing: boolean;
  /** A rule spares it from the limit on jobs (an install, a watcher): it takes no slot. */
  readonly takesSlot: boolean;
}

/**
 * `memoryBytes`: the gate's own limit for a whole job; null = as the limit for all. `script`: what a package's script of that
 * name starts; null = not known.
 */
export function launchPlan(
  argv: readonly string[],
  cwd: string,
  flags: LimitFlags,
  policy: Policy,
  memoryBytes: number | null,
  script: readonly string[] | null = null,
): LaunchPlan {
  const job = aboutToBe(argv, script, cwd);
  const { limits } = limitsUnder(policy)(new AskedJob(job, emptyHistory));
  const ruled = policy.mode === "enforce" ? limits : NONE;
  const memory = limits.memoryBytes === policy.limits.memoryBytes ? memoryBytes : null;
  const cpuPercent = flags.cpuPercent ?? ruled.cpuPercent;
  return {
    command: job.root.command,
    limits: {
      timeoutMs: flags.timeoutMs === undefined ? ruled.timeoutMs : flags.timeoutMs,
      memoryBytes: flags.memoryBytes ?? memory ?? ruled.memoryBytes,
      cpu: cpuPercent === null ? null : { percent: cpuPercent, holdMs: policy.cpuHoldMs },
    },
    sparing: flags.timeoutMs === undefined,
    takesSlot: limits.concurrency !== null || policy.limits.concurrency === null,
  };
}

/** Observing means that nothing is stopped for what nobody asked for. */
const NONE = { timeoutMs: null, memoryBytes: null, cpuPercent: null } as const satisfies Partial<
  Policy["limits"]
>;

/** Before it runs its name is all there is to go by; later what it does decides. */
const isNamedServer = (argv: readonly string[]): boolean => isServerName(baseName(scriptOf(argv) ?? ""));

/** A program that starts a server by such a name speaks to it. */
const SOMEBODY = { pid: -1, command: "whoever starts it", names: [], script: null, isCertain: true } as const;

/** The job as it will be: rules are asked about all of it, and a launcher's script says more than the launcher. */
function aboutToBe(argv: readonly string[], script: readonly string[] | null, cwd: string): Job {
  const root = processToBe(argv, cwd);
  const members = script === null ? [root] : [root, { ...processToBe(script, cwd), id: SCRIPT_ID }];
  return { id: "", root, members, ageMs: 0, orphanOf: null, generation: 0, after: null };
}

const SCRIPT_ID = { pid: 1, startTicks: 0, exe: null } as const;

/** It listens to nobody yet, and whether it gets a terminal's foreground says nothing about what it is. */
const processToBe = (argv: readonly string[], cwd: string): ProcessSample => ({
  id: { pid: 0, startTicks: 0, exe: null },
  ppid: 0,
  pgid: 0,
  sid: 0,
  uid: null,
  user: null,
  runtime: "bun",
  kind: classify(argv, "bun"),
  exePath: argv[0] ?? null,
  argv,
  command: commandLine(argv),
  cwd,
  nested: false,
  foreground: false,
  terminal: false,
  state: "running",
  threads: 1,
  startTimeMs: 0,
  ageMs: 0,
  cpuMs: 0,
  rssBytes: 0,
  memoryBytes: 0,
  faults: 0,
  listeners: [],
  ties: { ...NO_TIES, input: isNamedServer(argv) ? { kind: "held", by: [SOMEBODY] } : { kind: "none" } },
});
