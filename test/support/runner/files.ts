/** Which test files run, and in which order. */

/** Test files below test/, relative to the repository. Fixtures may be test files themselves: they are not ours to run. */
export const testFiles = (repository: string): readonly string[] =>
  [...new Bun.Glob("test/**/*.test.ts").scanSync({ cwd: repository })]
    .filter((file) => !file.startsWith("test/fixtures/"))
    .toSorted();

/** Unit tests start nothing and signal nothing: the only ones that may run where no PID namespace can be made. */
export const needsNamespace = (file: string): boolean =>
  /^test\/[^/]+\//.test(file) && !file.startsWith("test/unit/");

/** They wait longest: real graces and holds. */
const LONGEST = ["test/vm/", "test/process/zoo-", "test/process/contain.test.ts"];

/** Unit tests are quick: no long file is to run alone at the end. */
const rank = (file: string): number =>
  LONGEST.some((start) => file.startsWith(start)) ? 0 : needsNamespace(file) ? 1 : 2;

/** Those that match a filter (all when there is none), in the order in which they are to run. */
export function select(files: readonly string[], filters: readonly string[]): readonly string[] {
  const wanted = filters.map((filter) => filter.replace(/^\.\//, ""));
  const chosen = files.filter(
    (file) => wanted.length === 0 || wanted.some((filter) => file.includes(filter)),
  );
  return chosen.toSorted((a, b) => rank(a) - rank(b));
}
