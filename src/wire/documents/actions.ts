/** The documented objects (schemaVersion 1) for what was done, or would be, and for every event. */
import type { WatchdogEvent } from "../../core/plan/event.ts";
import { isBack, isDead, type TargetOutcome } from "../../core/plan/outcome.ts";
import type { Step } from "../../core/plan/plan.ts";
import type { CarriedOut, CleanupReport, StopReport } from "../reports.ts";

/** Targets that are still there, whatever the reason. */
export const survivorsOf = (carriedOut: readonly CarriedOut[]): readonly TargetOutcome[] =>
  carriedOut.flatMap(({ outcomes }) => outcomes).filter(({ result }) => !isDead(result) && !isBack(result));

/** The targets that are dead, and whose program somebody runs again. */
export const backOf = (carriedOut: readonly CarriedOut[]): readonly TargetOutcome[] =>
  carriedOut.flatMap(({ outcomes }) => outcomes).filter(({ result }) => isBack(result));

export function cleanupDocument(report: CleanupReport) {
  return {
    schemaVersion: 1,
    at: new Date(report.atMs).toISOString(),
    mode: report.mode,
    monitor: report.monitorPid,
    plan: report.plan.steps.map(stepDocument),
    heldBack: report.plan.heldBack.map(({ victim, verdict, because }) => ({
      pid: victim.id.pid,
      startTimeMs: victim.startTimeMs,
      rule: verdict.rule,
      because,
    })),
    unjudged: (report.plan.unjudged ?? []).map(({ victim, verdict }) => ({
      pid: victim.id.pid,
      startTimeMs: victim.startTimeMs,
      rule: verdict.rule,
      evidence: verdict.evidence,
    })),
    ...(report.elsewhere !== undefined && { elsewhere: report.elsewhere }),
    ...endings(report.carriedOut),
  };
}

const stepDocument = ({ victim, cause, targets, immediate }: Step) => ({
  pid: victim.id.pid,
  startTimeMs: victim.startTimeMs,
  command: victim.command,
  rule: cause.rule,
  evidence: cause.evidence,
  signal: immediate ? "SIGKILL" : "SIGTERM",
  targets: targets.map(({ id }) => id.pid),
});

const endings = (carriedOut: readonly CarriedOut[]) => ({
  outcomes: carriedOut.flatMap(({ cause, outcomes }) =>
    outcomes.map(({ id, command, result, signals, tookMs, startTimeMs }) => ({
      pid: id.pid,
      startTimeMs,
      command,
      rule: cause.rule,
      ...result,
      signals,
      tookMs,
    })),
  ),
  left: carriedOut.flatMap(({ left }) => left.map(({ id, command }) => ({ pid: id.pid, command }))),
  survivors: survivorsOf(carriedOut).length,
});

export function stopDocument(report: StopReport) {
  const { plan, carriedOut } = report;
  return {
    schemaVersion: 1,
    at: new Date(report.atMs).toISOString(),
    dryRun: report.dryRun,
    monitor: report.monitorPid,
    plan: plan.steps.map(stepDocument),
    refused: plan.refused,
    ...endings(carriedOut),
  };
}

export const eventDocument = (event: WatchdogEvent) => ({ schemaVersion: 1, ...event });
