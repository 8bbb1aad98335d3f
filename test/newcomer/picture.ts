/** What lies in a folder, to the last byte: kinds, modes, owners, links and texts, and folders with nothing in them. */
import { lstatSync, readdirSync, readFileSync, readlinkSync, type Stats } from "node:fs";
import { join, relative } from "node:path";

export type Picture = Readonly<Record<string, string>>;

/** What changes by itself: the watchdog's records, what is installed, and what tests put down as a sign. */
const LIVES = /(?:^|\/)(?:node_modules|\.bun|signs|\.kiro\/(?:account|logs|state))$/u;
/** Of git's own files, those that setup may touch. */
const isShown = (path: string): boolean =>
  !/(?:^|\/)[^/]*\.git\//u.test(path) || /\/hooks(?:\/|$)|\/config$/u.test(path);

export function pictureOf(directory: string): Picture {
  const entries = new Map<string, string>();
  look(directory, directory, entries);
  return Object.fromEntries(entries);
}

function look(directory: string, root: string, entries: Map<string, string>): void {
  for (const name of readdirSync(directory)) {
    const path = join(directory, name);
    const shown = relative(root, path);
    if (LIVES.test(shown)) continue;
    const stat = lstatSync(path);
    const facts = `${(stat.mode & 0o7777).toString(8)} ${stat.uid}:${stat.gid}`;
    if (stat.isDirectory()) {
      const before = entries.size;
      look(path, root, entries);
      // a folder that holds nothing but what lives stays with that
      const holds = entries.size > before || readdirSync(path).length === 0;
      if (holds && isShown(shown)) entries.set(shown, `${facts} folder`);
    } else if (isShown(shown)) entries.set(shown, `${facts} ${contents(path, stat)}`);
  }
}

function contents(path: string, stat: Stats): string {
  if (stat.isSymbolicLink()) return `→ ${readlinkSync(path)}`;
  return stat.isFile() ? readFileSync(path).toString("latin1") : "no file";
}
