/**
 * Finds the file that declares apps: the one that is named, or else the nearest one with a name that we look
 * for.
 */
import { basename, dirname, join, resolve } from "node:path";
import { isRecord, parsedJson } from "../../text/json.ts";
import { orElse } from "../../text/system-error.ts";
import { entryExists } from "../files/directories.ts";
import { directoriesUp } from "../files/places.ts";
import { readConfigFile } from "../files/read.ts";
import type { Path } from "../syntax/document.ts";

const BUNCTL_KEY = "bunctl";
export const BUNCTL_FILE = "bunctl.json";
const PACKAGE_FILE = "package.json";

/** Each folder is searched for these, in this order. */
export const APP_FILES: readonly string[] = [
  BUNCTL_FILE,
  ...["js", "cjs", "mjs", "ts", "json", "yaml", "yml"].map((ending) => `ecosystem.config.${ending}`),
  PACKAGE_FILE,
];

export interface AppFile {
  readonly path: string;
  readonly directory: string;
  /** How it is read: as data, or by evaluating it. */
  readonly format: "json" | "yaml" | "code";
  /** The key that the apps are below: ["bunctl"] in package.json. */
  readonly below: Path;
  /** It is ours, and no key of it may be unknown. */
  readonly strict: boolean;
  /** A person has named it. */
  readonly named: boolean;
}

/** Describes a file by its name. Any file may be named. */
export function appFile(path: string, named: boolean): AppFile {
  const name = basename(path);
  const ending = /\.(?<ending>[^.]+)$/u.exec(name)?.groups?.["ending"] ?? "";
  const format = /^[cm]?[jt]sx?$/u.test(ending) ? "code" : /^ya?ml$/u.test(ending) ? "yaml" : "json";
  const isPackage = name === PACKAGE_FILE;
  return {
    path,
    directory: dirname(path),
    format,
    below: isPackage ? [BUNCTL_KEY] : [],
    strict: isPackage || name === BUNCTL_FILE || name.endsWith(".bunctl.json"),
    named,
  };
}

/** Tells whether a word on the command line names a config file and not a script, as PM2 tells it. */
export const isAppFileName = (word: string): boolean =>
  /\.(?:json|ya?ml)$/u.test(word) || /(?:\.config|^ecosystem|\/ecosystem)\.[cm]?[jt]s$/u.test(word);

/** The place where a config file is looked for. */
export interface SearchPlace {
  readonly cwd: string;
  readonly home: string;
  readonly uid: number | null;
  /** The file that is named; null = the nearest one from `cwd` on. */
  readonly file: string | null;
}

/** Finds the file that `loadApps` would read; null: there is none from `cwd` on. */
export const appFileFor = ({ file, cwd, home, uid }: SearchPlace): AppFile | null =>
  file === null ? findAppFile(cwd, home, uid) : appFile(resolve(cwd, file), true);

/**
 * Finds the nearest folder that has an app file; the walk ends at the repository's root, or at the home.
 * null: there is none.
 */
function findAppFile(cwd: string, home: string, uid: number | null): AppFile | null {
  for (const directory of directoriesUp(resolve(cwd), home, entryExists)) {
    for (const name of APP_FILES) {
      const path = join(directory, name);
      if (entryExists(path) && (name !== PACKAGE_FILE || declaresApps(path, uid)))
        return appFile(path, false);
    }
  }
  return null;
}

/** If a package.json cannot be read, or is none, we do not complain: that is for other programs to do. */
const declaresApps = (path: string, uid: number | null): boolean =>
  orElse(
    false,
    () => {
      const value = parsedJson(new TextDecoder().decode(readConfigFile(path, uid).bytes));
      return isRecord(value) && Object.hasOwn(value, BUNCTL_KEY);
    },
    "CONFIG",
  );
