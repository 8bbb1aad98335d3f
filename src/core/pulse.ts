/** How often to ask between two ticks whether memory is going: often enough for the fastest leak that there is. */

/** Z15 took 3 GB in 1.2 s; half of what is free may be gone before anybody looks. */
const FASTEST_LEAK_BYTES_PER_MS = 2_500_000;
const SAFE_SHARE = 0.5;
/** A wake-up costs 0.2 ms of CPU: once a second is a third of what an idle monitor may use, so plenty is asked less often. */
const [SHORTEST_MS, LONGEST_MS] = [1_000, 5_000];

/** ms after which the fastest leak may have taken half of this. */
export const untilGoneMs = (availableBytes: number): number =>
  Math.floor((availableBytes * SAFE_SHARE) / FASTEST_LEAK_BYTES_PER_MS);

/** ms until the next look at the memory that is left; where that is unknown there is nothing to look at. */
export const pulseMs = (availableBytes: number | null): number =>
  Math.min(LONGEST_MS, Math.max(SHORTEST_MS, untilGoneMs(availableBytes ?? Infinity)));
