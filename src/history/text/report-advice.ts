/** Which limits do not fit, the evidence, and the JSON to paste. */
import type { Advice, ConfigKey, LimitFinding, PeriodReport } from "../report/period.ts";
import { LIMIT_KEYS, type LimitName } from "../../core/judge/policy.ts";
import { bytes, BYTES_PER_MIB, duration } from "../../text/wording.ts";
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
  const value = change === null ? "" : ` → ${said(...change)}`;
  // what is wrong with the CPU limit may be its hold
  const of = current === null ? "" : ` ${said(change?.[0] ?? LIMIT_KEYS[limit], current)}`;
  const forWhom = command === null ? "" : ` for ${shortCommand(command, project)}${elsewhere(project)}`;
  const [mark, words, paint] = FINDINGS[finding];
  const head = `${mark} ${NAMES[limit]}${of}: ${words}${value}${forWhom}`;
  return [paint(head), ...indented(evidence, INDENT, width).map(dim)];
}

function said(key: ConfigKey, value: number): string {
  switch (key) {
    case "maxConcurrentProcesses":
      return String(value);
    case "maxCpuUsagePercent":
      return `${value} %`;
    case "maxMemoryUsageMB":
      return bytes(value * BYTES_PER_MIB);
    case "processTimeoutMs":
    case "cpuHoldMs":
      return duration(value);
  }
}

/** The key that is to be changed, and its new value. */
function changeOf(suggestion: Advice["suggestion"]): readonly [ConfigKey, number] | null {
  if (suggestion === null) return null;
  if (suggestion.kind === "key") return [suggestion.key, suggestion.value];
  const { maxMemoryUsageMB, processTimeoutMs = 0 } = suggestion.rule;
  return maxMemoryUsageMB === undefined
    ? ["processTimeoutMs", processTimeoutMs]
    : ["maxMemoryUsageMB", maxMemoryUsageMB];
}

/** Uncut, whatever the width: it is to be copied. */
function toPaste(advice: readonly Advice[], configPath: string, width: number): string[] {
  const suggestions = advice.flatMap(({ suggestion }) => suggestion ?? []);
  if (suggestions.length === 0) return [];
  const keys = suggestions.flatMap((each) => (each.kind === "key" ? [[each.key, each.value] as const] : []));
  const rules = suggestions.flatMap((each) => (each.kind === "rule" ? [each.rule] : []));
  const entries = { ...Object.fromEntries(keys), ...(rules.length > 0 && { rules }) };
  const order = rules.length > 0 ? ", before rules of your own" : "";
  return [
    "",
    ...wrap(`To follow this, in ${shortPath(configPath)}${order}:`, width),
    // without the braces: it goes into the object that is there
    ...JSON.stringify(entries, null, INDENT).split("\n").slice(1, -1),
  ];
}
