import { expect, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { userScope } from "../../../src/os/linux/contain/user-scope.ts";

test("a scope is offered where there are a user manager and its program, and nowhere else", () => {
  const directory = mkdtempSync(join(tmpdir(), "bun-watchdog-scope-"));
  try {
    const env = { XDG_RUNTIME_DIR: directory, PATH: directory };
    const program = join(directory, "systemd-run");
    expect(userScope(env)).toBeNull();
    writeFileSync(program, "#!/bin/sh\n");
    chmodSync(program, 0o755);
    expect(userScope(env)).toBeNull();
    mkdirSync(join(directory, "systemd"));
    writeFileSync(join(directory, "systemd/private"), "");
    expect(userScope({ PATH: directory })).toBeNull();
    expect(userScope({ XDG_RUNTIME_DIR: directory })).toBeNull();
    const expected = [program, "--user", "--scope", "--quiet", "--collect", "-p", "Delegate=yes", "--"];
    expect(userScope(env)).toEqual(expected);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
