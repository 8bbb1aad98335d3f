/**
 * A plain command line, read from the same declaration without commander, which takes 15 ms to load: node's parser takes one.
 * Whatever is not plain (help, a mistake, an option whose value may be missing) is left to commander, which says it better.
 */
import { parseArgs, type ParseArgsOptionDescriptor } from "node:util";
import { UsageError } from "../text/errors.ts";
import type { CommandLine, Declaration, DeclaredOption } from "./declaring.ts";

/** Runs it; null = let commander look at it. */
export async function runPlain(
  commands: Readonly<Record<string, CommandLine>>,
  [name = "", ...args]: readonly string[],
): Promise<number | null> {
  const line = Object.hasOwn(commands, name)
    ? commands[name]
    : Object.values(commands).find(({ aliases }) => aliases?.includes(name));
  if (line === undefined) return null;
  const [declaration, rest] = innermost(await line.load(), args);
  const call = declaration.run === undefined ? null : plainCall(declaration, rest);
  return call === null ? null : ((await declaration.run?.(...call)) ?? 0);
}

const innermost = (
  declaration: Declaration,
  args: readonly string[],
): readonly [Declaration, readonly string[]] => {
  const [name = "", ...rest] = args;
  const inner = declaration.commands?.[name];
  return inner === undefined ? [declaration, args] : innermost(inner, rest);
};

/** The parameters that commander would give `run`: the argument if one is declared, and the options. */
export function plainCall(declaration: Declaration, args: readonly string[]): readonly unknown[] | null {
  const { argument, options = [], passThrough = false } = declaration;
  if (passThrough) return null;
  try {
    const spelled = options.map((option) => [option, spellingOf(option)] as const);
    const { values, positionals } = parseArgs({
      args: [...args],
      options: Object.fromEntries(spelled.map(([, { long, described }]) => [long, described])),
      allowPositionals: argument !== undefined,
    });
    const flags: Record<string, unknown> = {};
    for (const [option, { long, key, isNegated }] of spelled) {
      const value = valueOf(option, values[long]);
      if (value !== undefined) flags[key] = isNegated ? false : value;
    }
    if (argument === undefined) return [flags];
    const given = argumentOf(argument, positionals);
    return given === null ? null : [given.value, flags];
  } catch (error) {
    if (error instanceof TypeError || error instanceof UsageError) return null;
    throw error;
  }
}

interface Spelling {
  readonly long: string;
  readonly key: string;
  readonly isNegated: boolean;
  readonly described: ParseArgsOptionDescriptor;
}

/** `-o, --max-memory <size>`: commander names it maxMemory; `--no-color` is color, and false when it is given. */
function spellingOf([flags]: DeclaredOption): Spelling {
  const [, short, long = "", value] = /^(?:-(\w), )?--([\w-]+)(?: (.+))?$/u.exec(flags) ?? [];
  // with or without a value: only commander tells which
  const described: ParseArgsOptionDescriptor =
    value === undefined ? { type: "boolean" } : { type: "string", multiple: true };
  return {
    long,
    key: long.replace(/^no-/u, "").replaceAll(/-(\w)/gu, (_, letter: string) => letter.toUpperCase()),
    isNegated: long.startsWith("no-"),
    described: short === undefined ? described : { ...described, short },
  };
}

function valueOf([flags, , read, fallback]: DeclaredOption, given: unknown): unknown {
  if (given === undefined) return fallback;
  if (!Array.isArray(given)) return given;
  if (flags.endsWith("]")) throw new UsageError(flags);
  const texts: readonly string[] = given;
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
