/**
 * A program that starts a daemon ends at once: setsid --fork, a double fork, `nohup server &` in a script. A look that falls
 * between the two ends must not make an orphan of what was never meant to have a parent (1 of 30 starts of a
 * `--hot` server, at looks 400 ms apart, lost its exemption that way).
 */
import type { History, Remembered } from "./history.ts";
import type { ProcessSample } from "./process.ts";

/** Launchers that let go take milliseconds, a starved one some hundred; who launches to keep stays for longer. */
const SETTLED_MS = 1_000;

/** It has another parent now, and was only just started when it was last seen under the one before. */
export function wasLetGo(
  process: ProcessSample,
  before: Pick<Remembered, "parent" | "orphaned" | "letGo">,
  history: Pick<History, "atMs">,
  nowMs: number,
): boolean {
  if (before.letGo) return true;
  if (before.orphaned || before.parent.pid === process.ppid) return false;
  const ageThenMs = process.ageMs - (nowMs - (history.atMs ?? nowMs));
  return ageThenMs < SETTLED_MS;
}
