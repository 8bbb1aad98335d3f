/** `cleanup --json`: the documented object, schemaVersion 1. */
import type { Step } from "../../core/plan.ts";
import type { CarriedOut, CleanupReport } from "../../monitor/report.ts";
import { survivorsOf } from "./cleanup.ts";

export function cleanupJson(report: CleanupReport): object {
  return {
    schemaVersion: 1,
    at: new Date(report.atMs).toISOString(),
    mode: report.mode,
    monitor: report.monitorPid,
    plan: report.plan.steps.map(stepJson),
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
    ...endingsJson(report.carriedOut),
  };
}

export const stepJson = ({ victim, verdict, targets, immediate }: Step): object => ({
  pid: victim.id.pid,
  startTimeMs: victim.startTimeMs,
  command: victim.command,
  rule: verdict.rule,
  evidence: verdict.evidence,
  signal: immediate ? "SIGKILL" : "SIGTERM",
  targets: targets.map(({ id }) => id.pid),
});

/** What became of everybody. */
export const endingsJson = (carriedOut: readonly CarriedOut[]): object => ({
  outcomes: carriedOut.flatMap(({ verdict, outcomes }) =>
    outcomes.map(({ id, command, result, signals, tookMs, startTimeMs }) => ({
      pid: id.pid,
      startTimeMs,
      command,
      rule: verdict.rule,
      ...result,
      signals,
      tookMs,
    })),
  ),
  left: carriedOut.flatMap(({ left }) => left.map(({ id, command }) => ({ pid: id.pid, command }))),
  survivors: survivorsOf(carriedOut).length,
});
