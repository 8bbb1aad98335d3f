/** A whole command line, by commander: help, suggestions, every option. Serves every program that has commands. */
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import pkg from "../../package.json" with { type: "json" };
import { durationWord } from "../text/duration.ts";
import { isUsage } from "../text/errors.ts";
import type { Declaration, DeclaredOption, Program, ReadValue } from "./declaring.ts";
import { wantsJson } from "./edge.ts";
import { failureJson } from "./failure-json.ts";

/** Runs one command line. Resolves to its exit code, 2 for wrong usage, about which commander has said its piece. */
export async function runProgram(
  { name, summary, commands }: Program,
  argv: readonly string[],
): Promise<number> {
  let exitCode = 0;
  const program = new Command(name)
    .description(summary)
    .version(pkg.version)
    .enablePositionalOptions()
    .showHelpAfterError("Run with --help to see what is allowed.")
    // the options of a command are known when it is loaded
    .configureHelp({ subcommandTerm: (command) => [command.name(), ...command.aliases()].join("|") })
    .exitOverride()
    .hook("preSubcommand", async (_, command) => {
      const declaration = await commands[command.name()]?.load();
      if (declaration !== undefined) declare(command, declaration, (code) => (exitCode = code));
    });
  for (const [each, line] of Object.entries(commands))
    program.command(each).description(line.summary).aliases(line.aliases);
  // commander's own `help status` would show what is not loaded
  const [first, asked = ""] = argv;
  const isKnown = program.commands.some((each) => [each.name(), ...each.aliases()].includes(asked));
  const line = first === "help" && isKnown ? [asked, "--help"] : argv;
  try {
    await program.parseAsync(line, { from: "user" });
    return exitCode;
  } catch (error) {
    // help and version are not failures
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    if (wantsJson(argv)) console.log(JSON.stringify(failureJson(error, error.message)));
    return 2;
  }
}

/** The name and the summary are there; all else comes from the declaration. */
function declare(command: Command, declaration: Declaration, exit: (code: number) => void): void {
  const { argument, options = [], passThrough = false, examples = [], commands = {} } = declaration;
  if (argument !== undefined) {
    const [name, meaning, read] = argument;
    if (read === undefined) command.argument(name, meaning);
    else command.argument(name, meaning, reading(read));
  }
  for (const option of options) command.addOption(optionOf(option));
  command.passThroughOptions(passThrough);
  if (examples.length > 0) command.addHelpText("after", exampleText(programOf(command), examples));
  for (const [name, inner] of Object.entries(commands))
    declare(command.command(name).description(inner.summary), inner, exit);
  if (declaration.run !== undefined)
    command.action(async (...args) => exit((await declaration.run?.(...args)) ?? 0));
}

function optionOf([flags, meaning, value, fallback]: DeclaredOption): Option {
  const isTime = typeof fallback === "number" && flags.endsWith("<time>");
  const option = new Option(flags, meaning).default(fallback, isTime ? durationWord(fallback) : undefined);
  if (typeof value === "function") return option.argParser(reading(value));
  return value === undefined ? option : option.choices(value);
}

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

const programOf = (command: Command): string =>
  command.parent === null ? command.name() : programOf(command.parent);

/** Examples begin as in a manual with the program's name, whatever it takes to call it here. */
function exampleText(program: string, examples: NonNullable<Declaration["examples"]>): string {
  const width = Math.max(31, ...examples.map(([command]) => command.length));
  const lines = examples.map(([command, meaning]) => `  $ ${program} ${command.padEnd(width)}  ${meaning}`);
  return `\nExamples:\n${lines.join("\n")}`;
}
