/** Words what a message tells somebody to type: this program, called as it can be called where they stand. */
import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { orElse } from "../text/system-error.ts";

const NAME = "bun-watchdog";
const PACKAGE = join(import.meta.dir, "../..");

interface ReaderPlace {
  /** null = it is gone. */
  readonly cwd: string | null;
  /** As in the environment. */
  readonly path: string;
}

/**
 * `bun-watchdog` where that is on PATH, as after a global installation; `npx bun-watchdog` in a project that has it installed,
 * and in this package's own clone; else the script. A package script's PATH has node_modules/.bin, its caller's has not. Not npx
 * anywhere else: it would ask the registry for whatever has that name there.
 */
export function programAt({ cwd, path }: ReaderPlace): string {
  const own = path.split(delimiter).filter((directory) => !directory.endsWith(join("node_modules", ".bin")));
  if (own.some((directory) => directory !== "" && existsSync(join(directory, NAME)))) return NAME;
  for (let at = cwd; at !== null; at = at === dirname(at) ? null : dirname(at))
    if (at === PACKAGE || existsSync(join(at, "node_modules", ".bin", NAME))) return `npx ${NAME}`;
  return join(PACKAGE, "scripts", "fix-runaway-bun.ts");
}

/** "monitor --restart" → "npx bun-watchdog monitor --restart". */
export const typed = (rest: string): string =>
  `${programAt({ cwd: currentDirectory(), path: process.env["PATH"] ?? "" })} ${rest}`;

/** null once it is gone (getcwd(2)). */
export const currentDirectory = (): string | null => orElse(null, () => process.cwd());
