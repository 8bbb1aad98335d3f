/**
 * Whether a pattern of a configuration fits a text that a process chose itself. RegExp tries one way after the other, and
 * gives up after some hundred million with "no" (JavaScriptCore; 2 to 3 s): a `protect` that fits would protect nobody. So
 * it is asked only where it cannot get that far; else the pattern's automaton is.
 */
import { automatonOf, type Automaton } from "./automaton.ts";
import { parsePattern, type Node } from "./parse.ts";

/** A hundredth of a second at the most, as much as a whole tick takes. */
const MOST_STEPS = 1_000_000;
/** Command lines of one tick and the next, and their characters: who runs chooses how long its own is. */
const [MOST_ANSWERS, MOST_KEPT] = [500, 1_000_000];
/** More than any configuration has; what is gone from all of them is forgotten. */
const MOST_PATTERNS = 2_000;

interface Pattern {
  readonly expression: RegExp;
  readonly cost: Cost;
  /** Made when it is first needed; null = there can be none. */
  automaton: Automaton | null | undefined;
  /** Of the automaton, by text. */
  readonly answers: Map<string, boolean>;
  kept: number;
}

/** By their source: a configuration has a few, and they are asked about every job of every tick. */
const patterns = new Map<string, Pattern>();

function patternOf(source: string): Pattern {
  const known = patterns.get(source);
  if (known !== undefined) return known;
  const pattern: Pattern = {
    // oxlint-disable-next-line require-unicode-regexp -- as config/schema/leaf.ts has tried it
    expression: new RegExp(source),
    cost: costOf(parsePattern(source)),
    automaton: undefined,
    answers: new Map(),
    kept: 0,
  };
  if (patterns.size >= MOST_PATTERNS) patterns.clear();
  patterns.set(source, pattern);
  return pattern;
}

/** null = cannot be told in a time that a tick has: looking around or back in a text that is long for that. */
export function fits(source: string, text: string): boolean | null {
  const pattern = patternOf(source);
  if (steps(pattern.cost, text.length) <= MOST_STEPS) return pattern.expression.test(text);
  if (pattern.automaton === undefined) pattern.automaton = automatonOf(parsePattern(source));
  const { automaton, answers } = pattern;
  if (automaton === null || automaton.size * text.length > MOST_STEPS) return null;
  const known = answers.get(text);
  if (known !== undefined) return known;
  if (answers.size >= MOST_ANSWERS || pattern.kept + text.length > MOST_KEPT) {
    answers.clear();
    pattern.kept = 0;
  }
  pattern.kept += text.length;
  const answer = automaton.fits(text);
  answers.set(text, answer);
  return answer;
}

/** The pattern may begin at each character. */
const steps = ({ ways, power }: Cost, length: number): number => ways * Math.max(1, length) ** (1 + power);

/** Whether a command line of usual length gets an answer, whatever it says; asked when a configuration is read. */
export const isAlwaysTold = (source: string): boolean => {
  const node = parsePattern(source);
  const { ways, power } = costOf(node);
  return (power <= 1 && ways <= MOST_WAYS) || automatonOf(node) !== null;
};
const MOST_WAYS = 100;

/** How often a matcher that tries one way after the other may have to: at most `ways` × length ^ `power` for each start. */
interface Cost {
  readonly ways: number;
  /** Of parts whose length is open, in one try; Infinity for one inside another. */
  readonly power: number;
}

const NONE: Cost = { ways: 1, power: 0 };

const both = (one: Cost, other: Cost): Cost => ({
  ways: one.ways * other.ways,
  power: one.power + other.power,
});

export function costOf(node: Node): Cost {
  switch (node.kind) {
    case "character":
    case "assertion":
      return NONE;
    case "backreference":
      return { ways: 1, power: 1 };
    case "special":
      return costOf(node.body);
    case "sequence":
      return node.parts.map(costOf).reduce(both, NONE);
    case "choice": {
      const costs = node.among.map(costOf);
      return {
        ways: costs.reduce((sum, { ways }) => sum + ways, 0),
        power: Math.max(...costs.map(({ power }) => power)),
      };
    }
    case "repeat":
      return repeated(costOf(node.body), node);
  }
}

function repeated(body: Cost, { least, most }: { readonly least: number; readonly most: number }): Cost {
  const isFixed = least === most;
  if (most <= 1) return isFixed ? body : { ways: body.ways + 1, power: body.power };
  if (body.ways > 1 || body.power > 0) return { ways: 1, power: Infinity };
  return isFixed ? NONE : { ways: 1, power: 1 };
}
