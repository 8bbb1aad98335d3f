/** What is published: built programs and what goes with them, without sources; and it runs where it is installed like that. */
import { afterAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { LIBRARIES, PROGRAMS } from "../../build/programs.ts";
import manifest from "../../package.json" with { type: "json" };
import { repository } from "../support/launch.ts";
import { needs, pidNamespace } from "../support/skip.ts";

const base = mkdtempSync(join(tmpdir(), "bun-watchdog-package-"));
afterAll(() => rmSync(base, { recursive: true }));

const installed = join(base, "node_modules/bun-watchdog");
mkdirSync(installed, { recursive: true });
const packed = Bun.spawnSync(
  [process.execPath, "pm", "pack", "--ignore-scripts", "--gzip-level=0", "--destination", base],
  { cwd: repository },
);
Bun.spawnSync(["sh", "-c", `tar -xzf "$1"/*.tgz --strip-components=1 -C "$2"`, "sh", base, installed]);
const files = [...new Bun.Glob("**").scanSync({ cwd: installed, dot: true })].toSorted();

test("it can be packed", () => {
  expect([packed.exitCode, packed.stderr.toString()]).toEqual([0, ""]);
});

test("everything in it is there for somebody who uses it", () => {
  const USED =
    /^(?:bin\/[a-z-]+|dist\/(?:[\w-]+\.js(?:\.jsc)?|LICENSES\.txt|page\/[\w.-]+)|config\/[\w./-]+|docs\/[\w./-]+|examples\/[\w./-]+|action\.yml|package\.json|(?:README|ARCHITECTURE|CHANGELOG)\.md|LICENSE)$/u;
  expect(files.filter((file) => !USED.test(file))).toEqual([]);
});

test("no folder that people write into is published as a whole: it may hold an .env, or notes", () => {
  const written = manifest.files.filter((entry) => /^(?:config|docs|examples)/u.test(entry));
  expect(written.filter((entry) => !/\/\*\.(?:json|ts|yml|md|txt|webp)$/u.test(entry))).toEqual([]);
});

test("every program, library, page and launcher is in it, and what they read", () => {
  const wanted = [
    ...Object.values(manifest.bin),
    ...Object.entries(PROGRAMS).flatMap(([name, { parts = [] }]) =>
      [name, ...parts].flatMap((file) => [`dist/${file}.js`, `dist/${file}.js.jsc`]),
    ),
    ...Object.keys(LIBRARIES).flatMap((name) => [`dist/${name}.js`, `config/${name}.d.ts`]),
    "dist/page/index.html",
    "config/bun-process-config.schema.json",
    "config/openapi.json",
    "examples/demo/leak.ts",
    "action.yml",
    "LICENSE",
  ];
  expect(wanted.filter((file) => !files.includes(file))).toEqual([]);
});

test("publint has nothing to say", async () => {
  const { messages } = await publint({ pkgDir: installed, pack: false, strict: true });
  expect(messages.map((message) => formatMessage(message, manifest))).toEqual([]);
});

const RUNS = `
const bin = (name, ...args) => {
  const { exitCode, stdout, stderr } = Bun.spawnSync(["node_modules/bun-watchdog/bin/" + name, ...args]);
  return [exitCode, stdout.toString() + stderr.toString()];
};
const look = (text) => JSON.parse(text).schemaVersion;
const [setUp, setup] = bin("bun-watchdog", "setup", "--json");
const [looked, status] = bin("bun-watchdog", "status", "--json");
const [watched, monitor] = bin("bun-watchdog", "monitor", "--once");
const [cleaned, cleanup] = bin("bun-watchdog", "cleanup", "--dry-run");
const logged = bin("bun-watchdog", "logs");
console.log(JSON.stringify({
  setup: [setUp, look(setup)], status: [looked, look(status)], cleanup: [cleaned, cleanup.trim()],
  monitor: [watched, monitor.includes("bun-watchdog")], logs: [logged[0], logged[1].includes("monitor started"), logged[1].includes("cannot be")],
  wrapper: bin("bun-wrapper", "-e", "console.log(1)"),
  bunctl: bin("bunctl", "list", "--json")[0],
  isolate: bin("bun-isolate", "test", "--json", "./a.test.ts")[0],
  demo: bin("bun-watchdog", "demo", "--help")[0],
}));
`;

needs(pidNamespace)("it runs where it is installed", () => {
  for (const name of ["bun", ...Object.keys(manifest.dependencies)])
    symlinkSync(join(repository, "node_modules", name), join(base, "node_modules", name));
  writeFileSync(join(base, "package.json"), '{ "name": "shop" }\n');
  writeFileSync(join(base, "a.test.ts"), 'import { test } from "bun:test";\ntest("a", () => {});\n');
  const inside = ["unshare", "--fork", "--pid", "--mount-proc", "--kill-child", process.execPath, "-e", RUNS];
  const { stdout, stderr } = Bun.spawnSync(inside, {
    cwd: base,
    env: {
      HOME: base,
      XDG_STATE_HOME: join(base, "state"),
      PATH: "/usr/bin:/bin",
    },
  });
  expect(stderr.toString()).toBe("");
  expect(JSON.parse(stdout.toString())).toEqual({
    setup: [0, 1],
    status: [0, 1],
    cleanup: [0, "Nothing is over a limit."],
    monitor: [0, true],
    logs: [0, true, false],
    wrapper: [0, "1\n"],
    bunctl: 0,
    isolate: 0,
    demo: 0,
  });
});
