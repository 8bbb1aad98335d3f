/** lsof that is cut off in the middle tells nothing: half of a server's files would not show that it is one. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readOpenFiles } from "../../src/os/portable/lsof.ts";

let directory: string;
beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "bun-watchdog-lsof-"))));
afterEach(() => rmSync(directory, { recursive: true }));

function lsofThat(does: string): string {
  const path = join(directory, "lsof");
  const printed = String.raw`printf 'p4711\nfcwd\ntDIR\nn/srv\nf12\ntREG\nn/srv/data\n'`;
  writeFileSync(path, `#!/bin/sh\n${printed}\n${does}\n`, { mode: 0o700 });
  return path;
}

test("at its end, whatever its exit code says", () => {
  const files = readOpenFiles([4711], "everything", lsofThat("exit 1"));
  expect(files?.map(({ descriptor }) => descriptor)).toEqual(["cwd", "12"]);
});

test("killed in the middle", () => {
  expect(readOpenFiles([4711], "everything", lsofThat("kill -KILL $$"))).toBeNull();
});

test("not there", () => {
  expect(readOpenFiles([4711], "everything", null)).toBeNull();
});
