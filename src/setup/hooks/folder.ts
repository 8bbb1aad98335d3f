/** Managers whose hooks are scripts in a folder of the project: husky from version 5 on, and Vite+. */
import { basename, dirname, join, resolve } from "node:path";
import { entryExists, kindOfFile } from "../../config/files/directories.ts";
import { jsonValue } from "../../config/syntax/json-edit.ts";
import type { Git } from "../git.ts";
import { isRecord } from "../../text/json.ts";
import { packagesOf, type PackageFile, type ProjectFolder, versionOf } from "../project.ts";

const HUSKY_8_HEAD = '#!/usr/bin/env sh\n. "$(dirname -- "$0")/_/husky.sh"\n\n';
const FIRST_WITH_FOLDER = 5;
const FIRST_WITH_MACHINERY = 9;

export interface ScriptFolder {
  readonly name: string;
  readonly directory: string;
  /** What a new hook begins with. */
  readonly head: string;
  /** git looks there by now. */
  readonly isActive: boolean;
}

export function scriptFolder(project: ProjectFolder, git: Git): ScriptFolder | null {
  const active = activeFolder(git);
  if (active !== null) return active;
  // git looks into a folder of somebody's own
  if (git.hooks.kind === "here" && git.hooks.isSet) return null;
  const packages = packagesOf(project, git);
  const version = packages.map((each) => versionOf(each, "husky")).find((each) => each !== null) ?? null;
  const isEarly = version !== null && version < FIRST_WITH_FOLDER;
  const hasHead = version !== null && version < FIRST_WITH_MACHINERY;
  const found = isEarly ? null : (namedFolder(packages) ?? presentFolder(packages));
  if (found !== null) return { ...found, head: hasHead ? HUSKY_8_HEAD : "", isActive: false };
  if (version === null || isEarly) return null;
  const directory = join(packages[0]?.directory ?? git.top, ".husky");
  return { name: "husky", directory, head: hasHead ? HUSKY_8_HEAD : "", isActive: false };
}

/** husky 9 and Vite+ keep their machinery in `_` and run `../<hook>`; husky 8 has the hooks call `_/husky.sh` themselves. */
function activeFolder({ hooks }: Git): ScriptFolder | null {
  if (hooks.kind !== "here" || !hooks.isSet) return null;
  const { directory } = hooks;
  if (basename(directory) === "_") {
    const above = dirname(directory);
    const name = basename(above) === ".vite-hooks" ? "Vite+" : "husky";
    return { name, directory: above, head: "", isActive: entryExists(join(directory, "h")) };
  }
  if (!entryExists(join(directory, "_", "husky.sh"))) return null;
  return { name: "husky", directory, head: HUSKY_8_HEAD, isActive: true };
}

type Found = Pick<ScriptFolder, "name" | "directory">;

/** The folder that a package script will make git look into: `husky frontend/.husky`, `vp config`. */
function namedFolder(packages: readonly PackageFile[]): Found | null {
  for (const { directory, text } of packages) {
    const scripts = jsonValue(text, ["scripts"]);
    if (!isRecord(scripts)) continue;
    const { prepare, postinstall, ...others } = scripts;
    for (const script of [prepare, postinstall, ...Object.values(others)]) {
      const found = typeof script === "string" ? folderIn(script, directory) : null;
      if (found !== null) return found;
    }
  }
  return null;
}

function folderIn(script: string, from: string): Found | null {
  let at = from;
  for (const command of script.split(/&&|\|\||[;|\n]/u)) {
    const words = command
      .split(/\s+/u)
      .map((word) => word.replace(/^(['"])(.*)\1$/u, "$2"))
      .filter((word) => word !== "");
    if (words[0] === "cd") at = resolve(at, words[1] ?? "");
    const husky = words.indexOf("husky");
    if (husky !== -1) {
      const [first, ...rest] = words.slice(husky + 1).filter((word) => !word.startsWith("-"));
      const directory = first === "install" ? rest[0] : first;
      return { name: "husky", directory: resolve(at, directory ?? ".husky") };
    }
    const vp = words.indexOf("vp");
    if (vp === -1 || !/^(?:config|hooks)$/u.test(words[vp + 1] ?? "") || words.includes("--no-hooks"))
      continue;
    const [, directory] = /--hooks-dir[ =](\S+)/u.exec(words.join(" ")) ?? [];
    return { name: "Vite+", directory: resolve(at, directory ?? ".vite-hooks") };
  }
  return null;
}

const FOLDERS = [
  ["husky", ".husky"],
  ["Vite+", ".vite-hooks"],
] as const;

const presentFolder = (packages: readonly PackageFile[]): Found | null =>
  packages
    .flatMap(({ directory }) =>
      FOLDERS.map(([name, folder]) => ({ name, directory: join(directory, folder) })),
    )
    .find(({ directory }) => kindOfFile(directory) === "folder") ?? null;
