/**
 * The words of a command line before any command is loaded: which of them are ours, and in which order they are read.
 * Options may stand before the command or behind it.
 */

/** Before a command, these take the next word. */
const TAKE_A_VALUE: ReadonlySet<string> = new Set(["--config", "--scope", "--mode", "--only", "--env"]);

/** The place of the first word that is no option and no option's value; -1 = there is none. */
export const firstWordAt = (words: readonly string[], valued = TAKE_A_VALUE): number =>
  words.findIndex((word, at) => word === "--" || (isWord(word) && !valued.has(words[at - 1] ?? "")));

const isWord = (word: string): boolean => !word.startsWith("-") || word === "-";

/** `--json status` is `status --json`, and `help status` is `status --help`. */
export function commandFirst(words: readonly string[], valued?: ReadonlySet<string>): readonly string[] {
  const at = firstWordAt(words, valued);
  const command = words[at];
  if (command === undefined || command === "--") return words;
  const [before, behind] = [words.slice(0, at), words.slice(at + 1)];
  if (command !== "help" || behind.length === 0) return [command, ...before, ...behind];
  return [...behind, ...before, "--help"];
}

/** Another program's words stand behind `--`, and behind the first word of `monitor`. */
function ownWords(argv: readonly string[]): readonly string[] {
  const words = commandFirst(argv);
  const isMonitor = words[0] === "monitor";
  const end = isMonitor ? firstWordAt(words.slice(1)) + 1 : words.indexOf("--");
  return end < (isMonitor ? 1 : 0) ? words : words.slice(0, end);
}

/** Asked for by one of ours: what is another program's does not count. */
export const asksFor = (argv: readonly string[], ...names: readonly string[]): boolean =>
  ownWords(argv).some((word) => names.includes(word));
