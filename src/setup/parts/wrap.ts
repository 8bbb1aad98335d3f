/** Package scripts in a form that the gate admits and limits: `bun …` becomes `bun-wrapper …`. */
import { join } from "node:path";
import { jsonValue, withJsonValue } from "../../config/json-edit.ts";
import type { Edit } from "../edit.ts";
import type { Project } from "../project.ts";

/** Where a command begins, with the variables that are set for it. */
const START =
  /(^|&&|\|\||[;|&(])(\s*(?:[A-Za-z_]\w*=\S*\s+)*)(bunx?)(?=\s|$)(\s+(?:install|add|remove|update|create|init|pm|i|a)(?=\s|$))?/gu;

/** null: it starts no Bun of its own, or ours. Package management is left as it is. */
export function wrapped(script: string): string | null {
  const text = script.replace(
    START,
    (whole, before: string, space: string, program: string, manages?: string) => {
      if (manages !== undefined) return whole;
      return `${before}${space}bun-wrapper${program === "bunx" ? " x" : ""}`;
    },
  );
  return text === script ? null : text;
}

/** The way back. */
export const unwrapped = (script: string): string =>
  script.replace(
    /(^|&&|\|\||[;|&(])(\s*(?:[A-Za-z_]\w*=\S*\s+)*)bun-wrapper( x)?(?=\s|$)/gu,
    (_, before: string, space: string, x?: string) => `${before}${space}${x === undefined ? "bun" : "bunx"}`,
  );

export interface WrappedScript {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/** Scripts that are wrapped now. */
export const wrappedScripts = (project: Pick<Project, "manifest">): readonly WrappedScript[] =>
  scriptsOf(project).flatMap(([name, after]) => {
    const before = unwrapped(after);
    return before === after ? [] : [{ name, before, after }];
  });

/** Every script of the project that can be wrapped; our own are not. */
export const wrappable = (project: Pick<Project, "manifest">): readonly WrappedScript[] =>
  scriptsOf(project).flatMap(([name, before]) => {
    const after = name.startsWith("bun:") ? null : wrapped(before);
    return after === null ? [] : [{ name, before, after }];
  });

function scriptsOf({ manifest }: Pick<Project, "manifest">): readonly [name: string, script: string][] {
  const scripts = jsonValue(manifest, ["scripts"]);
  if (typeof scripts !== "object" || scripts === null) return [];
  return Object.entries(scripts).filter((entry): entry is [string, string] => typeof entry[1] === "string");
}

export function wrapScripts(project: Project, scripts: readonly WrappedScript[]): readonly Edit[] {
  return scripts.map(({ name, before, after }) => ({
    path: join(project.root, "package.json"),
    what: `script ${name} through the gate`,
    add: (text) => {
      const now = text ?? "{}";
      return jsonValue(now, ["scripts", name]) === before
        ? withJsonValue(now, ["scripts", name], after)
        : now;
    },
    remove: (text) => {
      const now = jsonValue(text, ["scripts", name]);
      return typeof now === "string" && now === after ? withJsonValue(text, ["scripts", name], before) : text;
    },
  }));
}
