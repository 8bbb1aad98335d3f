/**
 * The last place that text passes before it is printed. Folders have whatever names their owners like, and messages of every
 * room name files in them: a name must move no cursor, and begin no line of its own.
 */
import { printable, printableLines } from "../text/mask.ts";
import { homeOf } from "../trust/state.ts";
import { ownUid } from "../trust/open.ts";
import { currentDirectory } from "../trust/typed.ts";
import { terminalColumns } from "../os/select-start.ts";
import { writeSync } from "node:fs";
import { codeOf } from "../text/system-error.ts";
import { CommandError } from "../text/errors.ts";
import { hasColours, red } from "../text/style.ts";

type Print = (text?: string) => void;

/**
 * From now on what this process prints by console is printable. `checked`: console.log returns when its text is written, and
 * throws a CommandError where the disk behind it takes no more; not for who must never wait for a reader. `quiet`:
 * console.log withholds its text. Returns what says on standard error what was withheld.
 */
export function printPrintable(checked: boolean, quiet = false): () => void {
  const names = oddNames();
  const guarded =
    (print: Print): Print =>
    (text) =>
      print(printableLines(withoutNames(text ?? "", names), hasColours()));
  const withheld: string[] = [];
  const print = checked ? (text = "") => void writeOut(`${text}\n`) : console.log.bind(console);
  console.log = quiet ? (text = "") => withhold(withheld, text) : guarded(print);
  console.error = guarded(markingErrors(console.warn.bind(console)));
  return () => {
    if (withheld.length > 0) console.error(withheld.splice(0).join("\n"));
  };
}

/** The end says what failed. */
const MOST_WITHHELD = 1_000;

function withhold(withheld: string[], text: string): void {
  withheld.push(text);
  if (withheld.length > MOST_WITHHELD) withheld.shift();
}

/** By console.warn: on a terminal Bun paints all that console.error prints red, progress and hints too. */
const markingErrors =
  (print: Print): Print =>
  (text = "") =>
    print(text.replace(/^error:/u, red("error:")));

/** Names of the folders that we stand in which are not printable as they are. */
function oddNames(): readonly string[] {
  const parts = [currentDirectory() ?? "", homeOf(ownUid(), process.env)].flatMap((path) => path.split("/"));
  return [...new Set(parts)].filter((name) => name !== "" && printable(name, name.length) !== name);
}

const withoutNames = (text: string, names: readonly string[]): string =>
  names.reduce((now, name) => now.replaceAll(name, () => printable(name)), text);

const STDOUT = 1;
const [OF_PIPE, UNKNOWN] = [200, 80];
/** As lineWidth of text/style.ts. It asks the terminal itself: process.stdout takes twice Bun's start to load. */
export function outputWidth(): number {
  const columns = terminalColumns(STDOUT);
  return columns === null ? OF_PIPE : columns || UNKNOWN;
}

/** Somebody set the pipe to non-blocking, and its reader is slow. */
const AGAIN_MS = 5;

/**
 * Returns when the text is written; false = the reader has gone (`| head`), which is no failure.
 * @throws CommandError when the output is a file on a full disk.
 */
export function writeOut(text: string | Uint8Array): boolean {
  const bytes = typeof text === "string" ? Buffer.from(text) : text;
  for (let written = 0; written < bytes.length;) {
    try {
      written += writeSync(STDOUT, bytes, written);
    } catch (error) {
      const code = codeOf(error);
      if (code === "EPIPE") return false;
      if (code !== "EAGAIN") throw new CommandError(`Standard output takes no more: ${String(error)}`);
      Bun.sleepSync(AGAIN_MS);
    }
  }
  return true;
}
