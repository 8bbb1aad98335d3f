/** Exported names, who imports them, and through which files a room is entered. */
import { dirname } from "node:path";
import { withoutComments } from "../support/architecture/imports.ts";
import { type SourceFile, targetOf } from "../support/architecture/tree.ts";

const DECLARED =
  /^export\s+(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(?:const|let|function\*?|class|interface|type|enum)\s+(?<name>[\w$]+)/gm;
const DESTRUCTURED = /^export\s+const\s+[[{](?<names>[^\]}=]+)[\]}]/gm;
const CLAUSE =
  /^(?:import|export)\s+(?:type\s+)?(?<clause>[\w$*{},\s]+?)\s+from\s+["'](?<specifier>[^"']+)["']/gm;

const declaredIn = (text: string): readonly string[] => {
  const code = withoutComments(text);
  return [
    ...[...code.matchAll(DECLARED)].map(({ groups }) => groups?.["name"] ?? ""),
    ...[...code.matchAll(DESTRUCTURED)].flatMap(({ groups }) =>
      (groups?.["names"] ?? "").split(",").map((name) => name.trim()),
    ),
  ].filter((name) => name !== "");
};

/** Each exported name with the files that declare it. Re-exports declare nothing. */
export function exportNames(files: readonly SourceFile[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { path, text } of files)
    for (const name of new Set(declaredIn(text))) found.set(name, [...(found.get(name) ?? []), path]);
  return found;
}

/** `file: name` of each export that no other file of the tree names in an import; who imports a file whole or lazily uses all of it. */
export function unusedExports(tree: ReadonlyMap<string, SourceFile>): readonly string[] {
  const used = new Map<string, Set<string> | "all">();
  for (const { path, text, imports } of tree.values()) {
    const named = new Set<string>();
    for (const { groups } of withoutComments(text).matchAll(CLAUSE)) {
      const [clause, specifier] = [groups?.["clause"] ?? "", groups?.["specifier"] ?? ""];
      const target = targetOf(path, { specifier, typeOnly: false });
      if (target === null || clause.includes("*")) continue;
      named.add(specifier);
      const names = clause
        .replaceAll(/[{}]/g, ",")
        .split(",")
        .map((name) =>
          name
            .trim()
            .replace(/^type\s+/, "")
            .replace(/\s+as\s.*$/, ""),
        );
      const before = used.get(target);
      if (before !== "all") used.set(target, new Set([...(before ?? []), ...names]));
    }
    for (const each of imports) {
      const target = targetOf(path, each);
      if (target !== null && !named.has(each.specifier)) used.set(target, "all");
    }
  }
  return [...tree.values()].flatMap(({ path, text }) => {
    const names = used.get(path);
    if (names === "all") return [];
    return declaredIn(text)
      .filter((name) => names?.has(name) !== true)
      .map((name) => `${path}: ${name}`);
  });
}

/** How many files lie directly in each folder. */
export function folders(files: readonly SourceFile[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { path } of files) counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1);
  return counts;
}

const roomOf = (path: string): string => (path.split("/")[1] ?? "").replace(/\.ts$/, "");

/** Of each room, how many of its files are imported from another room. */
export function doors(
  tree: ReadonlyMap<string, SourceFile>,
): ReadonlyMap<string, { readonly used: number; readonly all: number }> {
  const entered = new Set<string>();
  for (const { path, imports } of tree.values())
    for (const each of imports) {
      const target = targetOf(path, each);
      if (target !== null && tree.has(target) && roomOf(target) !== roomOf(path)) entered.add(target);
    }
  const rooms = [...new Set([...tree.keys()].map(roomOf))].toSorted();
  return new Map(
    rooms.map((room) => [
      room,
      {
        used: [...entered].filter((path) => roomOf(path) === room).length,
        all: [...tree.keys()].filter((path) => roomOf(path) === room).length,
      },
    ]),
  );
}
