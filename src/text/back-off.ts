/** How long to wait after `failures` more failures than the first: the pause doubles each time, up to a longest one. */
export const pauseAfter = (failures: number, firstMs: number, longestMs: number): number =>
  Math.min(longestMs, firstMs * 2 ** failures);
