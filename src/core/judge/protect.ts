/** Says which processes are never signalled (I1), and why. `--force` does not change it. */
import type { AskedJob } from "./evidence/evidence.ts";
import type { History } from "./history.ts";
import type { Job } from "../process/job.ts";
import { matcherOf, type Matcher } from "./match.ts";
import { lifetimeCpu } from "./cpu-rate.ts";
import { mayBeOrphan } from "./evidence/orphan.ts";
import { isOurs } from "../process/ours.ts";
import type { Policy, Self } from "./policy.ts";
import { processKey, type ProcessSample } from "../process/process.ts";

type Enforced = Pick<Policy, "scope" | "enforceCompiled" | "enforceNested">;

/**
 * Why this one process is never signalled; null = it may be. For rescans: what appears below a victim is asked again.
 * `isLoose`: it was found to be an orphan (looseCompiled), which a compiled program is not protected as.
 */
export function protectedProcess(
  process: ProcessSample,
  policy: Enforced,
  self: Self,
  isLoose = false,
): string | null {
  return standing(process, policy, self, isLoose) ?? foreign(process, policy, self);
}

/** A compiled program that needs more of a core than it may: whether it is an orphan decides whether it may be stopped. */
export const spinsCompiled = (
  { members }: Job,
  { enforceCompiled, limits }: Pick<Policy, "enforceCompiled" | "limits">,
  history: History,
): boolean =>
  enforceCompiled === "orphans" &&
  members.some((member) => {
    if (member.runtime !== "compiled") return false;
    const known = history.processes.get(processKey(member.id));
    return (known?.over ?? null) !== null || lifetimeCpu(member) > (limits.cpuPercent ?? Infinity);
  });

/** Its starter is gone, and it spins: the CPU limit holds for it, and nothing else does. */
export const looseCompiled = (job: Job, policy: Policy, history: History): boolean =>
  spinsCompiled(job, policy, history) && mayBeOrphan(job, history);

/** Why no member of a job is ever a victim; null = none is protected as such. */
export function protectedJob(
  asked: AskedJob,
  policy: Policy,
  self: Self,
  protections: readonly ReadyProtection[],
): string | null {
  const { job, history } = asked;
  const { root, members } = job;
  // A launcher shares a job with what it stands for (group.ts), so any member can be the reason.
  const isLoose = looseCompiled(job, policy, history);
  for (const process of members) {
    const reason = standing(process, policy, self, isLoose);
    if (reason !== null) return reason;
  }
  return (
    foreign(root, policy, self) ??
    byConfiguration(asked, protections) ??
    belowGit(job, self, history) ??
    belowAlertCommand(job, self, history)
  );
}

function standing(
  process: ProcessSample,
  { enforceCompiled }: Enforced,
  self: Self,
  isLoose: boolean,
): string | null {
  const { pid } = process.id;
  if (pid <= 1) return "it is the system's first process";
  if (pid === self.pid) return "it is the watchdog itself";
  if (self.ancestors.includes(pid)) return "the watchdog was started below it";
  if (isKernelThread(process)) return "it is a kernel thread";
  if (isOurs(process)) return "it belongs to bun-watchdog";
  if (process.runtime !== "compiled" || enforceCompiled === true || isLoose) return null;
  return enforceCompiled === "orphans"
    ? "it is a compiled program, and no orphan that spins (enforceCompiled)"
    : "it is a compiled program (enforceCompiled is off)";
}

/** Says whose process it is. An unknown owner counts as somebody else. */
function foreign({ uid, user, nested }: ProcessSample, policy: Enforced, self: Self): string | null {
  const mayTouchOthers = self.uid === 0 && policy.scope === "machine";
  if (uid !== self.uid && !mayTouchOthers) {
    if (uid === null) return "its owner cannot be read";
    return `it belongs to ${user ?? `uid ${uid}`}`;
  }
  if (policy.enforceNested || nested === false) return null;
  return nested === null
    ? "whether it runs in a container cannot be read"
    : "it runs in a container (enforceNested is off)";
}

/** No executable, no arguments, no memory of its own; proc_pid_cmdline(5): a zombie has no arguments either. */
const isKernelThread = ({ exePath, argv, rssBytes, state }: ProcessSample): boolean =>
  exePath === null && argv?.length === 0 && rssBytes === 0 && state !== "zombie";

interface ReadyProtection {
  readonly name: string;
  readonly matches: Matcher;
}

export const protectionsOf = ({ protect }: Policy): readonly ReadyProtection[] =>
  protect.map(({ name, match }) => ({ name, matches: matcherOf(match) }));

function byConfiguration(job: AskedJob, protections: readonly ReadyProtection[]): string | null {
  for (const { name, matches } of protections) {
    const answer = matches(job);
    if (answer === true) return `the configuration protects "${name}"`;
    if (answer === null) return `the configuration may protect it as "${name}", which cannot be read`;
  }
  return null;
}

/** The commit that waits for this hook must not lose the other hooks, nor what they run. */
function belowGit({ root }: Job, { gitPid }: Self, history: History): string | null {
  if (gitPid === null) return null;
  const ancestors = history.processes.get(processKey(root.id))?.ancestors ?? [];
  return ancestors.includes(gitPid) ? `it runs below git (${gitPid}), whose hook this is` : null;
}

/** Not stopped half-way for being one job too many; who starts it has a deadline for it. */
function belowAlertCommand({ root }: Job, { alertPids }: Self, history: History): string | null {
  if (alertPids === undefined || alertPids.size === 0) return null;
  const ancestors = history.processes.get(processKey(root.id))?.ancestors ?? [];
  return [root.id.pid, ...ancestors].some((pid) => alertPids.has(pid)) ? "it delivers an alert" : null;
}
