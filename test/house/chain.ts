/** The longest way through the graph of imports: how much a reader may have to open to understand one file. */
import { type SourceFile, targetOf } from "../support/architecture/tree.ts";

/** The files on it, from the one that nobody needs to the one that needs nobody. The graph has no cycles. */
export function longestChain(tree: ReadonlyMap<string, SourceFile>): readonly string[] {
  const known = new Map<string, readonly string[]>();
  const below = (path: string): readonly string[] => {
    const before = known.get(path);
    if (before !== undefined) return before;
    const rests = (tree.get(path)?.imports ?? [])
      .map((each) => targetOf(path, each))
      .filter((target) => target !== null && target !== path && tree.has(target))
      .map((target) => below(target ?? ""));
    const chain = [path, ...rests.reduce((a, b) => (b.length > a.length ? b : a), [])];
    known.set(path, chain);
    return chain;
  };
  return [...tree.keys()].map(below).reduce((a, b) => (b.length > a.length ? b : a), []);
}
