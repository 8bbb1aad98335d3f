/** The edge of a program: nothing of the folder runs in it, what it prints is printable, and a failure is said. */
import { startClean } from "../os/select-start.ts";
import { CommandError, describeFailure } from "../text/errors.ts";
import { printPrintable } from "./printing.ts";

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
  printPrintable(checked);
  try {
    return await run(argv);
  } catch (error) {
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

/** Asked for before a `--`: what stands behind it is another command's. */
export const wantsJson = (argv: readonly string[]): boolean => {
  const end = argv.indexOf("--");
  return (end < 0 ? argv : argv.slice(0, end)).includes("--json");
};

/** Standard output may take nothing, which may be the failure itself. */
function trySaying(text: string): void {
  try {
    console.log(text);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
  }
}
