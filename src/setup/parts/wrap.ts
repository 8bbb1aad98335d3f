/** Package scripts in a form that the gate admits and limits: `bun …` becomes `bun-wrapper …`. */
import { join } from "node:path";
import { PACKAGE_COMMANDS, readOptions } from "../../core/process/bun-options.ts";
import { jsonValue } from "../../config/syntax/json-edit.ts";
import { asItIs, type Edit } from "../edit.ts";
import { putValue } from "../undo.ts";
import type { ProjectFolder } from "../project.ts";

/** Quoted text, an escaped character, a comment; or, in its own group, what stands between two commands. */
const PIECES = /'[^']*'|"(?:[^"\\]|\\[^])*"|\\[^]|(?<=^|\s)#[^\n]*|([;&|()\n])/gu;
/** The variables that are set for a command, then the program. */
const HEAD =
  /^(\s*(?:[A-Za-z_]\w*=(?:[^\s'"\\]|'[^']*'|"(?:[^"\\]|\\[^])*"|\\[^])*\s+)*)(bun-wrapper|bunx?)(?=\s|$)/u;

const ASKS: ReadonlySet<string> = new Set("--version -v --revision --help -h".split(" "));

/** Each simple command of a script through `change`; what is in quotes is nobody's command. */
function eachCommand(script: string, change: (command: string) => string): string {
  let [text, from] = ["", 0];
  for (const piece of script.matchAll(PIECES)) {
    const [whole, separator] = piece;
    if (separator === undefined) continue;
    text += change(script.slice(from, piece.index)) + whole;
    from = piece.index + whole.length;
  }
  return text + change(script.slice(from));
}

/** A quote that never ends: what is a command and what is not, cannot be told. */
const isOpen = (script: string): boolean => /['"]/u.test(script.replaceAll(PIECES, ""));

/** null: it starts no Bun of its own, or ours. Package management is left as it is. */
export function wrapped(script: string): string | null {
  if (isOpen(script)) return null;
  const text = eachCommand(script, (command) => {
    const [head, space = "", program] = HEAD.exec(command) ?? [];
    if (head === undefined || program === "bun-wrapper") return command;
    const rest = command.slice(head.length);
    if (program === "bunx") return `${space}bun-wrapper x${rest}`;
    const words = rest.split(/\s+/u).filter((word) => word !== "");
    const [first] = words;
    if (first === undefined || ASKS.has(first) || PACKAGE_COMMANDS.has(readOptions(words).rest[0] ?? ""))
      return command;
    return `${space}bun-wrapper${first.startsWith("-") ? " --" : ""}${rest}`;
  });
  return text === script ? null : text;
}

export const unwrapped = (script: string): string =>
  eachCommand(script, (command) => {
    const [head, space = "", program] = HEAD.exec(command) ?? [];
    if (head === undefined || program !== "bun-wrapper") return command;
    const rest = command.slice(head.length);
    const [x] = /^\s+x(?=\s|$)/u.exec(rest) ?? [];
    if (x !== undefined) return `${space}bunx${rest.slice(x.length)}`;
    return `${space}bun${rest.replace(/^\s+--(?=\s+-)/u, "")}`;
  });

export interface WrappedScript {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

export const wrappedScripts = (project: Pick<ProjectFolder, "manifest">): readonly WrappedScript[] =>
  scriptsOf(project).flatMap(([name, after]) => {
    const before = unwrapped(after);
    return before === after ? [] : [{ name, before, after }];
  });

/** Every script of the project that can be wrapped; our own are not. */
export const wrappable = (project: Pick<ProjectFolder, "manifest">): readonly WrappedScript[] =>
  scriptsOf(project).flatMap(([name, before]) => {
    const after = name.startsWith("bun:") ? null : wrapped(before);
    return after === null ? [] : [{ name, before, after }];
  });

function scriptsOf({ manifest }: Pick<ProjectFolder, "manifest">): readonly [name: string, script: string][] {
  const scripts = jsonValue(manifest, ["scripts"]);
  if (typeof scripts !== "object" || scripts === null) return [];
  return Object.entries(scripts).filter((entry): entry is [string, string] => typeof entry[1] === "string");
}

export function wrapScripts({ root }: ProjectFolder, scripts: readonly WrappedScript[]): readonly Edit[] {
  const path = join(root, "package.json");
  return scripts.map(({ name, before, after }) => ({
    path,
    what: `script ${name} through the gate`,
    add: (text) => {
      const [now, place] = [text ?? "{}", ["scripts", name]];
      return jsonValue(now, place) === before ? putValue(path, now, place, after) : asItIs(now);
    },
    // a script that starts bun-wrapper may be somebody's own
    marks: [],
  }));
}
