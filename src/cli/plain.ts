/**
 * A plain command line, read from the same declaration without commander, which takes 15 ms to load (node's own parser: as
 * long as Bun takes to start). Whatever is not plain (help, a mistake, short options in one word, an option whose value may
 * be missing) is left to commander, which says it better.
 */
import { isUsage, UsageError } from "../text/errors.ts";
import { EDGE_OPTIONS, type Declaration, type DeclaredOption, type Program } from "./declaring.ts";
import { lookUp } from "./lookup.ts";

/** Runs it; null = let commander look at it. */
export async function runPlain(program: Program, argv: readonly string[]): Promise<number | null> {
  const found = await lookUp(program, argv);
  if (found?.declaration.run === undefined) return null;
  const call = plainCall(found.declaration, found.args);
  return call === null ? null : await found.declaration.run(...call);
}

/** The parameters that commander would give `run`: the argument if one is declared, and the options. */
export function plainCall(declaration: Declaration, args: readonly string[]): readonly unknown[] | null {
  const { argument, options = [], passThrough = false, instead = {} } = declaration;
  const spelled = options.map(spellingOf);
  const line = passThrough ? null : plainLine(args, [...spelled, ...AT_THE_EDGE]);
  if (line === null || (argument === undefined && line.words.length > 0)) return null;
  if (line.words.some((word) => Object.hasOwn(instead, word))) return null;
  try {
    const flags: Record<string, unknown> = {};
    for (const each of spelled) {
      const value = valueOf(each, line.given.get(each));
      if (value !== undefined) flags[each.key] = value;
    }
    if (argument === undefined) return [flags];
    const given = argumentOf(argument, line.words);
    return given === null ? null : [given.value, flags];
  } catch (error) {
    if (isUsage(error)) return null;
    throw error;
  }
}

interface Spelling {
  readonly option: DeclaredOption;
  /** `-o`, `--max-memory`. */
  readonly names: readonly string[];
  readonly key: string;
  /** May be missing, or be several words: "maybe". */
  readonly value: "none" | "needed" | "maybe";
  readonly isNegated: boolean;
}

/** `-o, --max-memory <size>`: commander names it maxMemory; `--no-color` is color, and false when it is given. */
function spellingOf(option: DeclaredOption): Spelling {
  const [, short, long = "", value] = /^(?:-(\w), )?--([\w-]+)(?: (.+))?$/u.exec(option[0]) ?? [];
  return {
    option,
    names: short === undefined ? [`--${long}`] : [`-${short}`, `--${long}`],
    key: long.replace(/^no-/u, "").replaceAll(/-(\w)/gu, (_, letter: string) => letter.toUpperCase()),
    value: value === undefined ? "none" : /\]$|\.\.\.>$/u.test(value) ? "maybe" : "needed",
    isNegated: long.startsWith("no-"),
  };
}

/** They are no option of the command. */
const AT_THE_EDGE = EDGE_OPTIONS.map(spellingOf);

interface PlainLine {
  readonly words: readonly string[];
  /** The values in their order; none for an option that takes none. */
  readonly given: ReadonlyMap<Spelling, readonly string[]>;
}

/** null: something in it is not plain. */
function plainLine(args: readonly string[], spelled: readonly Spelling[]): PlainLine | null {
  const words: string[] = [];
  const given = new Map<Spelling, readonly string[]>();
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? "";
    if (!arg.startsWith("-") || arg === "-") {
      words.push(arg);
      continue;
    }
    const [name = "", inside] = /^(--[\w-]+)=(.*)$/su.exec(arg)?.slice(1) ?? [arg];
    const found = spelled.find(({ names }) => names.includes(name));
    if (found === undefined || found.value === "maybe") return null;
    const texts = given.get(found) ?? [];
    if (found.value === "none") {
      if (inside !== undefined) return null;
      given.set(found, texts);
      continue;
    }
    const text = inside ?? args[++at];
    // whether a word with a dash is a value, only commander tells
    if (text === undefined || (inside === undefined && text.startsWith("-"))) return null;
    given.set(found, [...texts, text]);
  }
  return { words, given };
}

/** `texts`: what was given; missing = the option was not. @throws UsageError */
function valueOf({ option, value, isNegated }: Spelling, texts?: readonly string[]): unknown {
  const [flags, , read, fallback] = option;
  if (texts === undefined) return fallback;
  if (value === "none") return !isNegated;
  if (read === undefined) return texts.at(-1);
  if (typeof read === "function")
    return texts.reduce<unknown>((before, text) => read(text, before), fallback);
  if (texts.every((text) => read.includes(text))) return texts.at(-1);
  throw new UsageError(flags);
}

function argumentOf(
  [name, , read]: NonNullable<Declaration["argument"]>,
  words: readonly string[],
): { readonly value: unknown } | null {
  const [isNeeded, isMany] = [name.startsWith("<"), name.includes("...")];
  if ((isNeeded && words.length === 0) || (!isMany && words.length > 1)) return null;
  if (read !== undefined)
    return { value: words.reduce<unknown>((before, word) => read(word, before), undefined) };
  return { value: isMany ? words : words[0] };
}
