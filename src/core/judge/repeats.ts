/** Kills of programs that come back (Z09): after a few the supervisor is the problem, and killing on only churns. */
import { pauseAfter } from "../../text/back-off.ts";
import { signatureOf } from "./lineage.ts";
import { type ProcessSample, processKey } from "../process/process.ts";
import type { History, Parent, Restarts } from "./history.ts";
import { isPrompt } from "../process/prompt.ts";
import { isBun, type Processes } from "../process/tree.ts";

/**
 * By respawnKey: kills of one program that came back after each of them, monotonic ms. What lived before a kill has not
 * come back from it, however much it looks like the victim: each of them is a runaway of its own.
 */
export type Repeats = ReadonlyMap<string, readonly number[]>;

export const noRepeats: Repeats = new Map();

/** From this many kills of one program on, each further one has to wait. */
const PATIENCE = 3;
/** A supervisor restarts within seconds. What is started later, somebody has decided to start. */
const RETURNS_WITHIN_MS = 60_000;
const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 3_600_000;
/** A kill longer ago says nothing about now; longer than the longest pause, or the count would never grow. */
const FORGET_MS = 2 * LONGEST_PAUSE_MS;

/** One command under one parent: equal for the program that was killed and the one that replaced it. */
export const respawnKey = (process: Pick<ProcessSample, "ppid" | "argv" | "cwd" | "command">): string =>
  `${process.ppid}\0${signatureOf(process)}`;

export function repeatsAfterKill(repeats: Repeats, victim: ProcessSample, nowMs: number): Repeats {
  const recent = [...repeats].flatMap(([key, killsMs]): [string, readonly number[]][] => {
    const kept = killsMs.filter((at) => nowMs - at < FORGET_MS);
    return kept.length > 0 ? [[key, kept]] : [];
  });
  const key = respawnKey(victim);
  const before = recent.find(([known]) => known === key)?.[1] ?? [];
  const last = before.at(-1);
  // a sibling that lived beside the last victim adds nothing: it is no further return
  if (last !== undefined && bornMs(victim, nowMs) < last) return new Map(recent);
  return new Map([...recent, [key, hasReturned(victim, last, nowMs) ? [...before, nowMs] : [nowMs]]]);
}

const hasReturned = (process: Aged, last: number | undefined, nowMs: number): boolean =>
  last !== undefined && bornMs(process, nowMs) >= last && bornMs(process, nowMs) - last <= RETURNS_WITHIN_MS;

type Aged = Pick<ProcessSample, "ageMs">;

const bornMs = ({ ageMs }: Aged, nowMs: number): number => nowMs - ageMs;

/** After how many kills the next one of this program has to wait; the pause doubles with every kill. null = it does not. */
export function backOffOf(repeats: Repeats, process: ProcessSample, nowMs: number): number | null {
  const killsMs = repeats.get(respawnKey(process)) ?? [];
  const last = killsMs.at(-1);
  if (last === undefined || killsMs.length < PATIENCE || !hasReturned(process, last, nowMs)) return null;
  const pauseMs = pauseAfter(killsMs.length - PATIENCE, FIRST_PAUSE_MS, LONGEST_PAUSE_MS);
  return nowMs < last + pauseMs ? killsMs.length : null;
}

export const RESTART_WINDOW_MS = 600_000;

/**
 * Counts the starts of every command under every parent; what is older than the window is forgotten. To kill the child for ever
 * helps nobody, so the program that starts it again is named (Z09).
 */
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
