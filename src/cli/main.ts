/** The edge: parses the command line, loads the one command it names, prints failures, decides the exit code. */
import { Command, CommanderError } from "commander";
import pkg from "../../package.json" with { type: "json" };
import { describeFailure } from "./errors.ts";
import { declareCommands } from "./declare.ts";

/** Runs one command line; resolves to the process's exit code (0 clean, 1 survivor or failed check, 2 usage or config). */
export async function runCli(argv: readonly string[]): Promise<number> {
  let exitCode = 0;
  const program = new Command("bun-watchdog")
    .description("Finds Bun processes that run away, and makes sure they are dead.")
    .version(pkg.version)
    .enablePositionalOptions()
    .showHelpAfterError("Run with --help to see what is allowed.")
    .exitOverride();
  declareCommands(program, (code) => (exitCode = code));
  try {
    await program.parseAsync(argv, { from: "user" });
    return exitCode;
  } catch (error) {
    // commander has already printed its own message; help and version are not failures
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const failure = describeFailure(error, Boolean(process.env["DEBUG"]));
    console.error(failure.text);
    return failure.exitCode;
  }
}
