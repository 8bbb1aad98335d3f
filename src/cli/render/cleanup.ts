/** `cleanup` for people and as the documented JSON object. */
import { isDead, type Outcome, type TargetOutcome } from "../../core/outcome.ts";
import type { Plan, Step } from "../../core/plan.ts";
import type { CarriedOut, CleanupReport } from "../../monitor/report.ts";
import { formatDuration } from "../duration.ts";
import { bold, dim, green, red, yellow } from "./style.ts";

/** Targets that are still there, whatever the reason. */
export const survivorsOf = (carriedOut: readonly CarriedOut[]): readonly TargetOutcome[] =>
  carriedOut.flatMap(({ outcomes }) => outcomes).filter(({ result }) => !isDead(result));

export function describeOutcome(result: Outcome): string {
  switch (result.outcome) {
    case "gone":
      return "gone";
    case "zombie":
      return `ended; ${result.parentCommand} (${result.parent}) has not reaped it`;
    case "uninterruptible":
      return `SIGKILL is pending: ${result.where}`;
    case "not-permitted":
      return `not permitted: it belongs to ${result.uid === null ? "another user" : `uid ${result.uid}`}`;
    case "identity-changed":
      return "no longer the same process: nothing was sent";
    case "survived":
      return "survived SIGKILL";
    case "respawned":
      return `came back as ${result.pid}, started by ${result.byCommand} (${result.by})`;
  }
}

const mark = (result: Outcome): string => (isDead(result) ? green("✓") : red("✗"));

function outcomeLine({ id, command, result, signals, tookMs }: TargetOutcome): string {
  const sent = signals.length > 0 ? `${signals.join(" ")}, ${formatDuration(tookMs)}` : "nothing sent";
  return `  ${mark(result)} ${String(id.pid).padStart(7)}  ${describeOutcome(result)}  ${dim(`(${sent})  ${command}`)}`;
}

const stepLines = (step: Step): string[] => [
  `${bold(String(step.victim.id.pid))}  ${step.victim.command}`,
  `  ${step.verdict.evidence}`,
  `  would send ${step.immediate ? "SIGKILL" : "SIGTERM, then SIGKILL"} to ${step.targets.map(({ id }) => id.pid).join(", ")}`,
];

const heldBackLines = (plan: Plan): string[] =>
  plan.heldBack.map(
    ({ victim, verdict, because }) =>
      `${yellow("held back")} ${victim.id.pid}  ${verdict.evidence}: ${because}  ${dim(victim.command)}`,
  );

function carriedOutLines({ victim, verdict, outcomes, left }: CarriedOut): string[] {
  return [
    `${bold(String(victim.id.pid))}  ${victim.command}`,
    `  ${verdict.evidence}`,
    ...outcomes.map(outcomeLine),
    ...left.map(({ id, command }) => `  ${dim(`left running: ${id.pid}  ${command}`)}`),
  ];
}

function verdictLine(report: CleanupReport): string {
  if (report.mode !== "enforce") {
    const planned = report.plan.steps.length;
    const why = report.mode === "observe" ? "mode is observe" : "dry run";
    return planned === 0
      ? green("Nothing is over a limit.")
      : `${planned} to stop; nothing was sent (${why}).`;
  }
  const all = report.carriedOut.flatMap(({ outcomes }) => outcomes);
  const survivors = survivorsOf(report.carriedOut);
  if (all.length === 0) return green("Nothing is over a limit.");
  if (survivors.length === 0) return green(`${all.length} stopped, none survived.`);
  return red(`${all.length - survivors.length} stopped, ${survivors.length} survived. Run cleanup --force.`);
}

export function renderCleanup(report: CleanupReport): string {
  const body =
    report.mode === "enforce"
      ? report.carriedOut.flatMap(carriedOutLines)
      : report.plan.steps.flatMap(stepLines);
  return [...body, ...heldBackLines(report.plan), verdictLine(report)].join("\n");
}

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
