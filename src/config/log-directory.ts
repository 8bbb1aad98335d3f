/** A project's file, and a link in a clone, may lead the log nowhere but below the project. */
import { dirname } from "node:path";
import { entryExists, realPath } from "./directories.ts";
import { fileProblem } from "./file-problem.ts";
import type { Origin } from "./layers.ts";
import { printable } from "./printable.ts";
import type { Problem } from "./problem.ts";

/** null: it stays inside, or the user's own file, a variable or a flag says where it lies. */
export function leadsOutside(
  directory: string,
  projectRoot: string,
  origin: Origin | undefined,
  home: string,
): Problem | null {
  if (origin !== undefined && !["default", "no-file", "project-file"].includes(origin.kind)) return null;
  const root = realPath(projectRoot);
  const real = realPath(nearestExisting(directory));
  // what does not exist yet is made below what does
  if (real === root || real.startsWith(root === "/" ? "/" : `${root}/`) || !entryExists(root)) return null;
  return fileProblem(
    "not-allowed-here",
    directory,
    `is the log directory, and leads to ${printable(real, 300)}, outside of this project`,
    `a directory below ${printable(root, 300)}, or "logging": { "directory": … } in ${printable(home, 300)}/.config/bun-watchdog/config.json`,
  );
}

function nearestExisting(path: string): string {
  let at = path;
  while (!entryExists(at) && dirname(at) !== at) at = dirname(at);
  return at;
}
