/** The repository that a project is in, and the one decision where git looks for its hooks. */
import { realpathSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { shellWord } from "../text/shell-word.ts";
import { isOwnGit, isWithinReal } from "./bounds.ts";

export interface Git {
  readonly top: string;
  readonly hooks: HookPlace;
  /** From the top to the project's root, "" when they are the same. */
  readonly below: string;
  /** What all its work trees share, where the hooks are; null = a directory that does not know this work tree. */
  readonly common: string | null;
}

/** `directory`: absolute. `isSet`: by core.hooksPath. */
export type HookPlace =
  | { readonly kind: "here"; readonly directory: string; readonly isSet: boolean }
  /** Outside of the repository: others use it too. */
  | { readonly kind: "elsewhere"; readonly directory: string; readonly setting: Setting }
  /** git runs no hooks. */
  | { readonly kind: "nowhere"; readonly setting: Setting };

/** Of core.hooksPath. */
interface Setting {
  readonly value: string;
  /** As git calls it: local, global, … */
  readonly scope: string;
}

/** null: there is none, or no git to ask. */
export function readGit(root: string): Git | null {
  const top = ask(root, "rev-parse", "--show-toplevel");
  const own = ask(root, "rev-parse", "--absolute-git-dir");
  const common = ask(root, "rev-parse", "--git-common-dir");
  if (top === null || own === null || common === null) return null;
  const realTop = realpathSync(top);
  const realCommon = realpathSync(resolve(root, common));
  const isOwn = isOwnGit(realTop, realpathSync(own), ask(root, "config", "--get", "core.worktree"));
  return {
    top: realTop,
    hooks: hookPlace(realTop, realCommon),
    below: relative(realTop, root),
    common: isOwn ? realCommon : null,
  };
}

function hookPlace(top: string, common: string): HookPlace {
  const said = ask(top, "config", "--show-scope", "--null", "--type=path", "--get", "core.hooksPath");
  if (said === null) return { kind: "here", directory: join(common, "hooks"), isSet: false };
  const [scope = "", value = ""] = said.split("\0");
  const setting = { scope, value };
  // relative to where git runs hooks
  const directory = resolve(top, value);
  const isDirectory = statSync(directory, { throwIfNoEntry: false })?.isDirectory() ?? true;
  if (value === "" || !isDirectory) return { kind: "nowhere", setting };
  return isWithinReal(directory, [top, common])
    ? { kind: "here", directory, isSet: true }
    : { kind: "elsewhere", directory, setting };
}

const SCOPES: Readonly<Record<string, string>> = {
  local: "this repository's settings",
  worktree: "this work tree's settings",
  global: "this account's settings of git",
  system: "this machine's settings of git",
};

/** What a person has to do where git looks for no hook of this repository; null = it does. */
export function placeNote({ hooks, common }: Git, hook: string, call: string): string | null {
  if (hooks.kind === "here") return null;
  const where = `core.hooksPath in ${SCOPES[hooks.setting.scope] ?? "the environment"}`;
  const own = `git config core.hooksPath ${shellWord(join(common ?? ".git", "hooks"))}`;
  return hooks.kind === "nowhere"
    ? `git runs no hooks here (${where} is ${JSON.stringify(hooks.setting.value)}): no hook was set up. To have hooks here: ${own}, and run setup again.`
    : `git looks for hooks in ${hooks.directory} (${where}), outside of this repository: nothing was changed there. Let its ${hook} run: ${call}. Or have hooks of its own here: ${own}, and run setup again.`;
}

/** Of whosever repository: none of these questions runs anything that its settings name. null: no answer. */
function ask(cwd: string, ...args: readonly string[]): string | null {
  if (Bun.which("git") === null) return null;
  // from inside a hook these would name another repository
  const { GIT_DIR: _, GIT_WORK_TREE: __, GIT_INDEX_FILE: ___, GIT_COMMON_DIR: ____, ...env } = process.env;
  const argv = ["git", "-c", "safe.directory=*", ...args];
  const { exitCode, stdout } = Bun.spawnSync(argv, { cwd, env, stderr: "ignore" });
  return exitCode === 0 ? stdout.toString().replace(/\n$/u, "") : null;
}
