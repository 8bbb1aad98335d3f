/** The last line of a terminal, drawn again and again while something goes on that takes its time. */
import { cut } from "../text/table.ts";

interface StatusLine {
  readonly isShown: boolean;
  /** Gone until it is drawn again. */
  clear(): void;
  end(): void;
}

const CLEAR_LINE = "\r\u001B[2K";
const EVERY_MS = 250;

/** Nothing where standard error is no terminal, or `quiet`. */
export function statusLine(quiet: boolean, text: () => string): StatusLine {
  const isShown = !quiet && process.stderr.isTTY;
  const draw = (): void => {
    process.stderr.write(CLEAR_LINE + cut(text(), (process.stderr.columns || 80) - 1));
  };
  const timer = isShown ? setInterval(draw, EVERY_MS) : null;
  const clear = (): void => void (isShown && process.stderr.write(CLEAR_LINE));
  return {
    isShown,
    clear,
    end: () => {
      if (timer !== null) clearInterval(timer);
      clear();
    },
  };
}
