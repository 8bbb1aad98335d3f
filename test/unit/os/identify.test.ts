/** What a process runs, told from its executable: a name alone is none. */
import { expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Identifier } from "../../../src/os/linux/proc/identify.ts";
import { ProcFiles } from "../../../src/os/linux/proc/proc-files.ts";

const EACCES = 13;

/** A /proc whose process 10 runs this file. */
function running(executable: string): ProcFiles {
  const root = mkdtempSync(join(tmpdir(), "bun-watchdog-identify-"));
  mkdirSync(join(root, "10"));
  symlinkSync(executable, join(root, "10/exe"));
  return new ProcFiles(root);
}

test("Bun itself is Bun, a small script of that name is not", () => {
  using itself = running(process.execPath);
  expect(new Identifier(itself).byExecutable(10)).toMatchObject({ runtime: "bun" });
  const script = join(mkdtempSync(join(tmpdir(), "bun-watchdog-identify-")), "bun");
  writeFileSync(script, "#!/bin/sh\n");
  using other = running(script);
  expect(new Identifier(other).byExecutable(10)).toMatchObject({ runtime: "other" });
});

test("one that may be run and not read is known by its name", () => {
  const program = join(mkdtempSync(join(tmpdir(), "bun-watchdog-identify-")), "bun");
  writeFileSync(program, "");
  using proc = running(program);
  proc.borrow = () => -EACCES;
  expect(new Identifier(proc).byExecutable(10)).toMatchObject({ runtime: "bun" });
});
