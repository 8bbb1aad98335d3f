/** The user unit: systemd takes it, whatever the folders are called, and an update of a package takes nothing of it away. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { lastingFolderOfBun, lastingPackage } from "../../../src/setup/parts/lasting.ts";
import { systemdUnit } from "../../../src/setup/parts/systemd.ts";
import { needs } from "../../support/skip.ts";

let top = "";
beforeEach(() => (top = realpathSync(mkdtempSync(join(tmpdir(), "bun-watchdog-unit-")))));
afterEach(() => rmSync(top, { recursive: true }));

function packageIn(path: string): string {
  const real = join(top, path);
  mkdirSync(join(real, "bin"), { recursive: true });
  writeFileSync(join(real, "bin/bun-monitor-service"), "");
  return real;
}

function link(path: string, to: string): string {
  mkdirSync(dirname(join(top, path)), { recursive: true });
  symlinkSync(to, join(top, path));
  return join(top, path);
}

function unitIn(folder: string, searched = ""): string {
  const root = join(top, folder);
  const real = packageIn(join(folder, "node_modules/bun-watchdog"));
  const service = { path: join(top, "x.service"), package: real, searched, bun: ["/bin/true"] };
  const { edits } = systemdUnit({ root, manifest: "{}", isOurs: false, git: null }, service);
  return edits[0]?.add(null).text ?? "";
}

needs("systemd-analyze").each([
  "plain",
  "$HOME ${x}",
  "100%h %% é",
  "a\nb\tc\u009b\u202e",
  `"q" 'r' \\s`,
  " ends\\",
])("systemd takes a unit of a project in %j without a word", (folder) => {
  writeFileSync(join(top, "x.service"), unitIn(folder, "/opt/$x/%h/bin"));
  const { exitCode, stderr } = Bun.spawnSync(["systemd-analyze", "--user", "verify", "./x.service"], {
    cwd: top,
    env: { PATH: process.env["PATH"], HOME: top, XDG_RUNTIME_DIR: top },
    stderr: "pipe",
  });
  expect({ exitCode, stderr: stderr.toString() }).toEqual({ exitCode: 0, stderr: "" });
});

test("$, % and line breaks are themselves, and the launcher of the package is started", () => {
  const unit = unitIn("a\n$b %c");
  expect(unit).toContain(`ExecStart="/usr/bin/env" "--chdir=${top}/a\\n$$b %%c" "/bin/sh"`);
  expect(unit).toContain(`/a\\n$$b %%c/node_modules/bun-watchdog/bin/bun-monitor-service" "--yes"`);
  expect(unitIn("a$b %c")).toContain(`WorkingDirectory=${top}/a$b %%c\n`);
});

test.each([
  ["npm", "p/node_modules/bun-watchdog", null, "p", "p/node_modules/bun-watchdog"],
  ["npm, of a workspace", "w/node_modules/bun-watchdog", null, "w/packages/a", "w/node_modules/bun-watchdog"],
  [
    "pnpm",
    "p/node_modules/.pnpm/bun-watchdog@0.1.0/node_modules/bun-watchdog",
    "p/node_modules/bun-watchdog",
    "p",
    "p/node_modules/bun-watchdog",
  ],
  [
    "bun, isolated",
    "p/node_modules/.bun/bun-watchdog@0.1.0/node_modules/bun-watchdog",
    "p/node_modules/bun-watchdog",
    "p",
    "p/node_modules/bun-watchdog",
  ],
  [
    "pnpm's store for all",
    "store/v10/links/bun-watchdog/0.1.0/ab12/node_modules/bun-watchdog",
    "p/node_modules/bun-watchdog",
    "p",
    "p/node_modules/bun-watchdog",
  ],
  [
    "pnpm -g",
    "g/5/.pnpm/bun-watchdog@0.1.0/node_modules/bun-watchdog",
    "g/5/node_modules/bun-watchdog",
    "p",
    "g/5/node_modules/bun-watchdog",
  ],
  ["npm -g", "lib/node_modules/bun-watchdog", null, "p", "lib/node_modules/bun-watchdog"],
  ["npx", "h/.npm/_npx/0123/node_modules/bun-watchdog", null, "p", null],
  ["bunx", "tmp/bunx-0-bun-watchdog@latest/node_modules/bun-watchdog", null, "p", null],
  [
    "pnpm dlx",
    "c/pnpm/dlx-12/node_modules/.pnpm/bun-watchdog@0.1.0/node_modules/bun-watchdog",
    null,
    "p",
    null,
  ],
])("the package as %s has it", (_name, real, linked, root, lasting) => {
  const own = packageIn(real);
  if (linked !== null) link(linked, own);
  mkdirSync(join(top, root), { recursive: true });
  expect(lastingPackage(own, join(top, root))).toBe(lasting === null ? null : join(top, lasting));
});

test("a unit is refused that would start what npx has fetched for once", () => {
  const service = {
    path: join(top, "x.service"),
    package: packageIn("_npx/1/node_modules/bun-watchdog"),
    searched: "",
    bun: [],
  };
  const { edits } = systemdUnit({ root: top, manifest: "{}", isOurs: false, git: null }, service);
  expect(() => edits[0]?.add(null)).toThrow("Install bun-watchdog in the project");
});

test("a Bun of one version, or of a project, is not the one that a unit looks for", () => {
  for (const folder of ["p/node_modules/.bin", "mise/bun/1.4.5/bin", "shims"]) {
    mkdirSync(join(top, folder), { recursive: true });
    writeFileSync(join(top, folder, "bun"), "");
  }
  const path = ["p/node_modules/.bin", "mise/bun/1.4.5/bin", "none", "shims"]
    .map((name) => join(top, name))
    .join(":");
  expect(lastingFolderOfBun(`.:${path}`)).toBe(join(top, "shims"));
  expect(lastingFolderOfBun("/none")).toBeNull();
  expect(unitIn("p", path)).toContain(`Environment="PATH=${top}/shims:/usr/local/sbin`);
});
