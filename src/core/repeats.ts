/** Kills of programs that come back (Z09): after a few the supervisor is the problem, and killing on only churns. */
import { signatureOf } from "./lineage.ts";
import type { ProcessSample } from "./process.ts";

/** By respawnKey: when it was killed, monotonic ms. */
export type Repeats = ReadonlyMap<string, readonly number[]>;

export const noRepeats: Repeats = new Map();

/** From this many kills of one program on, each further one has to wait. */
const PATIENCE = 3;
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
  return new Map([...recent, [key, [...before, nowMs]]]);
}

export interface BackOff {
  readonly kills: number;
  /** Monotonic ms. */
  readonly untilMs: number;
}

/** Whether the next kill of this program has to wait; the pause doubles with every kill. null = it does not. */
export function backOffOf(repeats: Repeats, process: ProcessSample, nowMs: number): BackOff | null {
  const killsMs = repeats.get(respawnKey(process)) ?? [];
  const last = killsMs.at(-1);
  if (last === undefined || killsMs.length < PATIENCE) return null;
  const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (killsMs.length - PATIENCE));
  const untilMs = last + pauseMs;
  return nowMs < untilMs ? { kills: killsMs.length, untilMs } : null;
}
