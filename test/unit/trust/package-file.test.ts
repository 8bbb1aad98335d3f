/** What is built runs for as long as no source is newer, and always where there are no sources. */
import { afterAll, expect, test } from "bun:test";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as PackageFile from "../../../src/trust/package-file.ts";

const base = mkdtempSync(join(tmpdir(), "package-file-"));
afterAll(() => rmSync(base, { recursive: true }));

const BUILT_S = 1_000_000;

/** A package with one program, its two sources and what is built of them. `at`: seconds after the build. */
async function packageWith(name: string, at: Readonly<Record<string, number>>) {
  const root = join(base, name);
  for (const folder of ["src/trust", "scripts", "dist"]) mkdirSync(join(root, folder), { recursive: true });
  copyFileSync(
    join(import.meta.dir, "../../../src/trust/package-file.ts"),
    join(root, "src/trust/package-file.ts"),
  );
  writeFileSync(join(root, "dist/program.sources.json"), '["src/a.ts", "src/b.ts"]');
  for (const [path, afterS] of Object.entries({ "dist/program.sources.json": 0, ...at })) {
    writeFileSync(join(root, path), '["src/a.ts", "src/b.ts"]');
    utimesSync(join(root, path), BUILT_S + afterS, BUILT_S + afterS);
  }
  const module: typeof PackageFile = await import(join(root, "src/trust/package-file.ts"));
  return { root, ...module };
}

test.each<[string, Readonly<Record<string, number>>, string]>([
  ["older sources", { "src/a.ts": -1, "src/b.ts": -1 }, "dist/program.js"],
  ["a newer source", { "src/a.ts": -1, "src/b.ts": 1 }, "scripts/program.ts"],
  ["a source that changed while it was built", { "src/a.ts": -1, "src/b.ts": 0 }, "scripts/program.ts"],
  ["a source that is gone", { "src/a.ts": -1 }, "scripts/program.ts"],
])("%s", async (name, at, expected) => {
  const { root, programFile } = await packageWith(name.replaceAll(" ", "-"), at);
  expect(programFile("scripts/program.ts")).toBe(join(root, expected));
});

test("nobody has built it", async () => {
  const { root, programFile } = await packageWith("unbuilt", {});
  expect(programFile("scripts/other.ts")).toBe(join(root, "scripts/other.ts"));
});

test("an installed package has no sources", async () => {
  const { root, programFile, isCurrent } = await packageWith("installed", {});
  rmSync(join(root, "src"), { recursive: true });
  rmSync(join(root, "dist/program.sources.json"));
  expect(isCurrent("program")).toBe(true);
  expect(programFile("scripts/program.ts")).toBe(join(root, "dist/program.js"));
});
