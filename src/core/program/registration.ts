/** When a program that has registered itself looks whether somebody looks at the page. */

const [FIRST_MS, LONGEST_MS] = [100, 60_000];
const GROWTH = 3;

/** ms until the next try. `tries`: how many there were since somebody looked. A program that ends at once has made none. */
export const nextTryMs = (tries: number): number => Math.min(LONGEST_MS, FIRST_MS * GROWTH ** tries);
