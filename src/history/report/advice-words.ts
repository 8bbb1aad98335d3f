/** What an advice is about, as the terminal and the page say it. */
import { bytes, BYTES_PER_MIB, duration } from "../../text/wording.ts";
import type { Advice, ConfigKey } from "./period.ts";

/** The key that is to be changed, and its new value. */
export function changeOf(suggestion: Advice["suggestion"]): readonly [ConfigKey, number] | null {
  if (suggestion === null) return null;
  if (suggestion.kind === "key") return [suggestion.key, suggestion.value];
  const { maxMemoryUsageMB, processTimeoutMs = 0 } = suggestion.rule;
  return maxMemoryUsageMB === undefined
    ? ["processTimeoutMs", processTimeoutMs]
    : ["maxMemoryUsageMB", maxMemoryUsageMB];
}

export function amountOf(key: ConfigKey, value: number): string {
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

/** Lines to paste into the object of a configuration file, so without its braces; none: there is nothing to change. */
export function linesToPaste(advice: readonly Advice[]): readonly string[] {
  const suggestions = advice.flatMap(({ suggestion }) => suggestion ?? []);
  const keys = suggestions.flatMap((each) => (each.kind === "key" ? [[each.key, each.value] as const] : []));
  const rules = suggestions.flatMap((each) => (each.kind === "rule" ? [each.rule] : []));
  const entries = { ...Object.fromEntries(keys), ...(rules.length > 0 && { rules }) };
  return JSON.stringify(entries, null, 2).split("\n").slice(1, -1);
}
