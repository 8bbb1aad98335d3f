/** How texts stand in a unit of systemd: systemd.syntax(7), systemd.service(5), systemd.exec(5). */

const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  '"': '\\"',
  "%": "%%",
  "\n": "\\n",
  "\t": "\\t",
  "\r": "\\r",
};

/** What a line cannot hold, and what would show it in another order than it has. */
const UNSEEN = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;

/** One word, whatever is in it: an assignment of `Environment=`, for instance. \x is a byte there, \u a character. */
export const unitWord = (text: string): string =>
  `"${text.replace(WORD, (character) => ESCAPES[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`)}"`;

const WORD = new RegExp(`[\\\\"%]|${UNSEEN.source}`, "gu");

/** A word of a command: $ would begin a variable there. */
export const unitArgument = (text: string): string => unitWord(text).replaceAll("$", "$$$$");

/** A path that is not split into words: % would begin a specifier. */
export const unitPathText = (path: string): string => path.replaceAll("%", "%%");

/** Free text, which ends with its line. */
export const unitText = (text: string): string => unitPathText(text).replace(/\p{Cc}/gu, " ");

/** A path ends with its line, and a backslash there would join the next one to it. */
export const fitsInUnit = (path: string): boolean => !UNSEEN.test(path) && !/[\s\\]$/u.test(path);
