/** What a git hook runs of ours, as one line of sh; and hook managers whose configuration has one command line per hook. */
import type { ProjectFolder } from "../project.ts";
import { jsonValue, withJsonValue } from "../../config/syntax/json-edit.ts";
import { type Edit, SetupRefusal } from "../edit.ts";

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

interface CommandHook {
  /** The JSON file. */
  readonly file: string;
  /** Of the hook's command in it. */
  readonly path: readonly string[];
  readonly call: string;
  readonly manager: string;
}

export function commandHook({ file, path, call, manager }: CommandHook): Edit {
  const name = path.at(-1) ?? "";
  const first = `${call}; `;
  return {
    path: file,
    what: `${name} hook of ${manager}`,
    add: (text) => {
      const present = jsonValue(text ?? "{}", path);
      if (present === undefined) return withJsonValue(text ?? "{}", path, call);
      if (typeof present !== "string")
        throw new SetupRefusal(
          `"${name}" of ${manager} in ${file} is no command line and stays as it is. Let it run: ${call}`,
        );
      return present.startsWith(call) ? (text ?? "{}") : withJsonValue(text ?? "{}", path, first + present);
    },
    remove: (text) => {
      const present = jsonValue(text, path);
      if (typeof present !== "string" || !present.startsWith(call)) return text;
      return withJsonValue(text, path, present === call ? undefined : present.slice(first.length));
    },
  };
}
