/**
 * Reads what JavaScriptCore says of its garbage collections (BUN_JSC_logGC=1, on standard error) between the marks that the
 * measuring process writes there, and gives everything else back: that is the benchmark's own.
 */

export interface Collections {
  readonly count: number;
  /** Milliseconds in which the program stood still. */
  readonly timeMs: number;
}

/** One for each function that was measured, in their order. */
interface GcLog {
  /** Returns the text that is not the log's; `text` may end within a line. */
  add(text: string): string;
  /** The rest of it, and what was found. */
  end(): { readonly rest: string; readonly collections: readonly Collections[] };
}

/** The last in its line, with the number of the function behind it: what a benchmark has printed may stand before it. */
export const [BEGIN_MARK, END_MARK] = ["\u0001bun-isolate begins ", "\u0001bun-isolate ended "];

const IS_LOG = /^(?:\[GC<|GC END!$|Requesting GC because |\[GC(?:<0x[0-9a-f]+>)?: )/u;
/** A collection of several phases is on one line, or on several that begin alike. */
const BEGIN = /: START /gu;
const PAUSE = /\bp=(\d+(?:\.\d+)?)ms \(max/gu;

export function readGcLog(): GcLog {
  const found: { count: number; timeMs: number }[] = [];
  let open: { count: number; timeMs: number } | null = null;
  let part = "";
  const line = (text: string): string => {
    const [before = "", begins] = text.split(BEGIN_MARK);
    if (begins !== undefined) {
      open = { count: 0, timeMs: 0 };
      found.push(open);
      return before;
    }
    const [beforeEnd = "", ended] = text.split(END_MARK);
    if (ended !== undefined) {
      open = null;
      return beforeEnd;
    }
    if (!IS_LOG.test(text)) return `${text}\n`;
    if (open !== null) {
      open.count += [...text.matchAll(BEGIN)].length;
      open.timeMs += [...text.matchAll(PAUSE)].reduce((sum, [, pause]) => sum + Number(pause), 0);
    }
    return "";
  };
  return {
    add: (text) => {
      const lines = (part + text).split("\n");
      part = lines.pop() ?? "";
      return lines.map(line).join("");
    },
    end: () => ({ rest: part === "" ? "" : line(part), collections: found }),
  };
}
