/** Reads what a terminal in raw mode sends, as keys. */

/** A named key, or the characters that were typed. Pasted text is no series of keys: it could say "x", "y". */
export type Key = { readonly name: KeyName } | { readonly text: string } | { readonly pasted: string };

export type KeyName =
  | "up"
  | "down"
  | "page-up"
  | "page-down"
  | "home"
  | "end"
  | "enter"
  | "escape"
  | "backspace"
  | "interrupt"
  | "suspend"
  | "redraw";

interface Decoded {
  readonly keys: readonly Key[];
  /** The beginning of a sequence whose end has not come yet. */
  readonly rest: string;
}

/** XTerm's control sequences, in normal and application mode; and those of rxvt, the Linux console and PuTTY. */
const SEQUENCES: Readonly<Record<string, KeyName>> = {
  "[A": "up",
  "[B": "down",
  "[H": "home",
  "[F": "end",
  OA: "up",
  OB: "down",
  OH: "home",
  OF: "end",
  "[1~": "home",
  "[7~": "home",
  "[4~": "end",
  "[8~": "end",
  "[5~": "page-up",
  "[6~": "page-down",
};

const CONTROLS: Readonly<Record<string, KeyName>> = {
  "\r": "enter",
  "\n": "enter",
  "\u007F": "backspace",
  "\b": "backspace",
  "\u0003": "interrupt",
  "\u0004": "interrupt",
  "\u001A": "suspend",
  "\u000C": "redraw",
};

const ESCAPE = "\u001B";
const PASTE_BEGINS = `${ESCAPE}[200~`;
const PASTE_ENDS = `${ESCAPE}[201~`;
/** ECMA-48: CSI, parameters and intermediates, a final byte; or SS3 and one character. Alt with a key is Escape, then the key. */
// oxlint-disable-next-line no-control-regex -- they begin with one
const SEQUENCE = /^\u001B(?:(?<csi>\[[0-?]*[ -/]*[@-~])|(?<ss3>O.))/u;
// oxlint-disable-next-line no-control-regex
const UNFINISHED = /^\u001B(?:\[[0-?]*[ -/]*|O)?$/u;
/** What is cut off in the middle is not waited for without end. */
const LONGEST_PASTE = 4_096;

/** `input` is what was left over before, and what has come now. */
export function decodeKeys(input: string): Decoded {
  const keys: Key[] = [];
  let rest = input;
  while (rest !== "") {
    if (rest.startsWith(PASTE_BEGINS)) {
      const end = rest.indexOf(PASTE_ENDS);
      if (end === -1 && rest.length < LONGEST_PASTE) return { keys, rest };
      keys.push({ pasted: rest.slice(PASTE_BEGINS.length, end === -1 ? undefined : end) });
      rest = end === -1 ? "" : rest.slice(end + PASTE_ENDS.length);
    } else if (rest.startsWith(ESCAPE)) {
      if (UNFINISHED.test(rest)) return { keys, rest };
      const match = SEQUENCE.exec(rest);
      const name = SEQUENCES[match?.groups?.["csi"] ?? match?.groups?.["ss3"] ?? ""];
      // an escape before something that it does not belong to was the key of that name, however soon the next one came
      if (match === null) keys.push({ name: "escape" });
      else if (name !== undefined) keys.push({ name });
      rest = rest.slice(match?.[0].length ?? 1);
    } else {
      const [character = ""] = rest;
      const name = CONTROLS[character];
      if (name !== undefined) keys.push({ name });
      else if (character >= " ") keys.push({ text: character });
      rest = rest.slice(character.length);
    }
  }
  return { keys, rest };
}

/** No more has come in time: an escape alone is the key of that name, any other beginning is nothing. */
export const giveUp = (rest: string): readonly Key[] => (rest === ESCAPE ? [{ name: "escape" }] : []);
