/** `cleanup --json`: the documented object, schemaVersion 1. */
import type { CleanupReport } from "../../monitor/report.ts";
import { survivorsOf } from "./cleanup.ts";

export function cleanupJson(report: CleanupReport): object {
  return {
    schemaVersion: 1,
    at: new Date(report.atMs).toISOString(),
    mode: report.mode,
    monitor: report.monitorPid,
    plan: report.plan.steps.map(({ victim, verdict, targets, immediate }) => ({
      pid: victim.id.pid,
      startTimeMs: victim.startTimeMs,
      command: victim.command,
      rule: verdict.rule,
      evidence: verdict.evidence,
      signal: immediate ? "SIGKILL" : "SIGTERM",
      targets: targets.map(({ id }) => id.pid),
    })),
    heldBack: report.plan.heldBack.map(({ victim, verdict, because }) => ({
      pid: victim.id.pid,
      startTimeMs: victim.startTimeMs,
      rule: verdict.rule,
      because,
    })),
    outcomes: report.carriedOut.flatMap(({ verdict, outcomes }) =>
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
    left: report.carriedOut.flatMap(({ left }) => left.map(({ id, command }) => ({ pid: id.pid, command }))),
    survivors: survivorsOf(report.carriedOut).length,
  };
}
