/** Which program an interpreter runs, read from its arguments. */
import type { ProcessSample } from "./process.ts";

/** Options before the script whose value is an argument of its own; those that real command lines use. */
const TAKES_VALUE: ReadonlySet<string> = new Set(
  "--cwd --preload --require --import -r --env-file --define -d --loader -l --conditions --filter -F --port".split(
    " ",
  ),
);

/** `bun run x`, `bun x pkg`, `bun test x`: not the script yet. */
const COMMANDS: ReadonlySet<string> = new Set(["run", "x"]);

/** What runs: a path, a package script's name or a package; null for none (a REPL, -e, an unreadable command line). */
export function scriptOf(argv: readonly string[] | null): string | null {
  const [, ...args] = argv ?? [];
  let command = true;
  for (let at = 0; at < args.length; at++) {
    const argument = args[at] ?? "";
    if (argument.startsWith("-")) {
      if (TAKES_VALUE.has(argument)) at++;
      continue;
    }
    if (!(command && COMMANDS.has(argument))) return argument;
    command = false;
  }
  return null;
}

export const baseName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** The base names a process is known by: its script's, and its executable's. */
export function namesOf({ argv, exePath }: Pick<ProcessSample, "argv" | "exePath">): readonly string[] {
  return [scriptOf(argv), exePath].flatMap((path) => (path === null ? [] : [baseName(path)]));
}
