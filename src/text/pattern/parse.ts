/**
 * A JavaScript regular expression without flags as a tree (ECMA-262, 22.2.1 and annex B.1.2). The text is one that
 * `new RegExp` takes. What stands for one character keeps its own spelling: what it means is asked of RegExp itself.
 */

export type Node =
  | { readonly kind: "character"; readonly source: string }
  | { readonly kind: "assertion"; readonly source: "^" | "$" | "\\b" | "\\B" }
  | { readonly kind: "sequence"; readonly parts: readonly Node[] }
  | { readonly kind: "choice"; readonly among: readonly Node[] }
  /** `most` may be Infinity. */
  | { readonly kind: "repeat"; readonly body: Node; readonly least: number; readonly most: number }
  /** What no automaton can do: looking around, modifiers. */
  | { readonly kind: "special"; readonly body: Node }
  | { readonly kind: "backreference" };

export const parsePattern = (source: string): Node => new Reader(source).choice();

const QUANTIFIER = /(?:[*+?]|\{(?<least>\d+)(?<comma>,(?<most>\d*))?\})\??/y;
/** One character, as it is escaped: `\x41`, `\u0041`, `\cJ`, `\d`, `\.` … */
const ESCAPE = /\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|c[A-Za-z]|[^])/y;
const BACKREFERENCE = /\\(?:[1-9]\d*|k<[^>]*>)/y;
const CLASS = /\[(?:[^\]\\]|\\[^])*\]/y;
const PLAIN_GROUP = /\((?:\?:|\?<(?![=!])[^>]*>|(?!\?))/y;
/** Lookahead, lookbehind, modifiers. */
const SPECIAL_GROUP = /\(\?(?:<?[=!]|[a-z-]*:)/y;

class Reader {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  choice(): Node {
    const among = [this.#sequence()];
    while (this.#takes("|")) among.push(this.#sequence());
    const [only] = among;
    return among.length === 1 && only !== undefined ? only : { kind: "choice", among };
  }

  #sequence(): Node {
    const parts: Node[] = [];
    while (this.#at < this.#source.length && !")|".includes(this.#source[this.#at] ?? "")) {
      const body = this.#term();
      parts.push(this.#quantified(body));
    }
    return { kind: "sequence", parts };
  }

  #quantified(body: Node): Node {
    const text = this.#match(QUANTIFIER);
    if (text === null) return body;
    const [least, most] = bounds(text);
    return { kind: "repeat", body, least, most };
  }

  #term(): Node {
    const character = this.#source[this.#at] ?? "";
    switch (character) {
      case "^":
      case "$":
        this.#at++;
        return { kind: "assertion", source: character };
      case "(":
        return this.#group();
      case "[":
        return { kind: "character", source: this.#match(CLASS) ?? this.#next() };
      case "\\":
        return this.#escape();
      default:
        return { kind: "character", source: this.#next() };
    }
  }

  #group(): Node {
    if (this.#match(PLAIN_GROUP) !== null) return this.#rest();
    return this.#match(SPECIAL_GROUP) === null
      ? { kind: "character", source: this.#next() }
      : { kind: "special", body: this.#rest() };
  }

  #rest(): Node {
    const body = this.choice();
    this.#takes(")");
    return body;
  }

  #escape(): Node {
    if (this.#match(BACKREFERENCE) !== null) return { kind: "backreference" };
    const text = this.#match(ESCAPE) ?? this.#next();
    if (text === "\\b" || text === "\\B") return { kind: "assertion", source: text };
    // annex B: no control letter follows, so that the backslash is a character of its own
    if (text === "\\c") this.#at--;
    return { kind: "character", source: text === "\\c" ? "\\\\" : text };
  }

  #next = (): string => this.#source[this.#at++] ?? "";

  #takes(character: string): boolean {
    if (this.#source[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #match(expression: RegExp): string | null {
    expression.lastIndex = this.#at;
    const text = expression.exec(this.#source)?.[0] ?? null;
    if (text !== null) this.#at += text.length;
    return text;
  }
}

function bounds(quantifier: string): readonly [least: number, most: number] {
  switch (quantifier.charAt(0)) {
    case "*":
      return [0, Infinity];
    case "+":
      return [1, Infinity];
    case "?":
      return [0, 1];
    default: {
      const [least = "0", most] = quantifier.replace(/[{}?]/g, "").split(",");
      if (most === undefined) return [Number(least), Number(least)];
      return [Number(least), most === "" ? Infinity : Number(most)];
    }
  }
}
