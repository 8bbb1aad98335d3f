/** Which limits do not fit, the evidence, and the JSON to paste. */
import { amountOf, changeOf, linesToPaste } from "../report/advice-words.ts";
import type { Advice, LimitFinding, PeriodReport } from "../report/period.ts";
import { LIMIT_KEYS, type LimitName } from "../../core/judge/policy.ts";
import { elsewhere, shortCommand, shortPath } from "../../render/command-name.ts";
import { indented, wrap } from "../../render/notes.ts";
import { bold, dim, green, yellow } from "../../text/style.ts";

type Paint = (text: string) => string;

const FINDINGS: Record<LimitFinding, readonly [mark: string, words: string, paint: Paint]> = {
  "too-tight": ["!", "too tight", yellow],
  "too-loose": ["!", "too loose", yellow],
  fine: ["✓", "fine", green],
  "not-enough-data": ["?", "cannot be judged yet", dim],
  off: ["–", "off", dim],
};

const NAMES: Record<LimitName, string> = {
  concurrency: "jobs at once",
  cpu: "CPU",
  memory: "memory",
  timeout: "timeout",
};

const INDENT = "  ";

export function adviceLines({ advice, project }: PeriodReport, configPath: string, width: number): string[] {
  const general =
    project === null ? [] : [dim("The general limits hold for all projects: judge them without --project.")];
  const lines = advice.flatMap((each) => oneAdvice(each, width));
  if (lines.length + general.length === 0) return [];
  return [bold("Limits"), ...lines, ...general, ...toPaste(advice, configPath, width)];
}

function oneAdvice(
  { limit, finding, command, project, current, suggestion, evidence }: Advice,
  width: number,
): string[] {
  const change = changeOf(suggestion);
  const value = change === null ? "" : ` → ${amountOf(...change)}`;
  // what is wrong with the CPU limit may be its hold
  const of = current === null ? "" : ` ${amountOf(change?.[0] ?? LIMIT_KEYS[limit], current)}`;
  const forWhom = command === null ? "" : ` for ${shortCommand(command, project)}${elsewhere(project)}`;
  const [mark, words, paint] = FINDINGS[finding];
  const head = `${mark} ${NAMES[limit]}${of}: ${words}${value}${forWhom}`;
  return [paint(head), ...indented(evidence, INDENT, width).map(dim)];
}

/** Uncut, whatever the width: it is to be copied. */
function toPaste(advice: readonly Advice[], configPath: string, width: number): string[] {
  const lines = linesToPaste(advice);
  if (lines.length === 0) return [];
  const order = advice.some(({ suggestion }) => suggestion?.kind === "rule")
    ? ", before rules of your own"
    : "";
  return ["", ...wrap(`To follow this, in ${shortPath(configPath)}${order}:`, width), ...lines];
}
