/** Command lines as people know them: `bun dev.ts`, not the absolute path of everything. For the screen only. */
import { printable } from "../text/mask.ts";
import { pathsBelow, plainCommand } from "../text/plain-command.ts";
import { currentDirectory } from "../trust/typed.ts";

/** `/home/me/site` → `~/site`, made harmless: directories have whatever names their owners like. */
export function shortPath(path: string, home = process.env["HOME"] ?? ""): string {
  const short = home.length > 1 && `${path}/`.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
  return printable(short, 200);
}

/** Which directory something works in, where that is not the one the reader is in. */
export const elsewhere = (cwd: string | null): string =>
  cwd === null || cwd === currentDirectory() ? "" : ` · in ${shortPath(cwd)}`;

/** `command` is printable already (ProcessSample.command); paths below `cwd` and the home directory are shortened. */
export const shortCommand = (command: string, cwd: string | null = null): string =>
  pathsBelow(pathsBelow(plainCommand(command), cwd ?? ""), process.env["HOME"] ?? "", "~/");

/** `/srv/app/src/jobs/import.ts` → `…/import.ts`: of a path that does not fit, the end says most. */
export const shortenPaths = (text: string): string =>
  text.replaceAll(/(^|\s)~?(?:\/?[^\s/]+\/)+(?=[^\s/])/gu, "$1…/");
