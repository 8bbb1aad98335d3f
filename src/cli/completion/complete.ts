/** The words that may stand at the end of a command line. Of the commands' declarations the one that is meant is loaded. */
import { printable } from "../../text/mask.ts";
import {
  CONFIG_OPTIONS,
  GLOBAL_OPTIONS,
  JSON_OPTION,
  unlessDeclared,
  type Declaration,
  type DeclaredOption,
  type Program,
} from "../declaring.ts";
import { lookUp } from "../lookup.ts";
import { firstWordAt } from "../words.ts";
import { ONLY_FILES, NO_OFFERS, asOffer, wordsOnly, type Offer, type Offers } from "./offer.ts";
import { offersFor } from "./values.ts";

/** `called`: as what the program was called; the last of `words` is the one that is completed, and may be empty. */
export async function complete(program: Program, called: string, words: readonly string[]): Promise<Offers> {
  const [before, current] = [words.slice(0, -1), words.at(-1) ?? ""];
  if (before.includes("--")) return ONLY_FILES;
  const offers = await allOffers(program, called, before, current);
  return { ...offers, words: offers.words.filter(({ word }) => word.startsWith(current)) };
}

async function allOffers(
  program: Program,
  called: string,
  before: readonly string[],
  current: string,
): Promise<Offers> {
  const beside = program.beside?.[called];
  if (beside !== undefined) return ofCommand(program, await beside(), before, current);
  const found = await lookUp(program, before);
  if (found !== null) return ofCommand(program, found.declaration, found.args, current);
  // a word that nobody knows has nothing behind it
  if (firstWordAt(before) >= 0) return before.at(-1) === "help" ? commandsOf(program, current) : NO_OFFERS;
  const options = program.name === "bun-watchdog" ? [...CONFIG_OPTIONS, JSON_OPTION] : [];
  const offers = await ofCommand(program, { options, argument: ["<a command>", ""] }, before, current);
  return offers === NO_OFFERS ? commandsOf(program, current) : offers;
}

/** Other names only for whoever has begun to write one, and not the command's own. */
function commandsOf({ commands }: Program, current: string): Offers {
  const all = Object.entries(commands).flatMap(([name, { summary, aliases }]) =>
    (name.startsWith(current) ? [name] : aliases).map((each) => asOffer(each, summary)),
  );
  return wordsOnly([...all, asOffer("help", "the help of a command")]);
}

async function ofCommand(
  program: Program,
  { argument, options = [], passThrough = false, commands }: Declaration,
  args: readonly string[],
  current: string,
): Promise<Offers> {
  const all = [...options, ...unlessDeclared(GLOBAL_OPTIONS, options)];
  const valued = new Set(
    all.filter(([flags]) => TAKES_NEXT.test(flags)).flatMap(([flags]) => namesOf(flags)),
  );
  if (passThrough && firstWordAt(args, valued) >= 0) return ONLY_FILES;
  const previous = args.at(-1) ?? "";
  if (valued.has(previous)) return valuesOf(program, all, previous);
  const [, name] = /^(--[\w-]+)=/u.exec(current) ?? [];
  if (name !== undefined) return behind(`${name}=`, await valuesOf(program, all, name));
  if (current.startsWith("-")) return wordsOnly(optionsIn(all, args));
  if (commands !== undefined)
    return wordsOnly(Object.entries(commands).map(([each, { summary }]) => asOffer(each, summary)));
  const given = wordsIn(args, valued);
  if (argument === undefined || (given > 0 && !argument[0].includes("...")))
    return current === "" ? wordsOnly(optionsIn(all, args)) : NO_OFFERS;
  return offersFor(argument[0], given === 0, program);
}

const TAKES_NEXT = / <[^>]+>$/u;
const namesOf = (flags: string): readonly string[] => flags.match(/(?<![\w-])--?[\w-]+/gu) ?? [];

const wordsIn = (args: readonly string[], valued: ReadonlySet<string>): number =>
  args.filter((word, at) => !word.startsWith("-") && !valued.has(args[at - 1] ?? "")).length;

/** Those that were not given yet. */
const optionsIn = (all: readonly DeclaredOption[], args: readonly string[]): readonly Offer[] =>
  all.flatMap(([flags, meaning]) => {
    const names = namesOf(flags);
    const long = names.at(-1);
    return long === undefined || names.some((name) => args.includes(name)) ? [] : [asOffer(long, meaning)];
  });

async function valuesOf(program: Program, all: readonly DeclaredOption[], name: string): Promise<Offers> {
  const [flags = "", , value] = all.find(([each]) => namesOf(each).includes(name)) ?? [];
  if (Array.isArray(value)) return wordsOnly(value.map((word: string) => asOffer(word)));
  return offersFor(flags.replace(/^[^<[]*/u, ""), true, program);
}

/** `--scope=` stands before each word. */
const behind = (before: string, { files, words }: Offers): Offers => ({
  files,
  words: words.map(({ word, meaning }) => asOffer(before + word, meaning)),
});

/** What the shell reads. A name that has a line break or a control character is none that could be typed. */
export const inLines = ({ files, words }: Offers): string =>
  [
    files,
    ...words
      .filter(({ word }) => printable(word, word.length) === word)
      .map(({ word, meaning }) => `${word}\t${meaning.split("\n", 1)[0] ?? ""}`),
  ].join("\n");
