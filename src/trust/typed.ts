/** Words what a message tells somebody to type: this program, called as it can be called where they stand. */
import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { hasSources, packageFile } from "./package-file.ts";
import { orElse } from "../text/system-error.ts";

/** Our programs, and their scripts in a checkout. */
const PROGRAMS = {
  "bun-watchdog": "fix-runaway-bun.ts",
  "bun-isolate": "bun-isolate.ts",
  bunctl: "bunctl.ts",
} as const;
type OurProgram = keyof typeof PROGRAMS;

const PACKAGE = packageFile("");

interface ReaderPlace {
  /** null = it is gone. */
  readonly cwd: string | null;
  /** As in the environment. */
  readonly path: string;
}

/**
 * `bun-watchdog` where that is on PATH, as after a global installation; `npx bun-watchdog` in a project that has it installed,
 * and in this package's own clone; else its file. A package script's PATH has node_modules/.bin, its caller's has not. Not npx
 * anywhere else: it would ask the registry for whatever has that name there.
 */
export function programAt({ cwd, path }: ReaderPlace, name: OurProgram = "bun-watchdog"): string {
  const own = path.split(delimiter).filter((directory) => !directory.endsWith(join("node_modules", ".bin")));
  if (own.some((directory) => directory !== "" && existsSync(join(directory, name)))) return name;
  for (let at = cwd; at !== null; at = at === dirname(at) ? null : dirname(at))
    if (at === PACKAGE || existsSync(join(at, "node_modules", ".bin", name))) return `npx ${name}`;
  return packageFile(hasSources() ? `scripts/${PROGRAMS[name]}` : `bin/${name}`);
}

/** "monitor --restart" → "npx bun-watchdog monitor --restart". */
export const typed = (rest: string, name?: OurProgram): string =>
  `${programAt({ cwd: currentDirectory(), path: process.env["PATH"] ?? "" }, name)} ${rest}`;

/** null once it is gone (getcwd(2)). */
export const currentDirectory = (): string | null => orElse(null, () => process.cwd());
