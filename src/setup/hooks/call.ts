/** What a git hook runs of ours, as one line of sh; and hook managers whose configuration has one command line per hook. */
import type { ProjectFolder } from "../project.ts";
import { type Edit, jsonEdit, SetupRefusal } from "../edit.ts";

/** The hooks that a clean-up makes sense in: before something that takes machine time. */
export const HOOKS = ["pre-commit", "pre-push"] as const;
export type HookName = (typeof HOOKS)[number];

/**
 * Never fails the hook, and never eats its standard input (pre-push gets its refs there). The project's own programs
 * are found also where git was not started by a package script.
 */
export function hookCall({ git }: Pick<ProjectFolder, "git">): string {
  const call = 'PATH="$PATH:$PWD/node_modules/.bin" bun run --silent bun:cleanup </dev/null';
  const below = git?.below ?? "";
  return below === "" ? `${call} || :` : `(cd ${quoted(below)} && ${call}) || :`;
}

const quoted = (path: string): string => `'${path.replaceAll("'", `'\\''`)}'`;

export function commandHook(file: string, path: readonly string[], call: string, manager: string): Edit {
  const name = path.at(-1) ?? "";
  const first = `${call}; `;
  return jsonEdit({ path: file, what: `${name} hook of ${manager}` }, path, {
    add: (present) => {
      if (present === undefined) return call;
      if (typeof present !== "string")
        throw new SetupRefusal(
          `"${name}" of ${manager} in ${file} is no command line and stays as it is. Let it run: ${call}`,
        );
      return present.startsWith(call) ? present : first + present;
    },
    remove: (present) => {
      if (typeof present !== "string" || !present.startsWith(call)) return present;
      return present === call ? undefined : present.slice(first.length);
    },
  });
}
