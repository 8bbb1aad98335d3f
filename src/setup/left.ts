/** What the watchdog has written into `.kiro` since, and leaves there: it is said, and git goes on ignoring it. */
import { join } from "node:path";
import { kindOfFile } from "../config/files/directories.ts";
import { type Bounds, outside } from "./bounds.ts";
import type { Change } from "./plan.ts";
import type { ProjectFolder } from "./project.ts";
import type { Kept } from "./uninstall.ts";

const FOLDERS = [
  ["logs", "it is the watchdog's log"],
  ["state", "it is what an earlier version remembered"],
] as const;

export interface Left {
  readonly changes: readonly Change[];
  readonly kept: readonly Kept[];
}

/** `changes`: those of the uninstall, among them perhaps the lines of .gitignore. */
export function leftInKiro({ root, git }: ProjectFolder, changes: readonly Change[], bounds: Bounds): Left {
  const there = FOLDERS.map(([name, effect]) => ({ path: join(root, ".kiro", name), name, effect })).filter(
    ({ path }) => kindOfFile(path) === "folder",
  );
  const lines = changes.find(({ path }) => path === join(root, ".gitignore"));
  const taken = (name: string): boolean =>
    git !== null &&
    lines?.before?.includes(`.kiro/${name}/`) === true &&
    lines.after?.includes(`.kiro/${name}/`) !== true;
  return {
    kept: there.map(({ path, name, effect }) => ({
      path,
      effect: taken(name) ? `${effect}, and git still ignores it` : effect,
    })),
    changes: there
      .filter(({ name }) => taken(name))
      .map(({ path }) => join(path, ".gitignore"))
      .filter((path) => kindOfFile(path) === null && outside(path, bounds) === null)
      .map((path) => ({
        path,
        before: null,
        after: "*\n",
        mode: 0o644,
        what: ["git goes on ignoring this folder"],
      })),
  };
}
