/** What somebody does who wants such a job to live: every message about a stop names the key to change. */
import { LIMIT_KEYS, LIMIT_NAMES } from "../judge/policy.ts";
import { LAUNCHED_WITH } from "../judge/verdicts/abandoned.ts";
import { printable } from "../../text/mask.ts";
import type { ProcessSample } from "../process/process.ts";

/** `rule` as it may stand in a record that another version wrote. */
interface Why {
  readonly rule: string;
  readonly evidence: string;
}

/** "to allow it: …"; null where no key says anything (a person asked for it, its wrapper is dead). */
export function remedy({ rule, evidence }: Why): string | null {
  const limit = LIMIT_NAMES.find((name) => name === rule);
  if (limit === undefined || evidence.includes(LAUNCHED_WITH)) return null;
  const key = LIMIT_KEYS[limit];
  return `to allow it: raise ${limit === "cpu" ? `cpuHoldMs or ${key}` : key}, or a rule with "${key}": null`;
}

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
  const folder = project ?? cwd;
  const how = project === null ? "it worked in" : "project";
  const where = folder === null ? "" : `; ${how} ${printable(folder, MOST_PATH)}`;
  const what = `${printable(command, MOST_COMMAND)} (pid ${id.pid})`;
  return `bun-watchdog stopped ${what}: ${printable(withRemedy(cause), MOST_EVIDENCE)}${where}; see bun-watchdog logs`;
}
