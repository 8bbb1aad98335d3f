/** Where a process's script lies, links resolved: a project governs what runs its scripts, from wherever it was started. */
import { realpathSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { bearsOurName } from "../core/ours.ts";
import { scriptOf } from "../core/script.ts";
import { isOfOurPackage } from "./our-package.ts";

/** One process's. Looked for anew only when its arguments are others: it may have changed its directory since. */
export class ScriptPlace {
  path: string | null = null;
  /** false: it bears the name of one of our scripts, and is none of them. */
  isOurs = true;
  #argv: readonly string[] | null = null;
  #cwd: string | null = null;

  look(argv: readonly string[] | null, cwd: string | null): void {
    if (this.#cwd !== null && isSame(argv, this.#argv)) return;
    this.path = scriptPath(argv, cwd);
    this.isOurs = isOurScript(argv, this.path);
    this.#argv = argv;
    this.#cwd = cwd;
  }
}

/** False where it bears the name of one of ours and lies in another package. Where it lies nowhere, the name decides. */
export const isOurScript = (argv: readonly string[] | null, path: string | null): boolean =>
  argv === null || path === null || !bearsOurName(argv) || isOfOurPackage(path);

const isSame = (one: readonly string[] | null, other: readonly string[] | null): boolean =>
  one === other ||
  (one?.length === other?.length && one !== null && one.every((argument, at) => argument === other?.[at]));

/** null: it runs none, or what its arguments name is no file as seen from `cwd` (a package script, a package). */
export function scriptPath(argv: readonly string[] | null, cwd: string | null): string | null {
  const script = scriptOf(argv);
  if (script === null || script === "" || script.includes("\0")) return null;
  if (!isAbsolute(script) && cwd === null) return null;
  const path = isAbsolute(script) ? script : join(cwd ?? "/", script);
  try {
    return realpathSync(path);
  } catch (error) {
    // no such file any more, or none that we may look for; code on the command line (-e) can be longer than any path
    if (!(error instanceof Error && "code" in error)) throw error;
    return isAbsolute(script) ? path : null;
  }
}
