/** Whether a script is ours, or merely bears the name of one. */
import { expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { isOurScript, scriptPath } from "../../../src/os/script-path.ts";

const repository = resolve(import.meta.dir, "../../..");
const isOurs = (script: string, cwd: string): boolean => {
  const argv = ["bun", script];
  return isOurScript(argv, scriptPath(argv, cwd));
};

test("by the package that it lies in, not by its name", () => {
  const folder = mkdtempSync(join(tmpdir(), "bun-watchdog-names-"));
  try {
    mkdirSync(join(folder, "scripts"));
    writeFileSync(join(folder, "package.json"), '{"name":"shop","description":"bun-watchdog"}');
    for (const name of ["bun-wrapper.ts", "scripts/bunctl.ts", "bun-watchdog"])
      writeFileSync(join(folder, name), "");
    expect(isOurs("bun-wrapper.ts", folder)).toBe(false);
    expect(isOurs("scripts/bunctl.ts", folder)).toBe(false);
    expect(isOurs("./bun-watchdog", folder)).toBe(false);
    symlinkSync(join(repository, "scripts/fix-runaway-bun.ts"), join(folder, "fix-runaway-bun"));
    expect(isOurs("./fix-runaway-bun", folder)).toBe(true);
    expect(isOurs(join(repository, "src/record/bun-watchdog-log-writer.ts"), "/")).toBe(true);
    expect(isOurs("bun-wrapper.ts", "/nowhere")).toBe(true);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
