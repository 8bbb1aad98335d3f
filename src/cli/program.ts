/** A whole command line, by commander: help, suggestions, every option. Serves every program that has commands. */
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import pkg from "../../package.json" with { type: "json" };
import { isUsage, UsageError } from "../text/errors.ts";
import {
  EDGE_OPTIONS,
  unlessDeclared,
  type Declaration,
  type DeclaredOption,
  type Program,
  type ReadValue,
} from "./declaring.ts";
import { wantsJson } from "./edge.ts";
import { failureJson } from "./failure-json.ts";
import { commandHelp, programHelp } from "./help.ts";
import { lookUp, type Found } from "./lookup.ts";
import { commandFirst, firstWordAt } from "./words.ts";

/** Runs one command line. Resolves to its exit code, 2 for wrong usage, about which commander has said its piece. */
export async function runProgram(program: Program, argv: readonly string[]): Promise<number> {
  const { name, commands } = program;
  let exitCode = 0;
  const found = await lookUp(program, argv);
  const root = ready(new Command(name), () => programHelp(program))
    .enablePositionalOptions()
    .showHelpAfterError("Run with --help to see what is allowed.")
    .exitOverride();
  for (const [each, { summary, aliases }] of Object.entries(commands)) {
    const command = root.command(each).description(summary).aliases(aliases);
    if (each === found?.path[0])
      describe(program, command, [each], found.outermost, (code) => (exitCode = code));
  }
  try {
    await root.parseAsync(wordsOf(program, found, argv), { from: "user" });
    return exitCode;
  } catch (error) {
    // help and version are not failures
    if (!(error instanceof CommanderError)) throw error;
    // a script that forgets the command hears of it
    if (error.exitCode === 0) return argv.length > 0 ? 0 : 2;
    if (wantsJson(argv)) console.log(JSON.stringify(failureJson(error, error.message)));
    return 2;
  }
}

/** The words in the order that commander reads them. @throws UsageError for those that people take for a command. */
function wordsOf(
  { name, instead = {} }: Program,
  found: Found | null,
  argv: readonly string[],
): readonly string[] {
  if (found !== null) {
    const { path, args, declaration } = found;
    refuse([name, ...path], args[firstWordAt(args)] ?? "", declaration.instead);
    return [...path, ...args];
  }
  const words = commandFirst(argv);
  const [first = "help"] = words;
  refuse([name], first, instead);
  if (["version", "-V"].includes(first)) return ["--version"];
  if (first === "help") return ["--help"];
  // with options behind it, commander would say what these are, and not that nobody knows the command
  return first.startsWith("-") ? words : [first];
}

function refuse(path: readonly string[], word: string, instead: Declaration["instead"] = {}): void {
  if (!Object.hasOwn(instead, word)) return;
  throw new UsageError(
    `There is no "${path.join(" ")} ${word}", and nothing was done. Write: ${path[0]} ${instead[word]}`,
  );
}

/** The name and the summary are there; all else comes from the declaration. */
function describe(
  program: Program,
  command: Command,
  path: readonly string[],
  declaration: Declaration,
  exit: (code: number) => void,
): void {
  const { argument, options = [], passThrough = false, commands = {} } = declaration;
  ready(command, () => commandHelp(program, path, command.description(), declaration));
  if (argument !== undefined) {
    const [name, meaning, read] = argument;
    if (read === undefined) command.argument(name, meaning);
    else command.argument(name, meaning, reading(read));
  }
  // a command that declares one of them for itself hears of it, too
  const atTheEdge = unlessDeclared(EDGE_OPTIONS, options).map(optionOf);
  for (const option of [...options.map(optionOf), ...atTheEdge]) command.addOption(option);
  const hidden = new Set(atTheEdge.map((option) => option.attributeName()));
  command.passThroughOptions(passThrough);
  for (const [name, inner] of Object.entries(commands))
    describe(program, command.command(name).description(inner.summary), [...path, name], inner, exit);
  if (declaration.run !== undefined)
    command.action(async (...args) => {
      // behind what was given commander adds itself
      const given = args.slice(0, -1);
      const flags = Object.entries(command.opts()).filter(([key]) => !hidden.has(key));
      exit((await declaration.run?.(...given.slice(0, -1), Object.fromEntries(flags))) ?? 0);
    });
}

/** What every command takes. The edge has carried it out. */
function ready(command: Command, help: () => string): Command {
  command.helpInformation = () => `${help()}\n`;
  command.version(pkg.version, VERSION).helpOption(HELP).helpCommand(false);
  return command;
}

const [HELP, VERSION] = ["-h, --help", "-v, --version"];

const optionOf = ([flags, meaning, value, fallback]: DeclaredOption): Option => {
  const option = new Option(flags, meaning).default(fallback);
  if (typeof value === "function") return option.argParser(reading(value));
  return value === undefined ? option : option.choices(value);
};

/** Commander says beside the option which values it may have. */
const reading =
  (read: ReadValue) =>
  <Value>(text: string, before: Value): Value => {
    try {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- commander hands it on unseen
      return read(text, before) as Value;
    } catch (error) {
      throw isUsage(error) ? new InvalidArgumentError(error.message) : error;
    }
  };
