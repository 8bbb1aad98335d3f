/** Under the portable backend nothing of Linux is loaded, and no system library opened: who may not exist must not be asked. */
import { expect, test } from "bun:test";
import { resolve } from "node:path";
import { readTree, targetOf } from "../../../support/architecture/tree.ts";

const repository = resolve(import.meta.dir, "../../../..");
const SELECT = "src/os/select.ts";
const NATIVE = "src/os/linux/backend.ts";
const PORTABLE = "src/os/portable/backend.ts";
/** As select.ts, before anything else: one branch, which the platform guards too. */
const START = "src/os/select-start.ts";
const NATIVE_START = "src/os/linux/start/start.ts";

/** They launch, and exist on Linux alone. */
const LAUNCHERS: ReadonlySet<string> = new Set([
  "scripts/benchmark-runner.ts",
  "scripts/bun-isolate.ts",
  "scripts/bun-wrapper.ts",
  "scripts/bunctl.ts",
]);

interface Graph {
  readonly files: ReadonlySet<string>;
  readonly packages: ReadonlySet<string>;
}

/** Everything that the scripts and the portable backend's own programs can come to load, but for one branch in select.ts and its like. */
function reachable(without: string): Graph {
  const tree = readTree(repository);
  const programs = [...tree.keys()].filter(
    (path) =>
      (path.startsWith("scripts/") && !LAUNCHERS.has(path)) ||
      path.startsWith("src/os/portable/bun-watchdog-"),
  );
  const files = new Set(programs);
  const packages = new Set<string>();
  for (const path of files) {
    for (const each of tree.get(path)?.imports ?? []) {
      if (each.typeOnly) continue;
      const target = targetOf(path, each);
      if (target === null) packages.add(each.specifier);
      else if (!(path === SELECT && target === without) && !(path === START && target === NATIVE_START))
        files.add(target);
    }
  }
  return { files, packages };
}

const ofLinux = ({ files }: Graph): readonly string[] =>
  [...files].filter((path) => path.startsWith("src/os/linux/"));

test("the portable path loads nothing of Linux and no bun:ffi", () => {
  const graph = reachable(NATIVE);
  expect(ofLinux(graph)).toEqual([]);
  expect(graph.packages.has("bun:ffi")).toBe(false);
  expect(graph.files.has(PORTABLE)).toBe(true);
  expect(["ps-list", "pidusage", "tree-kill"].filter((name) => !graph.packages.has(name))).toEqual([]);
});

test("canary: the native path does, by that one branch alone", () => {
  const graph = reachable(PORTABLE);
  expect(ofLinux(graph)).toContain(NATIVE);
  expect(graph.packages.has("bun:ffi")).toBe(true);
});
