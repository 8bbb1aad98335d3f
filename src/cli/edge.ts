/** The edge of a program: nothing of the folder runs in it, what it prints is printable, and a failure is said. */
import { startClean } from "../os/select-start.ts";
import { CommandError, describeFailure } from "../text/errors.ts";
import { beQuiet } from "../text/quiet.ts";
import { printPrintable } from "./printing.ts";
import { asksFor } from "./words.ts";

/**
 * Runs one command line of one of our programs; resolves to the process's exit code (0 clean, 1 survivor or failed check,
 * 2 usage or config). `checked`: see printPrintable.
 */
export async function atEdge(
  argv: readonly string[],
  run: (argv: readonly string[]) => Promise<number>,
  checked = true,
): Promise<number> {
  startClean();
  if (asksFor(argv, "--no-color")) Reflect.set(Bun, "enableANSIColors", false);
  const isQuiet = asksFor(argv, "-q", "--quiet");
  if (isQuiet) beQuiet();
  const sayWithheld = printPrintable(checked, isQuiet && !wantsJson(argv));
  try {
    const exitCode = await run(argv);
    if (exitCode !== 0) sayWithheld();
    return exitCode;
  } catch (error) {
    sayWithheld();
    const failure = describeFailure(error, Boolean(process.env["DEBUG"]));
    // people get the text all the same; a reader of standard output alone has the object
    console.error(failure.text);
    if (wantsJson(argv)) {
      const { failureJson } = await import("./failure-json.ts");
      trySaying(JSON.stringify(failureJson(error, failure.text)));
    }
    return failure.exitCode;
  }
}

export const wantsJson = (argv: readonly string[]): boolean => asksFor(argv, "--json");

/** Standard output may take nothing, which may be the failure itself. */
function trySaying(text: string): void {
  try {
    console.log(text);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
  }
}
