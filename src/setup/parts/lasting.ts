/** Paths for what is kept for months: no update of a package, and none of Bun, may take what they name away. */
import { realpathSync } from "node:fs";
import { delimiter, join, sep } from "node:path";
import { entryExists } from "../../config/files/directories.ts";
import { directoriesUp } from "../../config/files/places.ts";
import { orElse } from "../../text/system-error.ts";

const NAME = "bun-watchdog";
/** Where pnpm, Bun and yarn keep each version, beside the links that stay. */
const STORE = /^(?<above>.*?)\/(?:node_modules\/)?\.(?:pnpm|bun|store)\//u;
/** Where npx, bunx, `pnpm dlx` and `yarn dlx` put what they run once. */
const PASSING = /\/(?:_npx|dlx(?:-[^/]*)?|bunx-[^/]*|xfs-[^/]*)\//u;

const isSame = (path: string, real: string): boolean => orElse(null, () => realpathSync(path)) === real;

/** `real`: this package's own folder. null: it is in a place that is emptied by itself. */
export function lastingPackage(real: string, root: string): string | null {
  const above = directoriesUp(root, "/", () => false);
  const store = STORE.exec(real)?.groups?.["above"];
  const link = [...above, ...(store === undefined ? [] : [store])]
    .map((directory) => join(directory, "node_modules", NAME))
    .find((path) => isSame(path, real));
  return link ?? (PASSING.test(real) ? null : real);
}

/**
 * What starts a program of ours for months: its launcher, which looks for a Bun each time; in a checkout that nobody has built,
 * `bun` with its script. null: as above.
 */
export function lastingCommand(
  program: string,
  { package: real, bun }: { readonly package: string; readonly bun: readonly string[] },
  root: string,
): readonly string[] | null {
  const lasting = lastingPackage(real, root);
  if (lasting === null) return null;
  const launcher = join(lasting, "bin", program);
  return entryExists(launcher) ? ["/bin/sh", launcher] : [...bun, join(lasting, "scripts", `${program}.ts`)];
}

/** The folder on `path` in which a Bun is found for good, if there is one: not a project's, and of no single version. */
export const lastingFolderOfBun = (path: string): string | null =>
  path
    .split(delimiter)
    .filter(
      (folder) => folder.startsWith(sep) && !/\/node_modules\/|\/\.kiro\/|\/v?\d+\.\d+/u.test(`${folder}/`),
    )
    .find((folder) => entryExists(join(folder, "bun"))) ?? null;
