/** `bunctl init`, `config check` and `export`, as a person uses them. */
import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { ownCommand } from "../../src/trust/own-bun.ts";
import { scratch, type Scratch } from "../unit/config/scratch.ts";

const SCRIPT = resolve(import.meta.dir, "../../scripts/bunctl.ts");

function bunctl({ root }: Scratch, ...words: readonly string[]) {
  const { stdout, stderr, exitCode } = Bun.spawnSync(ownCommand(SCRIPT, ...words), { cwd: root });
  return { out: stdout.toString(), err: stderr.toString(), exitCode };
}

const project = (): Scratch => scratch({ ".git/x": "", "src/server.ts": "" });

test("the seed's commands: a file is made, is fine, and goes to other tools", () => {
  using files = project();
  const made = bunctl(
    files,
    "init",
    "--name",
    "myapp",
    "--entry",
    "src/server.ts",
    "--port",
    "3000",
    "--memory",
    "1G",
    "--cpu",
    "75",
  );
  expect(made).toMatchObject({
    exitCode: 0,
    err: "",
    out: expect.stringContaining(`${files.path("bunctl.json")} is written.`),
  });
  expect(bunctl(files, "config", "check")).toMatchObject({
    exitCode: 0,
    out: expect.stringContaining("is fine: myapp"),
  });
  const checked: unknown = JSON.parse(bunctl(files, "config", "check", "--json").out);
  expect(JSON.stringify(checked)).not.toContain("shellEnv");
  expect(checked).toMatchObject({
    source: files.path("bunctl.json"),
    apps: [{ name: "myapp", limits: { cpuPercent: 75 } }],
  });
  expect(bunctl(files, "export", "systemd").out).toContain("MemoryMax=1073741824\nCPUQuota=75%\n");
  expect(bunctl(files, "export", "compose").out).toContain('memory: "1073741824b"');
  expect(bunctl(files, "export", "kubernetes").out).toContain('cpu: "750m"');
  expect(bunctl(files, "export", "compose", "--to", "out").out.trim()).toBe(files.path("out/compose.yaml"));
  expect(existsSync(files.path("out/compose.yaml"))).toBe(true);
  const again = bunctl(files, "export", "compose", "--to", "out");
  expect(again).toMatchObject({ exitCode: 2, err: expect.stringContaining("--force") });
});

test("a second init overwrites nothing", () => {
  using files = project();
  expect(bunctl(files, "init").exitCode).toBe(0);
  expect(bunctl(files, "init")).toMatchObject({
    exitCode: 2,
    err: expect.stringContaining("was left alone"),
  });
  expect(bunctl(files, "init", "--force").exitCode).toBe(0);
});

test("PM2's file is made, and made into ours", () => {
  using files = project();
  expect(bunctl(files, "init", "--name", "myapp", "--ecosystem").exitCode).toBe(0);
  const imported = bunctl(files, "init", "--from-ecosystem", "ecosystem.config.js");
  expect(imported).toMatchObject({
    exitCode: 0,
    out: expect.stringContaining("bunctl.json stands above ecosystem.config.js"),
  });
  expect(bunctl(files, "config", "check").out).toContain(`${files.path("bunctl.json")} is fine: myapp`);
  const mixed = bunctl(files, "init", "--from-ecosystem", "ecosystem.config.js", "--port", "1", "--force");
  expect(mixed).toMatchObject({ exitCode: 2, err: expect.stringContaining("leave --port out") });
});

test("what is wrong with a file is shown where it stands, and exits with 2", () => {
  using files = project();
  files.write("bunctl.json", '{\n  "apps": [{ "name": "a", "command": "bun a.ts && bun b.ts" }]\n}\n');
  const { exitCode, err } = bunctl(files, "config", "check");
  expect(exitCode).toBe(2);
  expect(err).toContain(`${files.path("bunctl.json")}:2:38: apps[0].command: && is a chain of commands`);
  expect(err).toContain("^^^");
  expect(err).toContain("bun run <name>");
});
