/** Which test files run, and in which order. */

/** Test files below test/, relative to the repository. Fixtures may be test files themselves: they are not ours to run. */
export const testFiles = (repository: string): readonly string[] =>
  [...new Bun.Glob("test/**/*.test.ts").scanSync({ cwd: repository })]
    .filter((file) => !file.startsWith("test/fixtures/"))
    .toSorted();

/** Unit tests start nothing and signal nothing: the only ones that may run where no PID namespace can be made. */
export const needsNamespace = (file: string): boolean =>
  /^test\/[^/]+\//.test(file) && !file.startsWith("test/unit/");

/** Those that match a filter (all when there is none), slow rooms first, the virtual machine before all, so that no long file runs alone at the end. */
export function select(files: readonly string[], filters: readonly string[]): readonly string[] {
  const wanted = filters.map((filter) => filter.replace(/^\.\//, ""));
  const chosen = files.filter(
    (file) => wanted.length === 0 || wanted.some((filter) => file.includes(filter)),
  );
  const rank = (file: string): number => (file.startsWith("test/vm/") ? 0 : needsNamespace(file) ? 1 : 2);
  return chosen.toSorted((a, b) => rank(a) - rank(b));
}
