/** zod's own tests, as npm brings them, beside plain `bun test FILE` for each of them. */
import { cpSync, mkdirSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import type { TestCounts } from "../../src/core/tests/test-file.ts";

const INSTALLED = resolve(import.meta.dir, "../../node_modules/zod");

/** Bun runs no tests below node_modules: a copy of the sources, with the package itself where they import it from. */
export function copyZod(folder: string): readonly string[] {
  cpSync(join(INSTALLED, "src"), join(folder, "src"), { recursive: true });
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(INSTALLED, join(folder, "node_modules/zod"));
  return [...new Bun.Glob("src/**/*.test.ts").scanSync({ cwd: folder })].toSorted();
}

/** Read apart from what is tested, from the last lines of what Bun says. */
async function plainCounts(folder: string, file: string): Promise<TestCounts> {
  const child = Bun.spawn([process.execPath, "test", `./${file}`], {
    cwd: folder,
    env: { ...process.env, FORCE_COLOR: "0" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const said = await child.stderr.text();
  const end = said.slice(said.lastIndexOf("\n\n"));
  const of = (word: string): number => Number(new RegExp(`^ *(\\d+) ${word}s?$`, "m").exec(end)?.[1] ?? 0);
  return {
    passed: of("pass"),
    failed: of("fail"),
    errors: of("error"),
    skipped: of("skip"),
    todo: of("todo"),
  };
}

export async function plainCountsOf(
  folder: string,
  files: readonly string[],
): Promise<Readonly<Record<string, TestCounts>>> {
  const found: Record<string, TestCounts> = {};
  const waiting = [...files];
  const worker = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift())
      found[file] = await plainCounts(folder, file);
  };
  await Promise.all([worker(), worker(), worker()]);
  return found;
}
