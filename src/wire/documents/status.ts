/** The documented object (schemaVersion 1) for what the watchdog sees now. */
import type { Policy } from "../../core/judge/policy.ts";
import { processName, type ProcessSample } from "../../core/process/process.ts";
import type { JudgedJob, JudgedProcess } from "../../core/judge/verdict.ts";
import type { Report } from "../reports.ts";

const processJson = (job: JudgedJob, { process, cpuPercent, verdicts }: JudgedProcess) => ({
  id: processName(process.id),
  pid: process.id.pid,
  startTimeMs: process.startTimeMs,
  ppid: process.ppid,
  user: process.user,
  command: process.command,
  cwd: process.cwd,
  kind: process.kind,
  job: job.job.id,
  state: process.state,
  ageMs: process.ageMs,
  cpuPercent,
  memoryBytes: process.memoryBytes,
  rssBytes: process.rssBytes,
  protected: job.protectedBecause,
  exempt: [...new Set(job.exempt.map(({ limit }) => limit))],
  verdicts,
});

const jobJson = ({ job, project, harmOnly, owner, exempt, told }: JudgedJob) => ({
  id: job.id,
  project,
  governed: !harmOnly,
  root: job.root.id.pid,
  pids: job.members.map(({ id }) => id.pid),
  orphanOf: job.orphanOf && { pid: job.orphanOf.pid, command: job.orphanOf.command },
  owner: owner && { kind: owner.kind, pid: owner.pid, name: owner.name, jobId: owner.jobId },
  exempt,
  told,
});

type Judged = readonly { readonly process: ProcessSample; readonly cpuPercent: number | null }[];

const sum = (values: readonly (number | null)[]): number =>
  values.reduce<number>((total, value) => total + (value ?? 0), 0);

/** null where there are processes and of none of them it is known: no backend but the native one tells. */
const memoryOf = (processes: Judged): number | null => {
  const values = processes.map(({ process }) => process.memoryBytes);
  return values.length > 0 && values.every((value) => value === null) ? null : sum(values);
};

/** Gives what holds where no project's file does; null = nothing else is in scope, or one configuration is everybody's. */
const elsewhereJson = ({ governance, scope }: Policy) => {
  if (governance === undefined || scope === "project") return null;
  const { mode, limits, cpuHoldMs } = governance.elsewhere;
  return { mode, limits, cpuHoldMs };
};

/** The configuration of the project that somebody looks from; null = no file. */
export interface Viewpoint {
  readonly policy: Policy;
  readonly path: string | null;
}

export const isJobOf = (pid: number, { processes }: JudgedJob): boolean =>
  processes.some(({ process }) => process.id.pid === pid);

/**
 * Returns what is in force in the project that somebody looks from, as the running watchdog sees it; before
 * it has seen it, as loaded.
 */
export function inForceHere(
  { policy, config }: Pick<Report, "policy" | "config">,
  here: Viewpoint,
): { readonly policy: Policy; readonly config: string | null } {
  const { governance } = policy;
  if (governance === undefined) return { policy, config };
  const project = governance.projects.find(({ root }) => root === here.policy.projectRoot);
  return project === undefined
    ? { policy: here.policy, config: here.path }
    : { policy: project.policy, config: project.config ?? here.path };
}

/** `pid`: of the process that asks; its own job is left out. */
export function statusDocument(report: Report, at: Viewpoint, pid: number) {
  const { policy } = report;
  const judgement = { jobs: report.judgement.jobs.filter((job) => !isJobOf(pid, job)) };
  const here = inForceHere(report, at);
  const processes = judgement.jobs.flatMap((job) => job.processes);
  return {
    schemaVersion: 1,
    at: new Date(report.atMs).toISOString(),
    scope: policy.scope,
    mode: here.policy.mode,
    project: at.policy.projectRoot,
    config: here.config,
    monitor: report.monitorPid,
    limits: here.policy.limits,
    projects: (policy.governance?.projects ?? []).map(({ root, config, policy: terms }) => ({
      root,
      config,
      mode: terms.mode,
      limits: terms.limits,
    })),
    elsewhere: elsewhereJson(policy),
    totals: {
      processes: processes.length,
      jobs: judgement.jobs.length,
      memoryBytes: memoryOf(processes),
      cpuPercent: sum(processes.map(({ cpuPercent }) => cpuPercent)),
    },
    jobs: judgement.jobs.map(jobJson),
    processes: judgement.jobs.flatMap((job) => job.processes.map((judged) => processJson(job, judged))),
  };
}
