/**
 * A server that reloads closes its port for a moment, a worker makes its connection anew: whoever was seen to serve is
 * taken to do so until it was found not to at two looks, a minute apart or more.
 */

export interface Served {
  /** As it was seen last: "listens on tcp 3000". */
  readonly words: string;
  /** Snapshot.monotonicMs of the first look that found it no longer so; null = the last one found it so. */
  readonly missedSinceMs: number | null;
  readonly missedLooks: number;
}

const MOMENT_MS = 60_000;
const MOMENT_LOOKS = 2;

export const stillServes = (
  { missedSinceMs, missedLooks }: Pick<Served, "missedSinceMs" | "missedLooks">,
  nowMs: number | null,
): boolean =>
  missedSinceMs === null ||
  missedLooks < MOMENT_LOOKS ||
  (nowMs ?? missedSinceMs) - missedSinceMs < MOMENT_MS;

/** `now`: the words of what was found, false = it was looked for in vain, null = nobody looked, or it cannot be told. */
export function served(before: Served | null, now: string | false | null, nowMs: number): Served | null {
  if (typeof now === "string") return { words: now, missedSinceMs: null, missedLooks: 0 };
  if (before === null || now === null) return before;
  const missed = {
    words: before.words,
    missedSinceMs: before.missedSinceMs ?? nowMs,
    missedLooks: before.missedLooks + 1,
  };
  return stillServes(missed, nowMs) ? missed : null;
}
