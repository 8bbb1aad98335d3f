/** The source files of a checkout as a graph of imports. */
import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { type Import, importsOf } from "./imports.ts";

export interface SourceFile {
  /** Relative to the root, `src/core/process/job.ts`. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

/** Everything below src/ and scripts/ of `root`, by path. */
export function readTree(root: string): ReadonlyMap<string, SourceFile> {
  const paths = [...new Bun.Glob("{src,scripts}/**/*.ts").scanSync({ cwd: root })].toSorted();
  return new Map(
    paths.map((path) => {
      const text = readFileSync(join(root, path), "utf8");
      return [path, { path, text, imports: importsOf(text) }];
    }),
  );
}

/** The file an import leads to, relative to the root; null for packages and built-in modules. */
export const targetOf = (from: string, { specifier }: Import): string | null =>
  specifier.startsWith(".") ? normalize(join(dirname(from), specifier)) : null;

/** Cycles of imports, types included, each as the files on it: `a → b → a`. */
export function cycles(tree: ReadonlyMap<string, SourceFile>): readonly string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) {
      found.push([...trail.slice(start), path].join(" → "));
      return;
    }
    if (done.has(path)) return;
    for (const each of tree.get(path)?.imports ?? []) {
      const target = targetOf(path, each);
      if (target !== null && tree.has(target)) visit(target, [...trail, path]);
    }
    done.add(path);
  };
  for (const path of tree.keys()) visit(path, []);
  return found;
}
