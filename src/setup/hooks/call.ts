/** What a git hook runs of ours, as one line of sh. */
import type { Project } from "../project.ts";

/** The hooks that a clean-up makes sense in: before something that takes machine time. */
export const HOOKS = ["pre-commit", "pre-push"] as const;
export type HookName = (typeof HOOKS)[number];

/**
 * Never fails the hook, and never eats its standard input (pre-push gets its refs there). The project's own programs
 * are found also where git was not started by a package script.
 */
export function hookCall({ git }: Pick<Project, "git">): string {
  const call = 'PATH="$PATH:$PWD/node_modules/.bin" bun run --silent bun:cleanup </dev/null';
  const below = git?.below ?? "";
  return below === "" ? `${call} || :` : `(cd ${quoted(below)} && ${call}) || :`;
}

const quoted = (path: string): string => `'${path.replaceAll("'", `'\\''`)}'`;
