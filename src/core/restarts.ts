/** Programs that something starts again and again: killing the child for ever helps nobody, so who starts it is named (Z09). */
import type { History, Parent, Restarts } from "./history.ts";
import { isPrompt } from "./prompt.ts";
import { processKey, type ProcessSample } from "./process.ts";
import { respawnKey } from "./repeats.ts";
import { isBun, type Processes } from "./tree.ts";

export const RESTART_WINDOW_MS = 600_000;

/** Counts the starts of every command under every parent; what is older than the window is forgotten. */
export function countStarts(
  previous: History,
  processes: Processes,
  parentOf: (process: ProcessSample) => Parent,
  nowMs: number,
): ReadonlyMap<string, Restarts> {
  const counted = new Map<string, Restarts>();
  for (const [key, { supervisor, startsMs }] of previous.restarts) {
    const recent = startsMs.filter((at) => nowMs - at < RESTART_WINDOW_MS);
    if (recent.length > 0) counted.set(key, { supervisor, startsMs: recent });
  }
  for (const process of processes.values()) {
    if (!isBun(process) || previous.processes.has(processKey(process.id))) continue;
    if (isPersonsDoing(process) || previous.reapers.has(process.ppid)) continue;
    if (isAgents(process, processes, parentOf(process))) continue;
    const key = respawnKey(process);
    const before = counted.get(key);
    counted.set(key, {
      supervisor: before?.supervisor ?? parentOf(process),
      startsMs: [...(before?.startsMs ?? []), nowMs],
    });
  }
  return counted;
}

/** A coding agent runs what it is asked to, mostly without a terminal. */
const isAgents = ({ ppid, terminal }: ProcessSample, processes: Processes, { command }: Parent): boolean =>
  processes.get(ppid)?.runtime === "compiled" || isPrompt(command ?? "", terminal);

/** Someone at a terminal may run a command as often as they like. Unknown counts as that. */
const isPersonsDoing = ({ terminal }: ProcessSample): boolean => terminal !== false;
