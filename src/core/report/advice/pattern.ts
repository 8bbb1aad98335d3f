/** From a command line as the history has it to the regular expression of a rule that means this command and no other. */
import { MASK } from "../../mask.ts";

/** What the history shows in place of something else: a masked secret, an escaped or broken character. */
const REPLACED = /(\*\*\*|\\x[\da-f]{2}|\\u[\da-f]{4}|\\[nrt]|\uFFFD)/u;
const ANYTHING = String.raw`[\s\S]`;
/** `commandLine` (mask.ts) cuts here; a literal character takes two at most. */
const MOST_COMMAND_CHARACTERS = 400;
/** The schema takes 1,000. */
const MOST_CHARACTERS = 990;

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/gu, String.raw`\$&`);

/** Where the program lies does not matter: an update of Bun, or another machine, has it elsewhere. */
const withoutDirectory = (command: string): string => command.replace(/^[^\s]*\/(?=[^/\s])/u, "");

/**
 * Found in `argv.join(" ")` of that command (core/match.ts). `command` is ProcessSample.command: masked, made printable
 * and perhaps cut, so what stands for something else matches anything.
 */
export function commandPattern(command: string): string {
  const line = command.slice(0, MOST_COMMAND_CHARACTERS);
  const isCut = line !== command || line.endsWith("…");
  // split with a group: what is replaced stands at the odd places
  const pieces = withoutDirectory(line.replace(/…$/u, ""))
    .split(REPLACED)
    .map((piece, at) => (at % 2 === 0 ? escaped(piece) : placeholder(piece)));
  let pattern = "(^|/)";
  for (const piece of pieces) {
    if (pattern.length + piece.length > MOST_CHARACTERS) return pattern;
    pattern += piece;
  }
  return isCut ? pattern : `${pattern}$`;
}

const placeholder = (piece: string): string => (piece === MASK ? `${ANYTHING}+` : `${ANYTHING}{1,6}`);
