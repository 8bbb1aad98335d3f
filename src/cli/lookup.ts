/** Which command a line is about. Of all declarations only that one is loaded. */
import type { CommandLine, Declaration, Program } from "./declaring.ts";
import { commandFirst } from "./words.ts";

export interface Found {
  /** Its name, and those of the commands down to the innermost; never an alias. */
  readonly path: readonly string[];
  readonly outermost: Declaration;
  /** The innermost one. */
  readonly declaration: Declaration;
  readonly args: readonly string[];
}

/** null: no command is named, or one that is not known. */
export async function lookUp({ commands }: Program, argv: readonly string[]): Promise<Found | null> {
  const [word = "", ...rest] = commandFirst(argv);
  const named = commandNamed(commands, word);
  if (named === null) return null;
  const [name, line] = named;
  const outermost = await line.load();
  return { outermost, ...innermost([name], outermost, rest) };
}

function commandNamed(
  commands: Program["commands"],
  word: string,
): readonly [name: string, line: CommandLine] | null {
  const found = Object.entries(commands).find(([name, { aliases }]) => [name, ...aliases].includes(word));
  return found ?? null;
}

function innermost(
  path: readonly string[],
  declaration: Declaration,
  rest: readonly string[],
): Omit<Found, "outermost"> {
  const { commands } = declaration;
  if (commands === undefined) return { path, declaration, args: rest };
  const args = commandFirst(rest);
  const [name = "", ...behind] = args;
  const inner = Object.hasOwn(commands, name) ? commands[name] : undefined;
  return inner === undefined ? { path, declaration, args } : innermost([...path, name], inner, behind);
}
