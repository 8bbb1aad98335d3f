/** `stop` for people. */
import type { StopRefusal } from "../core/plan/by-hand.ts";
import type { StopReport } from "../wire/reports.ts";
import { carriedOutLines, stepLines, sumLines } from "./cleanup.ts";
import { shortCommand } from "./command-name.ts";
import { noteLines } from "./notes.ts";
import { dim, lineWidth, plural, yellow } from "../text/style.ts";

export const stopRefusalText = ({ command, because }: StopRefusal): string =>
  command === null ? because : `${because} · ${shortCommand(command)}`;

const refusalLines = ({ plan }: StopReport): string[] =>
  noteLines(
    plan.refused.map((refusal) => ({
      pid: refusal.pid,
      word: "refused",
      text: stopRefusalText(refusal),
      paint: yellow,
    })),
    lineWidth(),
  );

const OBSERVING =
  "The mode is observe: the watchdog stops nothing by itself, and this all the same, since you ask.";

function sum({ plan, dryRun, mode, carriedOut }: StopReport): string[] {
  if (plan.steps.length === 0) return [yellow("Nothing to stop.")];
  if (!dryRun) return sumLines(carriedOut, "stop --force");
  const count = plan.steps.reduce((all, { targets }) => all + targets.length, 0);
  return [
    yellow(`${plural(count, "process", "processes")} to stop; nothing was sent yet.`),
    ...(mode === "observe" ? [dim(OBSERVING)] : []),
  ];
}

export function renderStop(report: StopReport): string {
  const { plan, dryRun, carriedOut } = report;
  const body = dryRun ? plan.steps.flatMap(stepLines) : carriedOut.flatMap(carriedOutLines);
  return [...body, ...refusalLines(report), "", ...sum(report)].join("\n");
}
