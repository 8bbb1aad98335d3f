/** zod's own tests, as npm brings them. */
import { cpSync, mkdirSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";

const INSTALLED = resolve(import.meta.dir, "../../../node_modules/zod");

/** Bun runs no tests below node_modules: a copy of the sources, with the package itself where they import it from. */
export function copyZod(folder: string): readonly string[] {
  cpSync(join(INSTALLED, "src"), join(folder, "src"), { recursive: true });
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(INSTALLED, join(folder, "node_modules/zod"));
  return [...new Bun.Glob("src/**/*.test.ts").scanSync({ cwd: folder })].toSorted();
}
