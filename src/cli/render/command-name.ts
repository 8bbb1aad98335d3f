/** Command lines as people know them: `bun dev.ts`, not the absolute path of everything. For the screen only. */
import { printable } from "../../core/mask.ts";

/** `/usr/lib/node_modules/bun/bin/bun.exe x.ts` → `bun x.ts`: the npm package calls its ELF bun.exe everywhere. */
const plainProgram = (command: string): string =>
  command.replace(/^\/\S*\/(?=[^/\s]+)/u, "").replace(/^(bunx?)\.exe(?=\s|$)/u, "$1");

/** `/home/me/site` → `~/site`, made harmless: directories have whatever names their owners like. */
export function shortPath(path: string, home = process.env["HOME"] ?? ""): string {
  const short = home.length > 1 && `${path}/`.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
  return printable(short, 200);
}

/** "" once it is gone: everything is elsewhere then. */
const here = (): string => {
  try {
    return process.cwd();
  } catch (error) {
    if (error instanceof Error && "code" in error) return "";
    throw error;
  }
};

/** Which directory something works in, where that is not the one the reader is in. */
export const elsewhere = (cwd: string | null): string =>
  cwd === null || cwd === here() ? "" : ` · in ${shortPath(cwd)}`;

const below = (text: string, directory: string, instead: string): string =>
  directory.length > 1 ? text.replaceAll(`${directory}/`, instead) : text;

/** `command` is printable already (ProcessSample.command); paths below `cwd` and the home directory are shortened. */
export const shortCommand = (command: string, cwd: string | null = null): string =>
  below(below(plainProgram(command), cwd ?? "", ""), process.env["HOME"] ?? "", "~/");

/** `/srv/app/src/jobs/import.ts` → `…/import.ts`: of a path that does not fit, the end says most. */
export const shortenPaths = (text: string): string =>
  text.replaceAll(/(^|\s)~?(?:\/?[^\s/]+\/)+(?=[^\s/])/gu, "$1…/");
