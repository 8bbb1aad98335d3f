/** Finds what the project uses for its git hooks, and what has to be added there. */
import { entryExists } from "../../config/files/directories.ts";
import { join } from "node:path";
import { isWithin } from "../../core/judge/match.ts";
import { jsonValue } from "../../config/syntax/json-edit.ts";
import { NOTHING, type Part } from "../edit.ts";
import { permissionsOf, wholeText } from "../files.ts";
import { dependsOn, type Git, type ProjectFolder } from "../project.ts";
import { type HookName, type OurLines, commandHook, ourLines } from "./call.ts";
import { lefthook, LEFTHOOK_FILES } from "./lefthook.ts";
import { shellHook } from "./shell.ts";

const PLAIN_HEAD = "#!/bin/sh\n";
const HUSKY_8_HEAD = '#!/usr/bin/env sh\n. "$(dirname -- "$0")/_/husky.sh"\n\n';

const inCode = (...stems: readonly string[]): readonly string[] =>
  stems.flatMap((stem) =>
    ["ts", "mts", "cts", "js", "mjs", "cjs"].map((extension) => `${stem}.${extension}`),
  );

/** `files`: JSON of its own; `key`: in package.json; `code`: its configuration is a program. */
const COMMAND_MANAGERS = [
  {
    name: "simple-git-hooks",
    files: [".simple-git-hooks.json", "simple-git-hooks.json"],
    key: "simple-git-hooks",
    code: inCode(".simple-git-hooks", "simple-git-hooks"),
  },
  {
    name: "bun-git-hooks",
    files: ["git-hooks.config.json", ".git-hooks.config.json"],
    key: "git-hooks",
    code: inCode("git-hooks.config", ".git-hooks.config", "git-hooks"),
  },
  { name: "yorkie", files: [], key: "gitHooks", code: [] },
];

export function gitHook(project: ProjectFolder, hook: HookName): Part {
  const { git } = project;
  if (git === null) return { ...NOTHING, notes: ["There is no git repository here: no hook was set up."] };
  return lefthookPart(project, git, hook) ?? huskyPart(project, git, hook) ?? managed(project, git, hook);
}

/** Where git itself looks, for the time until the manager writes the hook from its configuration. */
const native = (git: Git, hook: HookName, lines: OurLines, head = PLAIN_HEAD) =>
  shellHook(join(git.hooks, hook), hook, lines, head);

function lefthookPart(project: ProjectFolder, git: Git, hook: HookName): Part | null {
  const file = LEFTHOOK_FILES.map((name) => join(git.top, name)).find(entryExists);
  if (file === undefined && !dependsOn(project, "lefthook")) return null;
  const lines = ourLines(project);
  const own = lefthook(file ?? join(git.top, "lefthook.yml"), hook, lines);
  const isInstalled = (wholeText(join(git.hooks, hook)) ?? "").includes("lefthook");
  return { edits: isInstalled ? [own] : [own, native(git, hook, lines)], notes: [] };
}

/** husky 9 keeps its machinery in `_` and runs `../<hook>`; husky 8 has the hooks call `_/husky.sh` themselves. */
function huskyPart(project: ProjectFolder, git: Git, hook: HookName): Part | null {
  const atHooks = git.hooksPath === null ? null : git.hooks;
  const inMachinery = atHooks !== null && atHooks.endsWith("/_") && entryExists(join(atHooks, "h"));
  const directory = inMachinery
    ? join(atHooks, "..")
    : atHooks !== null && entryExists(join(atHooks, "_", "husky.sh"))
      ? atHooks
      : join(git.top, ".husky");
  if (!entryExists(directory) && !dependsOn(project, "husky")) return null;
  const version = /\d+/u.exec(String(jsonValue(project.manifest, ["devDependencies", "husky"])))?.[0];
  const isOld = !inMachinery && (entryExists(join(directory, "_", "husky.sh")) || Number(version ?? 9) < 9);
  const head = isOld ? HUSKY_8_HEAD : "";
  const edit = shellHook(join(directory, hook), hook, ourLines(project), head);
  const notes =
    git.hooksPath === null
      ? ["husky is not active in this clone yet: run your install or prepare script."]
      : [];
  return { edits: [edit], notes };
}

function managed(project: ProjectFolder, git: Git, hook: HookName): Part {
  const lines = ourLines(project);
  const { call } = lines;
  for (const { name, files, key, code } of COMMAND_MANAGERS) {
    const inManifest = jsonValue(project.manifest, [key]) !== undefined;
    const file = files.map((each) => join(project.root, each)).find(entryExists);
    const program = code.map((each) => join(project.root, each)).find(entryExists);
    if (!inManifest && file === undefined && program === undefined && !dependsOn(project, name)) continue;
    if (program !== undefined)
      return {
        edits: [native(git, hook, lines)],
        notes: [
          `${name} is configured by ${program}, which is yours to change: let its ${hook} run: ${call}`,
        ],
      };
    const edit =
      file === undefined
        ? commandHook(join(project.root, "package.json"), [key, hook], call, name)
        : commandHook(file, [hook], call, name);
    // yorkie's hooks read package.json each time, the others are written from it by their own install
    const isRead = name === "yorkie" && (wholeText(join(git.hooks, hook)) ?? "").includes("yorkie");
    return { edits: isRead ? [edit] : [edit, native(git, hook, lines)], notes: [] };
  }
  return plain(git, hook, lines);
}

function plain(git: Git, hook: HookName, lines: OurLines): Part {
  const path = join(git.hooks, hook);
  // core.hooksPath leads out of this repository
  if (git.hooksPath !== null && !isWithin(git.hooks, git.top))
    return {
      ...NOTHING,
      notes: [
        `core.hooksPath is ${git.hooksPath}, which other repositories use too: no hook was set up. Call there: ${lines.call}`,
      ],
    };
  const mode = permissionsOf(path);
  const isOff = mode !== null && (mode & 0o111) === 0;
  return {
    edits: [native(git, hook, lines)],
    notes: isOff ? [`${path} is not executable, so git does not run it: chmod +x ${path}`] : [],
  };
}
