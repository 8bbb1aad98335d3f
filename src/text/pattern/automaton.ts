/**
 * Whether a pattern fits, in time proportional to pattern × text, whatever both say: all ways are gone at once
 * (K. Thompson, Regular Expression Search Algorithm, 1968). What one character is, RegExp says.
 */
import type { Node } from "./parse.ts";

type Assertion = Extract<Node, { kind: "assertion" }>["source"];

type State =
  | { readonly kind: "character"; readonly is: (code: number) => boolean; readonly next: number }
  | { readonly kind: "assertion"; readonly source: Assertion; readonly next: number }
  | { readonly kind: "fork"; readonly to: readonly number[] }
  | { readonly kind: "end" };

export interface Automaton {
  readonly size: number;
  readonly fits: (text: string) => boolean;
}

/** `a{1000}` is a thousand states; nobody needs more for a command line. */
const MOST_STATES = 4_000;

/** null: it has parts that no automaton can do, or too many. */
export function automatonOf(node: Node): Automaton | null {
  const states: State[] = [];
  const add = (state: State): number => states.push(state) - 1;
  const end = add({ kind: "end" });
  try {
    const start = build(node, end, add);
    return { size: states.length, fits: (text) => run(states, start, text) };
  } catch (error) {
    if (error instanceof Unfit) return null;
    throw error;
  }
}

class Unfit extends Error {}

/** Made from the end: returns the state in which `node` begins, `next` is what follows it. */
function build(node: Node, next: number, add: (state: State) => number): number {
  switch (node.kind) {
    case "character":
      return add({ kind: "character", is: tester(node.source), next });
    case "assertion":
      return add({ kind: "assertion", source: node.source, next });
    case "sequence":
      return node.parts.reduceRight((after, part) => build(part, after, add), next);
    case "choice":
      return add({ kind: "fork", to: node.among.map((each) => build(each, next, add)) });
    case "repeat":
      return repeat(node, next, add);
    case "special":
    case "backreference":
      throw new Unfit();
  }
}

function repeat(
  { body, least, most }: Extract<Node, { kind: "repeat" }>,
  next: number,
  add: (state: State) => number,
): number {
  const grow = (after: number): number => {
    const at = build(body, after, add);
    if (at > MOST_STATES) throw new Unfit();
    return at;
  };
  let at = next;
  if (most === Infinity) {
    const to = [next];
    at = add({ kind: "fork", to });
    to.unshift(grow(at));
  } else {
    for (let more = least; more < most; more++) at = add({ kind: "fork", to: [grow(at), next] });
  }
  for (let must = 0; must < least; must++) at = grow(at);
  return at;
}

/** Latin letters are asked about often: their answers are kept. */
function tester(source: string): (code: number) => boolean {
  // without flags, as the whole pattern has none
  // oxlint-disable-next-line require-unicode-regexp -- a character is a UTF-16 code unit here, as in the whole
  const expression = new RegExp(`^${source}$`);
  const known = new Int8Array(256);
  return (code) => {
    if (code > 255) return expression.test(String.fromCharCode(code));
    if (known[code] === 0) known[code] = expression.test(String.fromCharCode(code)) ? 1 : -1;
    return known[code] === 1;
  };
}

function run(states: readonly State[], start: number, text: string): boolean {
  let here: number[] = [];
  let there: number[] = [];
  /** The position at which a state was last reached, and one: 0 = never. */
  const reached = new Uint32Array(states.length);
  const stack: number[] = [];
  /** False until the end state is among them. */
  const reach = (first: number, position: number, into: number[]): boolean => {
    stack.push(first);
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      if (reached[at] === position + 1) continue;
      reached[at] = position + 1;
      const state = states[at];
      if (state === undefined) continue;
      if (state.kind === "end") return true;
      if (state.kind === "character") into.push(at);
      else if (state.kind === "fork") stack.push(...state.to);
      else if (holds(state.source, text, position)) stack.push(state.next);
    }
    return false;
  };
  for (let position = 0; ; position++) {
    if (reach(start, position, here)) return true;
    if (position === text.length) return false;
    const code = text.charCodeAt(position);
    for (const at of here) {
      const state = states[at];
      if (state?.kind === "character" && state.is(code) && reach(state.next, position + 1, there))
        return true;
    }
    [here, there] = [there, here];
    there.length = 0;
  }
}

function holds(source: Assertion, text: string, position: number): boolean {
  switch (source) {
    case "^":
      return position === 0;
    case "$":
      return position === text.length;
    case "\\b":
      return isWord(text, position - 1) !== isWord(text, position);
    case "\\B":
      return isWord(text, position - 1) === isWord(text, position);
  }
}

const isWord = (text: string, at: number): boolean => /^\w$/.test(text.charAt(at));
