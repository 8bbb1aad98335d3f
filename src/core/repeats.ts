/** Kills of programs that come back (Z09): after a few the supervisor is the problem, and killing on only churns. */
import type { ProcessSample } from "./process.ts";

/** By respawnKey: when it was killed, monotonic ms. */
export type Repeats = ReadonlyMap<string, readonly number[]>;

export const noRepeats: Repeats = new Map();

/** One command under one parent: equal for the program that was killed and the one that replaced it. */
export function respawnKey(process: Pick<ProcessSample, "ppid" | "argv" | "cwd" | "command">): string {
  return [process.ppid, process.cwd ?? "", ...(process.argv ?? [process.command])].join("\0");
}

export function repeatsAfterKill(repeats: Repeats, victim: ProcessSample, nowMs: number): Repeats {
  const key = respawnKey(victim);
  return new Map([...repeats, [key, [...(repeats.get(key) ?? []), nowMs]]]);
}
