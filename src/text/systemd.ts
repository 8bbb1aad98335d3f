/** How texts stand in a unit of systemd: systemd.syntax(7), systemd.service(5), systemd.exec(5). */

const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  '"': '\\"',
  "%": "%%",
  "\n": "\\n",
  "\t": "\\t",
  "\r": "\\r",
};

/** One word, whatever is in it: an assignment of `Environment=`, for instance. */
export const unitWord = (text: string): string =>
  `"${text.replace(/[\\"%]|\p{Cc}/gu, (character) => ESCAPES[character] ?? `\\x${(character.codePointAt(0) ?? 0).toString(16).padStart(2, "0")}`)}"`;

/** A word of a command: $ would begin a variable there. */
export const unitArgument = (text: string): string => unitWord(text).replaceAll("$", "$$$$");

/** A path that is not split into words: % would begin a specifier. */
export const unitPathText = (path: string): string => path.replaceAll("%", "%%");

/** Free text, which ends with its line. */
export const unitText = (text: string): string => unitPathText(text).replace(/\p{Cc}/gu, " ");

/** A path ends with its line, and a backslash there would join the next one to it. */
// oxlint-disable-next-line no-control-regex -- they are what no line of a unit may hold
export const fitsInUnit = (path: string): boolean => !/[\x00-\x1f\x7f]|[\s\\]$/u.test(path);
