import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { type InitOptions, planInit, writeInit } from "../../../../src/config/apps/init.ts";
import { UsageError } from "../../../../src/text/errors.ts";
import { ownUid } from "../../../../src/trust/open.ts";
import { type Scratch, scratch } from "../scratch.ts";
import { load } from "./loading.ts";

const plan = ({ root }: Scratch, options: Omit<InitOptions, "directory"> = {}) =>
  planInit({ directory: root, ...options });

test("the seed's example: name, entry, port, memory and CPU", async () => {
  using files = scratch({ "src/server.ts": "" });
  const planned = plan(files, {
    name: "myapp",
    entry: "src/server.ts",
    port: "3000",
    memory: "1G",
    cpu: "75",
  });
  expect(planned.path).toBe(files.path("bunctl.json"));
  expect(JSON.parse(planned.text)).toEqual({
    apps: [
      {
        name: "myapp",
        command: "bun run src/server.ts",
        env: { PORT: "3000" },
        max_memory: 1_073_741_824,
        max_cpu_percent: 75,
        restart_policy: "always",
      },
    ],
  });
  writeInit(planned, false, ownUid());
  const { apps, warnings } = await load(files);
  expect(warnings).toEqual([]);
  expect(apps).toMatchObject([
    { name: "myapp", limits: { memoryBytes: 1_073_741_824, cpuPercent: 75 }, env: { PORT: "3000" } },
  ]);
});

describe("the entry is found", () => {
  test.each<[what: string, files: Readonly<Record<string, unknown>>, runs: string, from: string]>([
    [
      "main",
      { "package.json": { main: "lib/a.js", scripts: { start: "x" } }, "lib/a.js": "", "server.ts": "" },
      "bun run lib/a.js",
      "main of package.json",
    ],
    [
      "module",
      { "package.json": { main: "dist/gone.js", module: "index.ts" }, "index.ts": "" },
      "bun run index.ts",
      "module",
    ],
    [
      "start, by a tool",
      { "package.json": { scripts: { start: "next start" } }, "server.ts": "" },
      "bun run start",
      "scripts.start",
    ],
    [
      "start, by a shell",
      { "package.json": { scripts: { start: "A=1 bun x.ts && y" } } },
      "bun run start",
      "scripts.start",
    ],
    [
      "start, by Bun itself",
      { "package.json": { scripts: { start: "bun run src/a.ts --port 1" } } },
      "bun run src/a.ts --port 1",
      "scripts.start",
    ],
    ["src/server.ts", { "src/server.ts": "", "index.ts": "" }, "bun run src/server.ts", "found"],
    ["index.ts", { "index.ts": "", "app.js": "" }, "bun run index.ts", "found"],
    ["a broken package.json", { "package.json": "{", "main.js": "" }, "bun run main.js", "found"],
    [
      "an odd name",
      { "package.json": { main: "my it's.ts" }, "my it's.ts": "" },
      "bun run 'my it'\\''s.ts'",
      "main",
    ],
  ])("%s", async (_what, contents, runs, from) => {
    using files = scratch(contents);
    const planned = plan(files);
    expect(JSON.parse(planned.text)).toMatchObject({ apps: [{ command: runs }] });
    expect(planned.notes[0]).toContain(from);
    writeInit(planned, false, ownUid());
    expect((await load(files)).apps).toHaveLength(1);
  });

  test("what is no JavaScript is a script", async () => {
    using files = scratch({ "run.py": "" });
    expect(JSON.parse(plan(files, { entry: "run.py" }).text)).toMatchObject({ apps: [{ script: "run.py" }] });
  });

  test.each<[options: Omit<InitOptions, "directory">, message: RegExp]>([
    [{}, /No entry was found.*--entry <file>/],
    [{ entry: "gone.ts" }, /--entry gone.ts: there is no such file/],
  ])("%j", (options, message) => {
    using files = scratch({});
    expect(() => plan(files, options)).toThrow(message);
  });
});

test.each<[files: object, options: Omit<InitOptions, "directory">, name: string]>([
  [{ "package.json": { name: "@shop/api" } }, {}, "api"],
  [{ "package.json": { name: "plain" } }, {}, "plain"],
  [{ "package.json": { name: "plain" } }, { name: "own" }, "own"],
])("the name: %j %j", (contents, options, name) => {
  using files = scratch({ "index.ts": "", ...contents });
  expect(JSON.parse(plan(files, options).text)).toMatchObject({ apps: [{ name }] });
});

test.each<[options: Omit<InitOptions, "directory">, message: string]>([
  [{ memory: "lots" }, "--memory lots: is not a size"],
  [{ memory: "512" }, "--memory 512: is 512 bytes"],
  [{ cpu: "0" }, "--cpu 0: is less than 1"],
  [{ port: "http" }, "--port http: is not a number"],
  [{ name: "a\nb" }, "contains control characters"],
])("%j is refused", (options, message) => {
  using files = scratch({ "index.ts": "" });
  expect(() => plan(files, options)).toThrow(message);
});

test("what is there is left alone, unless --force", () => {
  using files = scratch({ "index.ts": "", "bunctl.json": "mine" });
  const planned = plan(files);
  expect(() => writeInit(planned, false, ownUid())).toThrow(UsageError);
  expect(readFileSync(planned.path, "utf8")).toBe("mine");
  writeInit(planned, true, ownUid());
  expect(readFileSync(planned.path, "utf8")).toBe(planned.text);
});

test("which file stands above the other is said", () => {
  using files = scratch({ "index.ts": "", "ecosystem.config.js": "", "bunctl.json": "" });
  expect(plan(files).notes).toContain("bunctl.json stands above ecosystem.config.js from now on");
  expect(plan(files, { ecosystem: true }).notes).toContainEqual(
    expect.stringContaining("bunctl.json is there, and stands above ecosystem.config.js"),
  );
});

test("with the schema where the package is installed", () => {
  using files = scratch({ "index.ts": "", "node_modules/bun-watchdog/config/bunctl.schema.json": "{}" });
  expect(JSON.parse(plan(files).text)).toMatchObject({
    $schema: "./node_modules/bun-watchdog/config/bunctl.schema.json",
  });
});

test.each<[type: string, file: string]>([
  ["commonjs", "ecosystem.config.js"],
  ["module", "ecosystem.config.cjs"],
])("an ecosystem file in a package of type %s", (type, file) => {
  using files = scratch({ "src/it's.ts": "", "package.json": { type } });
  const planned = plan(files, {
    ecosystem: true,
    name: "it's",
    entry: "src/it's.ts",
    memory: "512M",
    cpu: 50,
    port: 3000,
  });
  expect(planned.path).toBe(files.path(file));
  expect(planned.text).toBe(`module.exports = {
  apps: [{
    name: 'it\\'s',
    script: 'src/it\\'s.ts',
    interpreter: 'bun',
    instances: 1,
    autorestart: true,
    watch: false,
    max_memory_restart: '512M',
    max_cpu_percent: 50, // bunctl's own: PM2 has no limit of CPU
    env: {
      PORT: 3000,
      NODE_ENV: 'production',
    },
  }],
};
`);
});
