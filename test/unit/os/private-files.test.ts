/** Files that are the account's alone. */
import { expect, test } from "bun:test";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { close } from "../../../src/os/linux/ffi.ts";
import {
  ensurePrivateDirectory,
  isOwnDirectory,
  openToLock,
  writeWhole,
} from "../../../src/os/linux/files/private-files.ts";

const scratch = (): string => mkdtempSync(join(tmpdir(), "bun-watchdog-private-"));
const modeOf = (path: string): number => lstatSync(path).mode & 0o777;
const uid = process.getuid?.() ?? 0;
const O_CLOEXEC = 0o2000000;

test("are 0600 in directories that are 0700, whatever the umask", () => {
  const directory = scratch();
  const mask = process.umask(0);
  try {
    ensurePrivateDirectory(join(directory, "made"));
    writeWhole(join(directory, "made/record"), "text");
    close(openToLock(join(directory, "made/lock")));
  } finally {
    process.umask(mask);
  }
  expect(["made", "made/record", "made/lock"].map((name) => modeOf(join(directory, name)))).toEqual([
    0o700, 0o600, 0o600,
  ]);
});

test("no child inherits a lock", () => {
  const fd = openToLock(join(scratch(), "lock"));
  const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, "utf8"))?.[1];
  close(fd);
  expect(Number.parseInt(flags ?? "0", 8) & O_CLOEXEC).toBe(O_CLOEXEC);
});

test("a link that somebody put there is not followed", () => {
  const directory = scratch();
  writeFileSync(join(directory, "precious"), "precious");
  symlinkSync(join(directory, "precious"), join(directory, "lock"));
  expect(openToLock(join(directory, "lock"))).toBeLessThan(0);
});

test("a directory is our own when only we can write to it, and it is no link", () => {
  const path = join(scratch(), "d");
  mkdirSync(path, { mode: 0o700 });
  expect(isOwnDirectory(path, uid)).toBe(true);
  expect(isOwnDirectory(path, uid + 1)).toBe(false);
  symlinkSync(path, `${path}-link`);
  expect(isOwnDirectory(`${path}-link`, uid)).toBe(false);
  chmodSync(path, 0o755);
  expect(isOwnDirectory(path, uid)).toBe(false);
});

test("a write that comes to an end too soon leaves the old text, and no draft", () => {
  const path = join(scratch(), "record");
  const module = join(import.meta.dir, "../../../src/os/linux/files/private-files.ts");
  const write = (text: string): string =>
    `(await import(${JSON.stringify(module)})).writeWhole(${JSON.stringify(path)}, ${text})`;
  writeWhole(path, "old");
  // of the file that it may not be larger than, the kernel takes as much as fits
  const limited = Bun.spawnSync(
    [
      "sh",
      "-c",
      "trap '' XFSZ; ulimit -f 8; exec \"$@\"",
      "sh",
      process.execPath,
      "-e",
      write("'x'.repeat(100_000)"),
    ],
    { stderr: "pipe" },
  );
  expect(limited.stderr.toString()).toContain("ENOSPC");
  expect(readFileSync(path, "utf8")).toBe("old");
  expect(readdirSync(join(path, ".."))).toEqual(["record"]);
});
