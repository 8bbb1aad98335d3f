/** Command lines as people know them: `bun dev.ts`, not the absolute path of everything. For the screen only. */
import { printable } from "../text/mask.ts";
import { OWN_FLAGS } from "../trust/own-bun.ts";
import { currentDirectory } from "../trust/typed.ts";

/** `/usr/lib/node_modules/bun/bin/bun.exe x.ts` → `bun x.ts`: the npm package calls its ELF bun.exe everywhere. */
const plainProgram = (command: string): string =>
  command.replace(/^\/\S*\/(?=[^/\s]+)/u, "").replace(/^(bunx?)\.exe(?=\s|$)/u, "$1");

/** `/home/me/site` → `~/site`, made harmless: directories have whatever names their owners like. */
export function shortPath(path: string, home = process.env["HOME"] ?? ""): string {
  const short = home.length > 1 && `${path}/`.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
  return printable(short, 200);
}

/** Which directory something works in, where that is not the one the reader is in. */
export const elsewhere = (cwd: string | null): string =>
  cwd === null || cwd === currentDirectory() ? "" : ` · in ${shortPath(cwd)}`;

const below = (text: string, directory: string, instead: string): string =>
  directory.length > 1 ? text.replaceAll(`${directory}/`, instead) : text;

/** How our own programs are started (trust/own-bun.ts, and the first lines of scripts/), and what a person calls them. */
const OWN = new RegExp(
  `^\\S*\\bbun(?:\\.exe)? ${OWN_FLAGS.join(" ")} \\S*?(fix-runaway-bun|bun-[\\w-]+)(?:\\.[jt]s)?(?=\\s|$)`,
  "u",
);
const OWN_NAMES: Readonly<Record<string, string>> = {
  "fix-runaway-bun": "bun-watchdog",
  "bun-monitor-service": "bun-watchdog monitor",
};
const plainOwn = (command: string): string =>
  command.replace(OWN, (_, name: string) => OWN_NAMES[name] ?? name);

/** `command` is printable already (ProcessSample.command); paths below `cwd` and the home directory are shortened. */
export const shortCommand = (command: string, cwd: string | null = null): string =>
  below(below(plainProgram(plainOwn(command)), cwd ?? "", ""), process.env["HOME"] ?? "", "~/");

/** `/srv/app/src/jobs/import.ts` → `…/import.ts`: of a path that does not fit, the end says most. */
export const shortenPaths = (text: string): string =>
  text.replaceAll(/(^|\s)~?(?:\/?[^\s/]+\/)+(?=[^\s/])/gu, "$1…/");
