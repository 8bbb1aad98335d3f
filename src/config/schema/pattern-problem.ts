/** Why a pattern is not a regular expression; null when it is one. */
export const patternProblem = (pattern: string): string | null => {
  try {
    // Without flags, as core/judge/match.ts compiles it.
    // oxlint-disable-next-line no-new, require-unicode-regexp -- only whether it compiles matters
    new RegExp(pattern);
    return null;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return error.message.replace(/^Invalid regular expression: /u, "");
  }
};

/**
 * The form of a regular expression as a JSON Schema can say it: no class is open at the end, and no backslash stands there
 * alone. Editors check this as one types; what it takes may still be none.
 */
export const PATTERN_FORM = String.raw`^(?:\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*\]|[^\\[])+$`;
