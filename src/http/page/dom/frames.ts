/**
 * What a second brings for many rows and charts is spread over several frames: none of them has much to do, and whoever clicks is
 * answered in between.
 */

/** Of a frame; the browser has to lay out and paint what was changed in it, which takes several times as long. */
const SHARE_MS = 1;

const waiting = new Map<object, () => void>();

/** Does it in one of the next frames. What waits for the same `owner` is replaced by it. */
export function soon(owner: object, work: () => void): void {
  if (waiting.size === 0) requestAnimationFrame(someOfIt);
  waiting.set(owner, work);
}

/** Its owner goes. */
export const forget = (owner: object): void => void waiting.delete(owner);

function someOfIt(): void {
  const endMs = performance.now() + SHARE_MS;
  for (const [owner, work] of waiting) {
    waiting.delete(owner);
    work();
    if (performance.now() >= endMs) break;
  }
  if (waiting.size > 0) requestAnimationFrame(someOfIt);
}
