/** Managers whose configuration has one command line for each hook. */
import { join } from "node:path";
import { entryExists } from "../../config/files/directories.ts";
import { jsonValue } from "../../config/syntax/json-edit.ts";
import type { Git } from "../git.ts";
import { peek } from "../files.ts";
import { hasDependency, packagesOf, type PackageFile, type ProjectFolder, versionOf } from "../project.ts";
import { isJson } from "../undo.ts";
import { commandHook, type HookName, hookCall, type OurLines } from "./call.ts";
import type { Managed } from "./managed.ts";

interface CommandManager {
  readonly name: string;
  /** JSON of its own, with the hooks at `inFile`. */
  readonly files: readonly string[];
  readonly inFile: readonly string[];
  /** Where the hooks are in package.json. */
  readonly key: readonly string[];
  /** Its configuration is a program, or no JSON. */
  readonly code: readonly string[];
  readonly mark: string | null;
  /** Its commands start in the package's folder; others where git starts hooks, at the top. */
  readonly isInPackage: boolean;
  /** Versions up to here; null = all of them. */
  readonly last: number | null;
}

const inCode = (...stems: readonly string[]): readonly string[] =>
  stems.flatMap((stem) =>
    ["ts", "mts", "cts", "js", "mjs", "cjs"].map((extension) => `${stem}.${extension}`),
  );

const MANAGERS: readonly CommandManager[] = [
  {
    name: "simple-git-hooks",
    files: [".simple-git-hooks.json", "simple-git-hooks.json"],
    inFile: [],
    key: ["simple-git-hooks"],
    code: inCode(".simple-git-hooks", "simple-git-hooks"),
    mark: null,
    isInPackage: false,
    last: null,
  },
  {
    name: "bun-git-hooks",
    files: ["git-hooks.config.json", ".git-hooks.config.json"],
    inFile: [],
    key: ["git-hooks"],
    code: inCode("git-hooks.config", ".git-hooks.config", "git-hooks"),
    mark: null,
    isInPackage: false,
    last: null,
  },
  {
    name: "husky",
    files: [".huskyrc", ".huskyrc.json"],
    inFile: ["hooks"],
    key: ["husky", "hooks"],
    code: [".huskyrc.yaml", ".huskyrc.yml", ...inCode(".huskyrc", "husky.config")],
    mark: "husky",
    isInPackage: true,
    last: 4,
  },
  {
    name: "yorkie",
    files: [],
    inFile: [],
    key: ["gitHooks"],
    code: [],
    mark: "yorkie",
    isInPackage: true,
    last: null,
  },
];

export function commandManager(
  project: ProjectFolder,
  git: Git,
  hook: HookName,
  lines: OurLines,
): Managed | null {
  for (const manager of MANAGERS) {
    const used = packagesOf(project, git).find((each) => isUsed(manager, each));
    if (used === undefined) continue;
    const isAtRoot = used.directory === project.root;
    const call = manager.isInPackage && isAtRoot ? hookCall({ ...project, git: null }) : lines.call;
    return { name: manager.name, mark: manager.mark, moves: false, ...configured(manager, used, hook, call) };
  }
  return null;
}

const filesOf = (names: readonly string[], { directory }: PackageFile): readonly string[] =>
  names.map((name) => join(directory, name)).filter(entryExists);

function isUsed(manager: CommandManager, used: PackageFile): boolean {
  const version = versionOf(used, manager.name) ?? 0;
  if (manager.last !== null && version > manager.last) return false;
  return (
    jsonValue(used.text, manager.key) !== undefined ||
    hasDependency(used, manager.name) ||
    filesOf([...manager.files, ...manager.code], used).length > 0
  );
}

function configured(
  { name, files, inFile, key, code }: CommandManager,
  used: PackageFile,
  hook: HookName,
  call: string,
): Pick<Managed, "edits" | "notes"> {
  const inPackage = commandHook(join(used.directory, "package.json"), [...key, hook], call, name);
  const isInPackage = jsonValue(used.text, key) !== undefined;
  const [file] = filesOf(files, used);
  const [program] = filesOf(code, used);
  const byHand = file !== undefined && !isJson(peek(file)) ? file : program;
  // husky reads package.json first, the others their files
  if (isInPackage && (inFile.length > 0 || (file === undefined && byHand === undefined)))
    return { edits: [inPackage], notes: [] };
  if (byHand !== undefined)
    return {
      edits: [],
      notes: [`${name} is configured by ${byHand}, which is yours to change: let its ${hook} run: ${call}`],
    };
  return {
    edits: [file === undefined ? inPackage : commandHook(file, [...inFile, hook], call, name)],
    notes: [],
  };
}
