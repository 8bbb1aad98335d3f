/** The imports of a TypeScript file, from its text. Bun.Transpiler.scanImports drops type imports; layering counts them. */

export interface Import {
  readonly specifier: string;
  /** Gone at run time: `import type`, `import { type A }`, `typeof import("…")` in a type cannot be told and counts as value. */
  readonly typeOnly: boolean;
}

// The clause holds names, braces, commas and stars only: it cannot run into the next statement.
const FROM =
  /^(?:import|export)\s+(?<type>type\s+)?(?<clause>[\w$*{},\s]+?)\s+from\s+["'](?<specifier>[^"']+)["']/gm;
const BARE = /^import\s+["'](?<specifier>[^"']+)["']/gm;
const CALL = /\b(?:import|require)\(\s*["'](?<specifier>[^"']+)["']/g;

/** Source without comments. Strings that hold `//` lose their end: good enough to look for names in. */
export const withoutComments = (source: string): string =>
  source.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/(?<![:"'`])\/\/.*$/gm, "");

/** Every import and re-export, in the order of their kinds. */
export function importsOf(source: string): readonly Import[] {
  const code = withoutComments(source);
  const from = [...code.matchAll(FROM)].map(({ groups }) => ({
    specifier: groups?.["specifier"] ?? "",
    typeOnly: groups?.["type"] !== undefined || onlyTypes(groups?.["clause"] ?? ""),
  }));
  const others = [...code.matchAll(BARE), ...code.matchAll(CALL)].map(({ groups }) => ({
    specifier: groups?.["specifier"] ?? "",
    typeOnly: false,
  }));
  return [...from, ...others];
}

/** `{ type A, type B }` */
const onlyTypes = (clause: string): boolean => {
  const names = /^\{(?<names>[^}]*)\}$/.exec(clause.trim())?.groups?.["names"];
  return (
    names !== undefined && names.split(",").every((name) => name.trim() === "" || /^\s*type\s/.test(name))
  );
};
