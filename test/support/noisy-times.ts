/**
 * Times as programs have them on a shared machine: a least time, noise that is skewed to the right, and now and then an
 * interruption that takes half as long again.
 */

/** Numbers between 0 and 1, always the same ones for a seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const SPREAD = 0.12;
const [OFTEN, LONGER] = [0.05, 0.5];

export function noisyTimes(random: () => number, count: number, factor = 1): readonly number[] {
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Array.from({ length: count }, () => {
    const interrupted = random() < OFTEN ? 1 + LONGER * random() : 1;
    return 20 * factor * Math.exp(SPREAD * normal()) * interrupted;
  });
}
