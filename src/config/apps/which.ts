/** Finds programs by their name, as the person's shell would find them. */
import { accessSync, closeSync, constants, openSync, readSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, isAbsolute, join, resolve } from "node:path";
import { orElse } from "../../text/system-error.ts";
import { kindOfFile } from "../files/directories.ts";

/** The places where programs and files are looked for. */
export interface Surrounds {
  /** Relative paths start here. */
  readonly cwd: string;
  /** The PATH of the app. */
  readonly path: string;
}

/**
 * `bun run` puts a `node` that is Bun in front for what it runs, in a folder that goes away; our shim would
 * put the app into a slot. Both folders are passed over.
 */
const PASSING = /\/bun-node-[0-9a-f]+\/?$|(?:^|\/)\.kiro\/bin\/?$/u;

/** Returns an absolute path; null = there is no program of that name. */
export function which(name: string, { cwd, path }: Surrounds): string | null {
  if (name.includes("/") || name.startsWith("~")) {
    const named = inHome(name, cwd);
    return isExecutable(named) ? named : null;
  }
  for (const directory of path.split(delimiter)) {
    if (directory === "" || !isAbsolute(directory) || PASSING.test(directory)) continue;
    const candidate = join(directory, name);
    if (isExecutable(candidate)) return candidate;
  }
  return null;
}

/** The Bun that the person's own `bun` starts; if there is none on PATH, the Bun that runs us. */
export const personsBun = (surrounds: Surrounds): string => which("bun", surrounds) ?? process.execPath;

/** `~/x` is in the home; everything else starts at `cwd`. */
export const inHome = (path: string, cwd: string): string =>
  path === "~" || path.startsWith("~/") ? join(homedir(), path.slice(1)) : resolve(cwd, path);

export const isExecutable = (path: string): boolean =>
  kindOfFile(path) === "file" &&
  orElse(false, () => {
    accessSync(path, constants.X_OK);
    return true;
  });

/** Returns the first bytes of a file, as text: "#!/bin/sh…", "\x7fELF"; "" if it cannot be read. */
export const headOf = (path: string): string =>
  orElse("", () => {
    const fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const bytes = new Uint8Array(128);
      return new TextDecoder("latin1").decode(bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, 0)));
    } finally {
      closeSync(fd);
    }
  });
