/** What every gated start loads: nothing heavy, and no sampler. */
import { expect, test } from "bun:test";
import { resolve } from "node:path";
import { readTree, targetOf } from "../../support/architecture/tree.ts";

const repository = resolve(import.meta.dir, "../../..");
const tree = readTree(repository);

/** Files and packages that `path` loads when it is loaded; what stands in `import(…)` is loaded when it is called. */
function loadedBy(path: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(path)) return seen;
  seen.add(path);
  const file = tree.get(path);
  for (const each of file?.imports ?? []) {
    if (each.typeOnly || file?.text.includes(`import("${each.specifier}")`)) continue;
    loadedBy(targetOf(path, each) ?? each.specifier, seen);
  }
  return seen;
}

test("the wrapper's own start loads no package, no configuration schema and no sampler", () => {
  const loaded = [...loadedBy("src/gate/wrapper/main.ts")];
  const outside = loaded.filter((name) => !name.startsWith("src/") && name !== "package.json");
  expect(outside.filter((name) => !/^(?:node|bun):/.test(name))).toEqual([]);
  // 11 to 16 ms each (process.stdin and stdout by use, not by import)
  expect(outside).not.toContain("node:child_process");
  for (const heavy of [
    "config/schema/schema",
    "config/load",
    "os/linux/sample/sampler",
    "os/linux/pin/control",
    "monitor/",
    "record/",
  ])
    expect([heavy, loaded.filter((name) => name.startsWith(`src/${heavy}`))]).toEqual([heavy, []]);
  // not vacuous
  expect(loaded).toContain("src/launch/admit.ts");
  expect([...loadedBy("src/cli/program.ts")]).toContain("commander");
});

test("nothing in it asks for a terminal in the dear way", () => {
  const dear = /\bprocess\.(?:stdin|stdout|stderr)\b/;
  const files = [...loadedBy("src/gate/wrapper/main.ts")].flatMap((path) => tree.get(path) ?? []);
  const uses = files.filter(({ text }) => dear.test(text.replaceAll(/\/\*[^]*?\*\/|\/\/.*/g, "")));
  expect(uses.map(({ path }) => path)).toEqual([]);
});
