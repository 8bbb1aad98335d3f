/** The pid file of an app: what stands in its place is neither waited for nor written through. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writePidFile } from "../../../src/manager/daemon/pid-file.ts";

let directory = "";
let troubles: string[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "bun-watchdog-pid-file-"));
  troubles = [];
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const write = (path: string, pid: number | null): void =>
  writePidFile(path, pid, (what) => troubles.push(what));

test("its directory is made, a longer pid is written over, and it goes with its process", () => {
  const path = join(directory, "run/api.pid");
  for (const pid of [123_456, 7]) {
    write(path, pid);
    expect(readFileSync(path, "utf8")).toBe(String(pid));
  }
  write(path, null);
  expect(() => readFileSync(path)).toThrow("ENOENT");
  expect(troubles).toEqual([]);
});

test("a named pipe holds up nobody, and a link is not followed: both are replaced", () => {
  const [path, victim] = [join(directory, "api.pid"), join(directory, "victim")];
  expect(Bun.spawnSync(["mkfifo", path]).exitCode).toBe(0);
  write(path, 7);
  expect(readFileSync(path, "utf8")).toBe("7");
  writeFileSync(victim, "mine");
  rmSync(path);
  symlinkSync(victim, path);
  write(path, 8);
  expect([victim, path].map((each) => readFileSync(each, "utf8"))).toEqual(["mine", "8"]);
  expect(troubles).toEqual([]);
});
