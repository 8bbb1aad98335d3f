/** Colour and units for people. */

/**
 * Bun looks at the terminal, and at NO_COLOR and FORCE_COLOR with words of its own: to it NO_COLOR=0 and FORCE_COLOR=0 ask
 * for colours. It does not look at what the terminal says that it can do. `--no-color` switches it off (cli/edge.ts).
 */
export function hasColours(): boolean {
  if (!Bun.enableANSIColors) return false;
  const { FORCE_COLOR: forced = "", NO_COLOR: none = "", TERM } = process.env;
  if (forced !== "") return forced !== "0" && forced !== "false";
  return none === "" && TERM !== "dumb";
}

const paint =
  (open: number, close: number) =>
  (text: string): string =>
    hasColours() ? `\u001B[${open}m${text}\u001B[${close}m` : text;

export const bold = paint(1, 22);
export const dim = paint(2, 22);
export const red = paint(31, 39);
export const yellow = paint(33, 39);
export const green = paint(32, 39);

export const inverse = paint(7, 27);

/** For `table`: the header stands back. */
export const dimHeader = (line: string, row: number | "header"): string =>
  row === "header" ? dim(line) : line;

export const plain = (text: string): string => text;

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

export const formatPercent = (percent: number): string => `${Math.round(percent)}%`;

/** Wide enough for people; pipes get long lines uncut. */
export const lineWidth = (): number => (process.stdout.isTTY ? process.stdout.columns || 80 : 200);
