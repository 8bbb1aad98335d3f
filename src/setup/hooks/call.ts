/** What a git hook runs of ours, as one line of sh; and hook managers whose configuration has one command line per hook. */
import type { Git } from "../git.ts";
import { jsonValue } from "../../config/syntax/json-edit.ts";
import { blockName } from "../block.ts";
import { asItIs, type Edit } from "../edit.ts";
import { SetupRefusal } from "../refusal.ts";
import { putValue } from "../undo.ts";

/** The hooks that a clean-up makes sense in: before something that takes machine time. */
export const HOOKS = ["pre-commit", "pre-push"] as const;
export type HookName = (typeof HOOKS)[number];

interface Caller {
  readonly git: Pick<Git, "below"> | null;
  readonly isOurs?: boolean;
}

/**
 * Never fails the hook, never eats its standard input (pre-push gets its refs there), and says nothing on a branch that was
 * not set up, or where nothing is installed. The project's own programs are found also where git was not started by a
 * package script.
 */
export function hookCall({ git, isOurs = false }: Caller): string {
  const below = git?.below ?? "";
  // with ./ in front, CDPATH leads nowhere else, and "-" is a folder
  const enter = below === "" ? "" : `cd ${quoted(`./${below}`)} 2>/dev/null && `;
  const run = isOurs ? "bun run --silent bun:cleanup" : "bun-watchdog cleanup";
  const [program] = run.split(" ");
  return `(${enter}grep -qs '"bun:cleanup"' package.json && PATH="$PATH:$PWD/node_modules/.bin" && command -v ${program} >/dev/null && ${run} </dev/null) || :`;
}

const quoted = (path: string): string => `'${path.replaceAll("'", `'\\''`)}'`;

/** What a hook gets of ours: `block` is the name of the block of lines, `call` the command in it. */
export interface OurLines {
  readonly block: string;
  readonly call: string;
}

export const ourLines = (project: Caller): OurLines => ({
  block: blockName(project.git?.below ?? ""),
  call: hookCall(project),
});

export function commandHook(file: string, place: readonly string[], call: string, manager: string): Edit {
  const name = place.at(-1) ?? "";
  return {
    path: file,
    what: `${name} hook of ${manager}`,
    add: (text) => {
      const now = text ?? "{}";
      const present = jsonValue(now, place);
      if (present === undefined) return putValue(file, now, place, call, call);
      if (typeof present !== "string")
        throw new SetupRefusal(
          `"${name}" of ${manager} in ${file} is no command line and stays as it is. Let it run: ${call}`,
        );
      return present.includes(call) ? asItIs(now) : putValue(file, now, place, `${call}; ${present}`, call);
    },
    marks: [{ kind: "value", place, after: call, known: place.length - 1, call }],
  };
}
