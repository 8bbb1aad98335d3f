/** A warning: something starts this program again and again, and is what to stop (Z09). */
import type { History } from "../history.ts";
import { signatureOf } from "../lineage.ts";
import type { ProcessSample } from "../process.ts";
import { respawnKey } from "../repeats.ts";
import { RESTART_WINDOW_MS } from "../restarts.ts";
import type { Verdict } from "../verdict.ts";
import { count, duration, who } from "../wording.ts";
import type { Subject } from "./subject.ts";

/** A crash and a retry happen; the third replacement within the window is a loop. */
const REPLACED_AT_LEAST = 3;

export function restartedVerdict({ process, history, nowMs }: Subject): Verdict | null {
  const known = history.restarts.get(respawnKey(process));
  const first = known?.startsMs[0];
  if (known === undefined || first === undefined || known.startsMs.length <= REPLACED_AT_LEAST) return null;
  const replaced = known.startsMs.length - living(process, history);
  if (replaced < REPLACED_AT_LEAST) return null;
  return {
    rule: "restarts",
    limit: REPLACED_AT_LEAST,
    value: replaced,
    heldMs: nowMs - first,
    holdMs: RESTART_WINDOW_MS,
    decision: "suspect",
    evidence:
      `was replaced ${count(replaced, "time")} in ${duration(nowMs - first)}: ` +
      `${who(known.supervisor)} starts it again, so that is what to stop`,
  };
}

/** Siblings with one command line are a pool, not replacements of each other. */
function living(process: ProcessSample, { processes }: History): number {
  const signature = signatureOf(process);
  let siblings = 0;
  for (const other of processes.values())
    if (other.parent.pid === process.ppid && other.signature === signature) siblings++;
  return siblings;
}
