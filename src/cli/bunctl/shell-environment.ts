/** The environment that an app gets from the shell: as the person has it, without what is about this very command. */
import { DEPTH_VARIABLE, JOB_VARIABLE } from "../../core/process/slot.ts";
import { usersEnvironment } from "../../trust/own-bun.ts";

/** An app is nobody's gated job, and no terminal is its. */
const OURS: ReadonlySet<string> = new Set([JOB_VARIABLE, DEPTH_VARIABLE, "_", "SHLVL", "OLDPWD"]);

export function shellEnvironment(): Record<string, string> {
  const all = Object.entries(usersEnvironment(process.env));
  return Object.fromEntries(
    all.filter((entry): entry is [string, string] => entry[1] !== undefined && !OURS.has(entry[0])),
  );
}
