/** Whether a script is ours, or merely bears the name of one. */
import { expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { isOurScript, scriptPath } from "../../../src/os/script-path.ts";

const repository = resolve(import.meta.dir, "../../..");
const isOurs = (script: string, cwd: string): boolean => {
  const argv = ["bun", script];
  return isOurScript(argv, scriptPath(argv, cwd));
};

test("by the package that it lies in, not by its name", () => {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "bun-watchdog-names-"));
  const put = (path: string, text = "") => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  try {
    put("package.json", '{"name":"shop","author":{"name":"bun-watchdog"}}');
    for (const name of ["bun-wrapper.ts", "scripts/bunctl.ts", "bun-watchdog"]) put(name);
    expect(isOurs("bun-wrapper.ts", folder)).toBe(false);
    expect(isOurs("scripts/bunctl.ts", folder)).toBe(false);
    expect(isOurs("./bun-watchdog", folder)).toBe(false);
    symlinkSync(join(repository, "scripts/fix-runaway-bun.ts"), join(folder, "fix-runaway-bun"));
    expect(isOurs("./fix-runaway-bun", folder)).toBe(true);
    expect(isOurs(join(repository, "src/record/bun-watchdog-log-writer.ts"), "/")).toBe(true);
    expect(isOurs("bun-wrapper.ts", "/nowhere")).toBe(false);
    expect(isOurs("/nowhere/scripts/bun-wrapper.ts", "/")).toBe(false);
    // it says so itself
    put("package.json", '{"name":"bun-watchdog"}');
    put("scripts/bun-wrapper.ts");
    expect(isOurs("scripts/bun-wrapper.ts", folder)).toBe(false);
    // another project's own copy
    const copy = "node_modules/bun-watchdog";
    put(`${copy}/package.json`, '{"name":"bun-watchdog"}');
    for (const name of ["scripts/bun-wrapper.ts", "bunctl.ts"]) put(`${copy}/${name}`);
    expect(isOurs(`${copy}/scripts/bun-wrapper.ts`, folder)).toBe(true);
    expect(isOurs(`${copy}/bunctl.ts`, folder)).toBe(false);
    put(`${copy}/package.json`, '{"name":"another"}');
    expect(isOurs(`${copy}/scripts/bun-wrapper.ts`, folder)).toBe(false);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
