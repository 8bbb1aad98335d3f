const utf8 = new TextEncoder();

const escaped = (character: string): string =>
  Array.from(utf8.encode(character), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join(
    "",
  );

/**
 * As in PM2, the name of an app may hold anything, but the name of a file may not. What is no letter and no
 * digit is escaped, so that two apps never have the same file.
 */
export const fileNameOf = (name: string): string => name.replace(/^\.|[^\p{L}\p{M}\p{N}_.-]/gu, escaped);
