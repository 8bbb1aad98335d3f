/**
 * How `scripts` start: with what is built as long as no source is newer, else with the sources. It is part of every start of
 * a checkout, and each module costs: it imports next to nothing.
 */
import { startClean } from "../os/select-start.ts";
import { isCurrent, packageFile } from "../trust/package-file.ts";

/** Resolves to the exit code. */
type Main = (argv: readonly string[]) => Promise<number>;

/** `source`: loads the program from its sources. */
export function startProgram(name: string, source: () => Promise<Main>): void {
  // no top-level await: while one is pending, Bun does not end on an uncaught error
  // exit(), not exitCode: a Worker that has ended keeps the process alive, about one time in four (Bun 1.4.5)
  void load(name, source)
    .then((main) => main(process.argv.slice(2)))
    .then((code) => process.exit(code));
}

async function load(name: string, source: () => Promise<Main>): Promise<Main> {
  if (isCurrent(name)) {
    // not import(): that takes 1 ms more
    const built: { readonly main: Main } = require(packageFile(`dist/${name}.js`));
    return built.main;
  }
  // before the sources are loaded, which a tsconfig.json of the folder could put other modules in the place of
  startClean();
  return source();
}
