import { expect, test } from "bun:test";
import { basename } from "node:path";
import { adHocApp } from "../../../../src/config/apps/load.ts";
import { ownUid } from "../../../../src/trust/open.ts";
import { scratch, type Scratch } from "../scratch.ts";
import { load, problemsOf } from "./loading.ts";

const server = { "src/server.ts": "export default {};" };

test("the seed's bunctl.json works as written", async () => {
  using files = scratch({
    ...server,
    "bunctl.json": {
      apps: [
        {
          name: "api",
          command: "bun run src/server.ts",
          cwd: "/app",
          env: { PORT: "3000", NODE_ENV: "production" },
          max_memory: 536870912,
          max_cpu_percent: 50,
          restart_policy: "always",
        },
      ],
    },
  });
  const { source, directory, apps, warnings } = await load(files);
  expect({ source, directory }).toEqual({ source: files.path("bunctl.json"), directory: files.root });
  expect(warnings).toMatchObject([{ key: "apps[0].cwd", message: "/app is no folder yet" }]);
  expect(apps).toEqual([
    {
      directory: files.root,
      name: "api",
      source: files.path("bunctl.json"),
      namespace: "default",
      argv: [expect.stringMatching(/\/bun(?:\.exe)?$/u), "run", "src/server.ts"],
      script: null,
      cwd: "/app",
      env: { PORT: "3000", NODE_ENV: "production" },
      reading: { environment: null, overrides: {}, fileMs: expect.any(Number) },
      shellEnv: expect.objectContaining({ PATH: process.env["PATH"] }),
      shellFilter: { all: false, containing: [], named: [] },
      instances: 1,
      execMode: "fork",
      instanceVariable: "NODE_APP_INSTANCE",
      incrementVariable: null,
      restart: {
        when: "always",
        stopExitCodes: [],
        minUptimeMs: 10_000,
        budget: 16,
        fixedDelayMs: null,
        backoff: { firstMs: 100, capMs: 15_000 },
      },
      limits: { memoryBytes: 536_870_912, cpuPercent: 50, threads: null },
      stop: { signal: "SIGTERM", graceMs: 10_000, byMessage: false, tree: true },
      readiness: { by: "start" },
      dependsOn: [],
      watch: null,
      cron: null,
      logs: {
        out: files.path("logs/api-out.log"),
        err: files.path("logs/api-err.log"),
        combined: null,
        merge: true,
        dateFormat: null,
        maxBytes: 10_485_760,
        daily: false,
        keep: 10,
        keepMs: null,
        compress: true,
      },
      pidFile: null,
      identity: { uid: null, gid: null, umask: null, noNewPrivileges: false, dropCapabilities: [] },
    },
  ]);
});

test("the seed's package.json works as written", async () => {
  using files = scratch({
    ...server,
    "package.json": {
      name: "myapp",
      scripts: { start: "bun run src/server.ts" },
      bunctl: { apps: [{ name: "myapp", command: "bun run start" }] },
    },
  });
  const { source, apps } = await load(files);
  expect(basename(source)).toBe("package.json");
  expect(apps.map(({ name, argv, cwd }) => [name, argv.slice(1), cwd])).toEqual([
    ["myapp", ["run", "start"], files.root],
  ]);
});

const app = (name: string) => ({ apps: [{ name, command: "true" }] });

test("the nearest folder that has a file is taken, and in it the first of the order", async () => {
  using files = scratch({
    ".git/HEAD": "",
    "bunctl.json": app("top"),
    "a/ecosystem.config.json": app("ecosystem"),
    "a/ecosystem.config.yaml": "apps: [{ name: yaml, command: 'true' }]",
    "a/b/package.json": { name: "not ours" },
    "a/c/package.json": { bunctl: app("package") },
    "a/d/ecosystem.config.yaml": "apps: [{ name: yaml, command: 'true' }]",
    "a/d/package.json": { bunctl: app("package") },
  });
  const found = async (cwd: string) => (await load(files, { cwd: files.path(cwd) })).apps[0]?.name;
  expect(await found(".")).toBe("top");
  expect(await found("a/b")).toBe("ecosystem");
  expect(await found("a/c")).toBe("package");
  expect(await found("a/d")).toBe("yaml");
  const named = await load(files, { cwd: files.path("a"), file: "d/package.json" });
  expect(named.apps[0]?.name).toBe("package");
});

test("without a file the message says what was looked for, and what to do", async () => {
  using files = scratch({ ".git/HEAD": "" });
  const [problem] = await problemsOf(files);
  expect(problem).toMatchObject({
    code: "not-found",
    message: expect.stringContaining("bunctl.json, ecosystem.config.js"),
    allowed: expect.stringContaining("bunctl init"),
  });
});

const adHoc = ({ root }: Scratch, given: Readonly<Record<string, unknown>>) =>
  adHocApp(given, { cwd: root, env: { PATH: process.env["PATH"] }, environment: null, uid: ownUid() });

test("an app needs no file: a script or a command, and the keys of a file as options", () => {
  using files = scratch(server);
  const { apps, directory, warnings } = adHoc(files, {
    script: "src/server.ts",
    name: "api",
    max_memory: "512000000",
    max_cpu_percent: "50",
    args: ["--port", "3000"],
  });
  expect({ directory, warnings }).toEqual({ directory: files.root, warnings: [] });
  expect(apps).toMatchObject([
    {
      name: "api",
      directory: files.root,
      source: null,
      script: files.path("src/server.ts"),
      cwd: files.root,
      limits: { memoryBytes: 512_000_000, cpuPercent: 50 },
      logs: { out: files.path("logs/api-out.log") },
    },
  ]);
  expect(apps[0]?.argv.slice(1)).toEqual([files.path("src/server.ts"), "--port", "3000"]);
  expect(adHoc(files, { script: "sleep 5" }).apps).toMatchObject([{ name: "sleep 5", script: null }]);
});

test.each<[given: Readonly<Record<string, unknown>>, message: RegExp]>([
  [{ script: "gone.ts" }, /^command line: script: "gone.ts" does not exist/],
  [{ script: "sleep 1 && sleep 2" }, /^command line: script: && is a chain of commands/],
  [{ script: "true", max_memory: "lots" }, /^command line: max_memory: "lots" is not a size/],
  [{ script: "true", instence: 1 }, /^command line: instence: is not a key that is known here/],
])("what is wrong on the command line is said: %j", (given, message) => {
  using files = scratch();
  expect(() => adHoc(files, given)).toThrow(message);
});

test("a file of variables that would never end is not waited for", async () => {
  using files = scratch({ "bunctl.json": { apps: [{ command: "true", env_file: "fifo" }] } });
  Bun.spawnSync(["mkfifo", files.path("fifo")]);
  expect(await problemsOf(files)).toMatchObject([
    { key: "apps[0].env_file", message: expect.stringContaining("is a named pipe") },
  ]);
});
