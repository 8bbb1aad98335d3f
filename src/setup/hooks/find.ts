/** Finds what the project uses for its git hooks, and what has to be added there. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { hasBlock } from "../block.ts";
import { type Edit, NOTHING, type Part } from "../edit.ts";
import { peek, permissionsOf } from "../files.ts";
import { type Git, placeNote } from "../git.ts";
import type { ProjectFolder } from "../project.ts";
import { orElse } from "../../text/system-error.ts";
import { shellWord } from "../../text/shell-word.ts";
import { type HookName, type OurLines, ourLines } from "./call.ts";
import { commandManager } from "./commands.ts";
import { type ScriptFolder, scriptFolder } from "./folder.ts";
import { lefthookFile } from "./lefthook.ts";
import type { Managed } from "./managed.ts";
import { shellHook } from "./shell.ts";

export function gitHook(project: ProjectFolder, hook: HookName): Part {
  const { git } = project;
  if (git === null) return { ...NOTHING, notes: ["There is no git repository here: no hook was set up."] };
  const lines = ourLines(project);
  const folder = scriptFolder(project, git);
  if (folder !== null && folder.isActive) return inFolder(folder, hook, lines);
  const lefthook = lefthookFile(project, git, hook, lines);
  if (lefthook !== null) return managed(lefthook, git, hook, lines);
  if (folder !== null) return inFolder(folder, hook, lines);
  const commands = commandManager(project, git, hook, lines);
  return commands === null ? plain(git, hook, lines) : managed(commands, git, hook, lines);
}

/** Every place where a hook of ours may be, for a clone without a record. */
export const everyHook = (project: ProjectFolder, hook: HookName): readonly Edit[] => [
  ...gitHook(project, hook).edits,
  ...(project.git === null ? [] : native(project.git, hook, ourLines(project))),
];

const inFolder = (
  { name, directory, head, isActive }: ScriptFolder,
  hook: HookName,
  lines: OurLines,
): Part => ({
  edits: [shellHook(join(directory, hook), hook, lines, head)],
  notes: isActive ? [] : [notActive(name)],
});

const notActive = (name: string): string =>
  `${name} is not active in this clone yet: run your install or prepare script, and it runs the hook.`;

/** Where git itself looks. A hook that was moved to `.legacy` is run by the one that is there now. */
function native({ hooks }: Git, hook: HookName, lines: OurLines): readonly Edit[] {
  if (hooks.kind !== "here") return [];
  const path = join(hooks.directory, hook);
  const moved = `${path}.legacy`;
  const place = hasBlock(peek(moved), lines.block) ? moved : path;
  return [shellHook(place, hook, lines, "#!/bin/sh\n")];
}

/** A hook of ours that is there first would keep the manager from writing its own, or be moved away by it. */
function managed(manager: Managed, git: Git, hook: HookName, lines: OurLines): Part {
  const { name, edits, notes, mark } = manager;
  const note = placeNote(git, hook, lines.call);
  if (note !== null || git.hooks.kind !== "here")
    return { edits, notes: [...notes, ...(note === null ? [] : [note])] };
  if (mark !== null) {
    const { directory, isSet } = git.hooks;
    const present = peek(join(directory, hook));
    if (present.includes(mark)) return { edits, notes };
    // none of them installs itself into a folder that somebody has chosen
    const isAwaited = !isSet && !(manager.moves && hasAny(directory, mark));
    if (present === "" && isAwaited) return { edits, notes: [...notes, notActive(name)] };
  }
  return { edits: [...edits, ...native(git, hook, lines)], notes };
}

const hasAny = (directory: string, mark: string): boolean =>
  orElse([], () => readdirSync(directory)).some((name) => peek(join(directory, name)).includes(mark));

function plain(git: Git, hook: HookName, lines: OurLines): Part {
  const note = placeNote(git, hook, lines.call);
  if (note !== null) return { ...NOTHING, notes: [note] };
  const edits = native(git, hook, lines);
  const off = edits.map(({ path }) => path).filter((path) => ((permissionsOf(path) ?? 0o111) & 0o111) === 0);
  return {
    edits,
    notes: off.map(
      (path) => `${path} is not executable, so git does not run it: chmod +x ${shellWord(path)}`,
    ),
  };
}
