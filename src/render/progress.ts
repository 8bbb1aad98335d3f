/** A line on stderr for what takes longer than a second, on a terminal only; gone again when it is done. */
import { isQuiet } from "../text/quiet.ts";

const AFTER_MS = 1_000;
const CLEAR_LINE = "\r\u001B[2K";

/** Resolves as `work` does, and shows `what` and the seconds it has taken meanwhile. */
export async function whileSaying<T>(what: string, work: () => Promise<T>): Promise<T> {
  if (!process.stderr.isTTY || isQuiet()) return await work();
  const startedMs = performance.now();
  let shown = false;
  const timer = setInterval(() => {
    shown = true;
    process.stderr.write(`${CLEAR_LINE}${what} … ${Math.round((performance.now() - startedMs) / 1_000)}s`);
  }, AFTER_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    if (shown) process.stderr.write(CLEAR_LINE);
  }
}
