/** What somebody does who wants such a job to live: every message about a stop names the key to change. */
import type { Verdict } from "../judge/verdict.ts";
import { LAUNCHED_WITH } from "../judge/verdicts/abandoned.ts";
import { printable } from "../../text/mask.ts";
import type { ProcessSample } from "../process/process.ts";

/** Keys of the configuration, and the one that a rule switches off for some jobs. */
const KEYS: ReadonlyMap<string, { readonly raise: string; readonly rule: string }> = new Map<
  Verdict["rule"],
  { readonly raise: string; readonly rule: string }
>([
  ["timeout", { raise: "processTimeoutMs", rule: "processTimeoutMs" }],
  ["memory", { raise: "maxMemoryUsageMB", rule: "maxMemoryUsageMB" }],
  ["cpu", { raise: "cpuHoldMs or maxCpuUsagePercent", rule: "maxCpuUsagePercent" }],
  ["concurrency", { raise: "maxConcurrentProcesses", rule: "maxConcurrentProcesses" }],
]);

/** `rule` as it may stand in a record that another version wrote. */
interface Why {
  readonly rule: string;
  readonly evidence: string;
}

/** "to allow it: …"; null where no key says anything (a person asked for it, its wrapper is dead). */
export function remedy({ rule, evidence }: Why): string | null {
  const keys = KEYS.get(rule);
  if (keys === undefined || evidence.includes(LAUNCHED_WITH)) return null;
  return `to allow it: raise ${keys.raise}, or a rule with "${keys.rule}": null`;
}

/** Why, and what to change. */
export function withRemedy(why: Why): string {
  const change = remedy(why);
  return change === null ? why.evidence : `${why.evidence}; ${change}`;
}

const [MOST_COMMAND, MOST_EVIDENCE, MOST_PATH] = [100, 300, 200];

/** What the terminal of a victim is told: by whom, why, where, and where to read on. One printable line. */
export function stoppedLine(
  { id, command, cwd }: Pick<ProcessSample, "id" | "command" | "cwd">,
  cause: Why,
  project: string | null,
): string {
  const folder = project === null ? cwd : project;
  const where =
    folder === null
      ? ""
      : `; ${project === null ? "it worked in" : "project"} ${printable(folder, MOST_PATH)}`;
  const what = `${printable(command, MOST_COMMAND)} (pid ${id.pid})`;
  return `bun-watchdog stopped ${what}: ${printable(withRemedy(cause), MOST_EVIDENCE)}${where}; see bun-watchdog logs`;
}
