/** A line on stderr for what takes longer than a second, on a terminal only; gone again when it is done. */

const AFTER_MS = 1_000;
const CLEAR_LINE = "\r\u001B[2K";

/** Shows `what` and the seconds it has taken until disposed. */
export function progress(what: string): Disposable {
  if (!process.stderr.isTTY) return { [Symbol.dispose]: () => undefined };
  const startedMs = performance.now();
  let shown = false;
  const timer = setInterval(() => {
    shown = true;
    process.stderr.write(`${CLEAR_LINE}${what} … ${Math.round((performance.now() - startedMs) / 1_000)}s`);
  }, AFTER_MS);
  return {
    [Symbol.dispose]: () => {
      clearInterval(timer);
      if (shown) process.stderr.write(CLEAR_LINE);
    },
  };
}
