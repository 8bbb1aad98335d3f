/** A command line as one text, divided as a shell divides words: by spaces, but for what is quoted or has a backslash before it. */

/** @throws a SyntaxError where a quote is not closed */
export function quotedWords(text: string): readonly string[] {
  const found: string[] = [];
  let word: string | null = null;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? "";
    if (/\s/u.test(character)) {
      if (word !== null) found.push(word);
      word = null;
    } else if (character === "'" || character === '"') {
      const { inside, end } = quoted(text, at, character);
      word = (word ?? "") + inside;
      at = end;
    } else if (character === "\\") word = (word ?? "") + (text[++at] ?? "");
    else word = (word ?? "") + character;
  }
  if (word !== null) found.push(word);
  return found;
}

/** Within double quotes a backslash keeps its meaning before `"` and itself; within single ones nothing has any. */
function quoted(
  text: string,
  start: number,
  quote: string,
): { readonly inside: string; readonly end: number } {
  let inside = "";
  for (let at = start + 1; at < text.length; at++) {
    const character = text[at] ?? "";
    if (character === quote) return { inside, end: at };
    const next = text[at + 1] ?? "";
    if (quote === '"' && character === "\\" && (next === '"' || next === "\\")) {
      inside += next;
      at++;
    } else inside += character;
  }
  throw new SyntaxError(`The ${quote} at character ${start + 1} is not closed in: ${text}`);
}
