/** The import rules of design and lint, checked on the files themselves, and on trees that break them: the canary. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { exportNames } from "./house/names.ts";
import { importsOf } from "./support/architecture/imports.ts";
import { lintFile } from "./support/architecture/lint.ts";
import { readTree } from "./support/architecture/tree.ts";
import { violations } from "./support/architecture/rules.ts";
import { readPage, spans } from "./support/documents.ts";

const repository = resolve(import.meta.dir, "..");

test("this repository keeps its rules", () => {
  expect(readTree(repository).size).toBeGreaterThan(20);
  expect(violations(repository)).toEqual([]);
});

test("one word for one thing: no exported name stands in two files", () => {
  const twice = [...exportNames([...readTree(repository).values()])].filter(([, paths]) => paths.length > 1);
  expect(twice).toEqual([]);
});

test("lint keeps the same rules: else run test/support/architecture/lint.ts and format", () => {
  const lintRules = readFileSync(join(repository, ".oxlintrc.json"), "utf8");
  expect(JSON.parse(lintRules)).toEqual(JSON.parse(lintFile()));
});

/** A file or folder of the code: by its path in the repository, or by the end of it below src. */
const NAMED = /^(?:src|test|scripts|bench|docs|config|dist)\/[\w./-]+$|^[\w./-]+\.tsx?$/u;

test("the files and folders that the map names are there", () => {
  const named = [...new Set(spans(readPage("ARCHITECTURE.md")).filter((span) => NAMED.test(span)))];
  const missing = named.filter(
    (name) =>
      !name.startsWith("dist/") && ![name, `src/${name}`].some((path) => existsSync(join(repository, path))),
  );
  expect(named.length).toBeGreaterThan(60);
  expect(missing).toEqual([]);
});

type Files = Readonly<Record<string, string>>;
/** Trees with one fault each, the words the fault is reported with, and whether lint sees it too. */
const faults: readonly (readonly [name: string, files: Files, report: string, byLint: boolean])[] = [
  [
    "core imports os",
    {
      "src/core/a.ts": 'import { b } from "../os/b.ts";\nexport const a = b;\n',
      "src/os/b.ts": "export const b = 1;\n",
    },
    "core may not import os",
    true,
  ],
  [
    "core imports a type of os",
    {
      "src/core/a.ts": 'import type { B } from "../os/b.ts";\nexport type A = B;\n',
      "src/os/b.ts": "export type B = 1;\n",
    },
    "core may not import os",
    true,
  ],
  [
    "core imports os lazily",
    {
      "src/core/a.ts": 'export const a = () => import("../os/b.ts");\n',
      "src/os/b.ts": "export const b = 1;\n",
    },
    "core may not import os",
    true,
  ],
  [
    "core re-exports os",
    { "src/core/a.ts": 'export { b } from "../os/b.ts";\n', "src/os/b.ts": "export const b = 1;\n" },
    "core may not import os",
    true,
  ],
  [
    "core imports the ports",
    {
      "src/core/a.ts": 'import type { B } from "../ports/b.ts";\nexport type A = B;\n',
      "src/ports/b.ts": "export type B = 1;\n",
    },
    "core may not import ports",
    true,
  ],
  [
    "core imports a built-in module",
    { "src/core/a.ts": 'import { sep } from "node:path";\nexport const a = sep;\n' },
    "core imports nothing from outside",
    true,
  ],
  [
    "core reads a clock",
    { "src/core/a.ts": "export const a = () => Date.now();\n" },
    "src/core/a.ts uses Date.now",
    false,
  ],
  [
    "ports import a value",
    {
      "src/ports/b.ts": 'import { b } from "../core/b.ts";\nexport const a = b;\n',
      "src/core/b.ts": "export const b = 1;\n",
    },
    "may import types of core only",
    true,
  ],
  [
    "os imports record from a folder below",
    {
      "src/os/linux/a.ts": 'import { b } from "../../record/b.ts";\nexport const a = b;\n',
      "src/record/b.ts": "export const b = 1;\n",
    },
    "os may not import record",
    true,
  ],
  [
    "kill imports os",
    {
      "src/kill/a.ts": 'import { b } from "../os/b.ts";\nexport const a = b;\n',
      "src/os/b.ts": "export const b = 1;\n",
    },
    "kill may not import os",
    true,
  ],
  [
    "monitor imports os",
    {
      "src/monitor/a.ts": 'import { b } from "../os/b.ts";\nexport const a = b;\n',
      "src/os/b.ts": "export const b = 1;\n",
    },
    "monitor may not import os",
    true,
  ],
  [
    "host imports a value of monitor",
    {
      "src/host/a.ts": 'import { b } from "../monitor/b.ts";\nexport const a = b;\n',
      "src/monitor/b.ts": "export const b = 1;\n",
    },
    "host may import types of monitor only",
    true,
  ],
  [
    "a script imports more than cli",
    {
      "scripts/a.ts": 'import { b } from "../src/core/b.ts";\nconsole.log(b);\n',
      "src/core/b.ts": "export const b = 1;\n",
    },
    "scripts may not import core",
    true,
  ],
  [
    "a cycle",
    {
      "src/core/a.ts": 'import { b } from "./b.ts";\nexport const a = () => b;\n',
      "src/core/b.ts": 'import { a } from "./a.ts";\nexport const b = () => a;\n',
    },
    "cycle: src/core/a.ts → src/core/b.ts → src/core/a.ts",
    true,
  ],
  [
    "a cycle of types",
    {
      "src/core/a.ts": 'import type { B } from "./b.ts";\nexport type A = B[];\n',
      "src/core/b.ts": 'import type { A } from "./a.ts";\nexport type B = A[];\n',
    },
    "cycle: src/core/a.ts → src/core/b.ts → src/core/a.ts",
    false,
  ],
  [
    "cli names a backend",
    {
      "src/cli/a.ts": 'import { b } from "../os/linux/b.ts";\nexport const a = b;\n',
      "src/os/linux/b.ts": "export const b = 1;\n",
    },
    "name a backend",
    false,
  ],
  [
    "winston outside record",
    { "src/cli/a.ts": 'import { createLogger } from "winston";\nexport const a = createLogger;\n' },
    "that belongs to src/record",
    false,
  ],
  [
    "a room without rules",
    { "src/utils/a.ts": "export const a = 1;\n" },
    'room "utils" has no import rules',
    false,
  ],
  [
    "the platform read elsewhere",
    { "src/cli/a.ts": "export const a = process.platform;\n" },
    "src/cli/a.ts reads the platform",
    false,
  ],
  [
    "a long file",
    { "src/cli/a.ts": `${"// line\n".repeat(251)}export const a = 1;\n` },
    "src/cli/a.ts has 252 lines",
    false,
  ],
  [
    "a cache in core",
    { "src/core/a.ts": "export const a = new WeakMap<object, number>();\n" },
    "src/core/a.ts keeps answers",
    false,
  ],
  ["a long script", { "scripts/a.ts": "// line\n".repeat(21) }, "scripts/a.ts has 21 lines", false],
];
const allowed: Files = {
  "scripts/a.ts": 'import { run } from "../src/cli/run.ts";\nrun();\n',
  "src/cli/run.ts":
    'import { b } from "../core/b.ts";\nimport { c } from "../os/c.ts";\nimport { d } from "../host/d.ts";\nexport const run = () => [b, c, d];\n',
  "src/monitor/e.ts": "export const e = 1;\nexport type E = 1;\n",
  "src/core/b.ts": "export const b = (process: { id: number }) => process.id;\n",
  "src/host/d.ts":
    'import type { E } from "../monitor/e.ts";\nimport { b } from "../core/b.ts";\nexport const d = (e: E) => [b, e];\n',
  "src/os/c.ts":
    'import { readFileSync } from "node:fs";\nimport type { P } from "../ports/b.ts";\nexport const c = (p: P) => readFileSync(p);\n',
  "src/os/select.ts": "export const s = process.platform;\n",
  "src/ports/b.ts": 'import type { T } from "../core/t.ts";\nexport type P = T;\n',
  "src/core/t.ts": "export type T = string;\n",
};

describe("canary", () => {
  let root = "";
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), "bun-watchdog-architecture-"));
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  const plant = (name: string, files: Files): string => {
    const tree = join(root, name.replaceAll(" ", "-"));
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(tree, path)), { recursive: true });
      writeFileSync(join(tree, path), text);
    }
    // the folders of its overrides are relative to the file
    cpSync(join(repository, ".oxlintrc.json"), join(tree, ".oxlintrc.json"));
    return tree;
  };
  const oxlint = join(repository, "node_modules/.bin/oxlint");
  const lint = (tree: string): string =>
    Bun.spawnSync([oxlint, "-f", "unix", "."], { cwd: tree }).stdout.toString();
  const byRules = /no-restricted-imports|no-cycle/;

  test.each([...faults])("%s", (name, files, report, byLint) => {
    const tree = plant(name, files);
    expect(violations(tree).join("\n")).toContain(report);
    if (byLint) expect(lint(tree)).toMatch(byRules);
  });

  test("what is allowed is not reported", () => {
    const tree = plant("allowed", allowed);
    expect(violations(tree)).toEqual([]);
    expect(lint(tree)).not.toMatch(byRules);
  });
});

test.each([
  ['import a from "a";', "a", false],
  ['import type { A } from "a";', "a", true],
  ['import { type A, type B } from "a";', "a", true],
  ['import { type A, b } from "a";', "a", false],
  ['import {\n  type A,\n  type B,\n} from "a";', "a", true],
  ['import * as a from "a";', "a", false],
  ['import a, { b } from "a";', "a", false],
  ['import "a";', "a", false],
  ['import a from "a" with { type: "json" };', "a", false],
  ['export * from "a";', "a", false],
  ['export type { A } from "a";', "a", true],
  ['const a = await import("a");', "a", false],
  ['type A = import("a").B;', "a", false],
])("import of %j", (source, specifier, typeOnly) => {
  expect(importsOf(source)).toEqual([{ specifier, typeOnly }]);
});

test.each([
  '// import a from "a";',
  '/*\nimport a from "a";\n*/',
  'export const from = "a";',
  'export interface A {}\nconst b = "a";',
])("no import in %j", (source) => {
  expect(importsOf(source)).toEqual([]);
});
