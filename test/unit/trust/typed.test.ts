/** What messages tell people to type has to work where they stand. */
import { afterAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { programAt } from "../../../src/trust/typed.ts";

const root = join(import.meta.dir, "../../..");
const base = mkdtempSync(join(tmpdir(), "typed-"));
afterAll(() => rmSync(base, { recursive: true }));
const program = (...way: readonly string[]): string => {
  const directory = join(base, ...way);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "bun-watchdog"), "");
  return directory;
};
const local = program("shop", "node_modules", ".bin");
const everywhere = program("bin");
mkdirSync(join(base, "shop", "src"));
const script = join(root, "scripts", "fix-runaway-bun.ts");

test.each([
  ["a project that has it", join(base, "shop"), "/usr/bin", "npx bun-watchdog"],
  ["a folder of that", join(base, "shop", "src"), "/usr/bin", "npx bun-watchdog"],
  ["its package scripts", join(base, "shop"), `${local}:/usr/bin`, "npx bun-watchdog"],
  ["installed for everybody", join(base, "shop"), `/usr/bin:${everywhere}`, "bun-watchdog"],
  ["its own clone", root, "/usr/bin", "npx bun-watchdog"],
  ["where npx would ask the registry", base, `${local}:`, script],
  ["a folder that is gone", null, "/usr/bin", script],
])("%s", (_, cwd, path, expected) => expect(programAt({ cwd, path })).toBe(expected));
