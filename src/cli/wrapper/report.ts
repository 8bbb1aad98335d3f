/** `--json-report FILE`: what was asked for, how it was kept, and how it ended. schemaVersion 1. */
import type { Named } from "../../core/event.ts";
import type { LaunchSettings } from "../../config/cached.ts";
import type { JobEnd } from "../../core/job-end.ts";
import type { LaunchPlan } from "../../core/launch-limits.ts";
import type { ReportTarget } from "./report-target.ts";
import type { GateRequest, GateResult, Refusal } from "../../gate/run.ts";

/** What it was asked for. */
export interface Launch {
  readonly request: GateRequest;
  readonly plan: LaunchPlan;
  readonly settings: LaunchSettings;
  readonly report: ReportTarget | null;
}

/** The result says why it could not be written. */
export function writeReport(
  target: ReportTarget,
  launch: Launch,
  result: GateResult,
  exitCode: number,
): string | null {
  try {
    target.write(`${JSON.stringify(reportOf(launch, result, exitCode), null, 2)}\n`);
    return null;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return `The report cannot be written: ${why}.`;
  }
}

export function reportOf({ request, plan, settings }: Launch, result: GateResult, exitCode: number): object {
  const { timeoutMs, memoryBytes, cpu } = plan.limits;
  const facts = result.kind === "ended" ? result.facts : null;
  return {
    schemaVersion: 1,
    at: new Date().toISOString(),
    command: request.command,
    name: request.name,
    cwd: request.cwd,
    admitted: result.kind === "ended",
    exitCode,
    slot: {
      max: request.maxSlots,
      // each project has slots of its own; the scopes user and machine share theirs
      scope: settings.policy.scope === "nearest" ? "project" : settings.policy.scope,
      taken: result.kind === "ended" && result.takesSlot,
      within: result.kind === "ended" ? result.within : null,
      waitedMs: Math.round(result.waitedMs),
      refused: result.kind === "refused" ? refused(result.refusal) : null,
    },
    limits: {
      timeoutMs: { limit: timeoutMs, enforced: timeoutMs === null ? "none" : "wrapper" },
      memoryBytes: {
        limit: memoryBytes,
        enforced: facts?.memory ?? "none",
        whyNotKernel: facts?.whyNot ?? null,
      },
      cpuPercent: { limit: cpu?.percent ?? null, enforced: cpu === null ? "none" : "sampled" },
      graceMs: request.graceMs,
    },
    container: facts === null ? null : { promise: facts.promise },
    job: result.kind === "ended" ? { id: result.jobId, ...ended(result.end) } : null,
  };
}

const refused = (refusal: Refusal): object =>
  refusal.why === "depth"
    ? { why: "depth", depth: refusal.depth, chain: refusal.chain }
    : {
        why: "full",
        ...refusal.seen,
        holders: refusal.holdings.map(({ record, standing }) => ({
          jobId: record.jobId,
          name: record.name,
          command: record.command,
          wrapper: record.wrapper.pid,
          root: record.root?.pid ?? null,
          since: new Date(record.sinceMs).toISOString(),
          standing,
        })),
        outside: refusal.ungated.map(({ pid, ageMs, command }) => ({ pid, ageMs, command })),
      };

const ended = ({ ending, tookMs, peakMemoryBytes, cpuMs, outcomes, survivors, kept }: JobEnd): object => ({
  ending,
  tookMs,
  peakMemoryBytes,
  cpuMs,
  killed: outcomes.map(({ id, command, result, signals, tookMs: ms }) => ({
    pid: id.pid,
    command,
    outcome: result.outcome,
    signals,
    tookMs: ms,
  })),
  survivors: survivors.map(shown),
  kept: kept.map(shown),
});

const shown = ({ id, command }: Named): object => ({ pid: id.pid, command });
