/** The whole command line, by commander: help, suggestions, every option. */
import { Command, CommanderError } from "commander";
import pkg from "../../package.json" with { type: "json" };
import { failureJson, wantsJson } from "./failure-json.ts";
import { declareCommands } from "./commands.ts";

/** Runs one command line. Resolves to its exit code, 2 for wrong usage, about which commander has said its piece. */
export async function runProgram(argv: readonly string[]): Promise<number> {
  let exitCode = 0;
  const program = new Command("bun-watchdog")
    .description("Finds Bun processes that run away, and makes sure they are dead.")
    .version(pkg.version)
    .enablePositionalOptions()
    .showHelpAfterError("Run with --help to see what is allowed.")
    .exitOverride();
  await declareCommands(program, argv, (code) => (exitCode = code));
  try {
    await program.parseAsync(argv, { from: "user" });
    return exitCode;
  } catch (error) {
    // help and version are not failures
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    if (wantsJson(argv)) console.log(JSON.stringify(failureJson(error, error.message)));
    return 2;
  }
}
