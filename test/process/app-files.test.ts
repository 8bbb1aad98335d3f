/** App files that are code, evaluated for real; the fixtures are modelled on public ones. */
import { describe, expect, test } from "bun:test";
import { chmodSync, chownSync, cpSync, existsSync, readdirSync } from "node:fs";
import { availableParallelism, homedir } from "node:os";
import { join, resolve } from "node:path";
import { evaluateAppFile } from "../../src/config/apps/evaluate.ts";
import { planImport } from "../../src/config/apps/from-ecosystem.ts";
import { writeInit } from "../../src/config/apps/init.ts";
import { type LoadedApps, loadApps } from "../../src/config/apps/load.ts";
import { ConfigError } from "../../src/config/schema/problem.ts";
import type { AppSpec } from "../../src/core/app/app-spec.ts";
import { openContainers } from "../../src/os/select-containers.ts";
import { ownUid } from "../../src/trust/open.ts";
import { readStat } from "../support/proc.ts";
import { until } from "../support/ready.ts";
import { needs, root } from "../support/skip.ts";
import { scratch, type Scratch } from "../unit/config/scratch.ts";

const FIXTURES = resolve(import.meta.dir, "../fixtures/ecosystem");
const bun = expect.stringMatching(/\/bun(?:\.exe)?$/u);
const at = (name: string): string => join(FIXTURES, name);

const containers = async () => openContainers();

const loadFixture = (file: string, environment: string | null = null): Promise<LoadedApps> =>
  loadApps({
    cwd: FIXTURES,
    home: homedir(),
    uid: ownUid(),
    env: process.env,
    file,
    environment,
    containers,
  });

type Part = Partial<{ readonly [Key in keyof AppSpec]: AppSpec[Key] | object | string }>;

const FILES: Readonly<Record<string, { readonly apps: readonly Part[]; readonly told?: readonly string[] }>> =
  {
    "01-short.config.js": {
      apps: [
        {
          name: "reports",
          argv: [bun, at("src/server.ts")],
          env: { NODE_ENV: "development" },
          execMode: "fork",
        },
      ],
    },
    "02-increment.config.js": {
      apps: [
        {
          name: "cluster-of-three",
          argv: [bun, "src/server.ts"],
          script: at("src/server.ts"),
          instances: 3,
          incrementVariable: "PORT",
          execMode: "fork",
          restart: { when: "no" },
          limits: { memoryBytes: 1_073_741_824 },
          logs: { out: at("three-out.log"), err: at("three-err.log"), merge: false },
        },
      ],
    },
    "03-prints.config.js": {
      apps: [
        {
          name: "ecosystem-resolver",
          env: { NODE_ENV: "development", SETTINGS: '{ "SHARED": "yes", "LEVEL": "info" }' },
        },
      ],
    },
    "04-logs.config.js": {
      apps: [
        {
          name: "hook_listener-js",
          execMode: "fork",
          watch: { paths: [FIXTURES] },
          logs: {
            out: null,
            err: join(homedir(), ".hooks/listener-error.log"),
            combined: join(homedir(), ".hooks/listener-all.log"),
            merge: true,
          },
        },
      ],
    },
    "05-bun-run-start.config.cjs": {
      apps: [
        {
          name: "pinger",
          argv: [bun, "run", "start"],
          script: null,
          restart: { when: "always", stopExitCodes: [0, 143] },
          logs: { out: at("logs/pm2.log"), dateFormat: "YYYY-MM-DD HH:mm:ss" },
        },
      ],
    },
    "06-esm.config.cjs": {
      apps: [
        {
          name: "parcels",
          argv: [bun, at("folder/start.js")],
          cwd: at("folder"),
          env: { PORT: "3000", NODE_ENV: "development" },
        },
      ],
    },
    "07-two-exports.config.mjs": { apps: [{ name: "catalogue", cwd: FIXTURES }], told: ["deploy"] },
    "08-bare.config.js": {
      apps: [{ name: "backend", env: { PATH: expect.stringContaining("/.bun/bin:") } }],
    },
    "10-folder.config.js": {
      apps: [
        {
          name: "Jasmine",
          argv: [bun, at("folder/start.js")],
          env: { PORT: "3000" },
          instances: availableParallelism(),
          execMode: "cluster",
        },
      ],
    },
    "11-process.json": {
      apps: [
        {
          name: "api-jdr",
          argv: [bun, "src/server.ts"],
          watch: { paths: [at("src")] },
          restart: { minUptimeMs: 20_000, stopExitCodes: [0] },
          stop: { graceMs: 3_500 },
          limits: { memoryBytes: null },
        },
      ],
      told: ["apps[0].max_memory_restert", "apps[0].instence", "apps[0].ignore_watch"],
    },
    "12-spread.config.js": {
      apps: [
        {
          name: "tower-feeds",
          argv: [bun, at("dist/gateway.js"), "--service", "feeds", "--title", "the feeds"],
          env: {
            SHARED: "yes",
            LEVEL: "debug",
            FEED: "https://example.org/feed?x=1",
            WORKERS: "2",
            NESTED: '{"a":[1]}',
          },
          limits: { memoryBytes: 750 * 1_048_576 },
          readiness: { by: "message", withinMs: 10_000 },
          restart: { budget: 5, backoff: { firstMs: 100 } },
        },
        { name: "tower-maps", env: { SHARED: "yes", LEVEL: "info", WORKERS: "2", NESTED: '{"a":[1]}' } },
      ],
      told: ["apps[0].onStart"],
    },
    "13-generated.config.cjs": {
      apps: [
        {
          name: "cms-1",
          env: { PORT: "9000" },
          argv: [bun, "--max-old-space-size=1024", at("dist/mailer.js")],
        },
        { name: "cms-2", env: { PORT: "9001" } },
      ],
      told: ["apps[0].node_args"],
    },
    "14-typed.config.ts": {
      apps: [
        { name: "typed-local", env: { SHARED: "yes", LEVEL: "info" } },
        {
          name: "typed-worker",
          dependsOn: ["typed-local"],
          env: { QUEUE_HOST: "localhost", QUEUE_PASSWORD: "s e c # r", QUEUE_PORT: "6379" },
        },
      ],
    },
    "16-process.yaml": {
      apps: [
        { name: "api", instances: 2, execMode: "cluster", env: { PORT: "3000", DEBUG: "true" } },
        { name: "worker", cron: "0 3 * * *", restart: { when: "no", stopExitCodes: [0, 78] } },
      ],
    },
    "18-seed.config.js": {
      apps: [
        {
          name: "api",
          argv: [bun, at("src/server.ts")],
          env: { PORT: "3000", NODE_ENV: "production" },
          limits: { memoryBytes: 512 * 1_048_576 },
        },
      ],
    },
    "17-www.config.js": {
      apps: [
        {
          name: "Atlas",
          argv: [bun, at("bin/www")],
          watch: {
            paths: [FIXTURES],
            ignore: expect.arrayContaining(["node_modules", "public", "data", at("log/atlas")]),
          },
          logs: { out: at("log/atlas"), err: at("log/atlas") },
        },
      ],
      told: ["deploy"],
    },
  };

describe("public ecosystem files", () => {
  test.each(Object.entries(FILES))("%s", async (file, { apps, told = [] }) => {
    const loaded = await loadFixture(file);
    expect(loaded.apps).toMatchObject(apps);
    expect(loaded.apps).toHaveLength(apps.length);
    expect(loaded.warnings.map(({ key }) => key)).toEqual([...told]);
    expect(loaded.apps.every(({ source, directory }) => source === at(file) && directory === FIXTURES)).toBe(
      true,
    );
  });

  test("each of them is shown", () => {
    const files = readdirSync(FIXTURES).filter((name) => /^\d\d-/u.test(name));
    expect(files.toSorted()).toEqual(
      [...Object.keys(FILES), "09-deploy-only.config.js", "15-large.config.js"].toSorted(),
    );
  });

  test("what a file prints is kept apart from what it declares", async () => {
    const { printed } = await loadFixture("03-prints.config.js");
    expect(printed).toContain("loaded! name='ecosystem-resolver'");
    expect(printed).toContain("this goes to standard error");
  });

  test("--env chooses", async () => {
    const [reports] = (await loadFixture("01-short.config.js", "production")).apps;
    expect(reports?.env).toEqual({ NODE_ENV: "production" });
    const towers = (await loadFixture("12-spread.config.js", "stable")).apps;
    expect(towers.map(({ name, env }) => [name, env["NODE_ENV"]])).toEqual([
      ["tower-feeds-stable", "stable"],
      ["tower-maps-stable", "stable"],
    ]);
  });

  test("a file of ten kilobytes", async () => {
    const { apps, warnings } = await loadFixture("15-large.config.js", "production");
    expect(apps).toHaveLength(10);
    expect(new Set(warnings.map(({ key }) => key.replace(/^.*\./u, "")))).toEqual(
      new Set(["deploy", "vizion", "pmx", "source_map_support"]),
    );
    expect(apps.find(({ name }) => name === "shop-search")).toMatchObject({
      instances: 2,
      incrementVariable: "PORT",
      instanceVariable: "SHARD",
      env: { SERVICE: "search", NODE_ENV: "production", PORT: "8050", QUEUE_PORT: "6379", LOG_LEVEL: "warn" },
      restart: { budget: 10, fixedDelayMs: 2_000, minUptimeMs: 5_000 },
      stop: { graceMs: 8_000 },
    });
    expect(apps.find(({ name }) => name === "shop-orders")).toMatchObject({
      readiness: { by: "message", withinMs: 15_000 },
      stop: { byMessage: true },
    });
    expect(apps.find(({ name }) => name === "shop-mailer")?.namespace).toBe("letters");
    expect(apps.find(({ name }) => name === "shop-clean")).toMatchObject({
      cron: "15 2 * * *",
      restart: { when: "no" },
    });
  });
});

const withoutSource = ({ apps }: LoadedApps) =>
  apps.map(({ source: _source, reading: _reading, ...app }) => app);

test.each([...Object.keys(FILES), "15-large.config.js"])(
  "%s as a bunctl.json starts the same",
  async (file) => {
    using files = scratch();
    cpSync(FIXTURES, files.root, { recursive: true });
    const options = {
      cwd: files.root,
      home: homedir(),
      uid: ownUid(),
      env: process.env,
      environment: "production",
      containers,
    };
    const before = await loadApps({ ...options, file });
    writeInit(await planImport({ ...options, file }), false, ownUid());
    const after = await loadApps({ ...options, file: null });
    expect(after.source).toBe(files.path("bunctl.json"));
    expect(withoutSource(after)).toEqual(withoutSource(before));
  },
);

async function refused(act: Promise<unknown>): Promise<string> {
  try {
    await act;
  } catch (error) {
    if (error instanceof ConfigError) return error.format();
    throw error;
  }
  throw new Error("it was accepted");
}

test("a file that only deploys is named as such", async () => {
  const said = await refused(loadFixture("09-deploy-only.config.js"));
  expect(said).toContain("declares no app");
  expect(said).toContain("keep pm2 deploy");
});

const evaluated = (path: string, limitMs = 10_000): Promise<unknown> =>
  evaluateAppFile(path, { env: process.env, containers, limitMs }).then(({ value }) => value);

test.each<[what: string, file: string, code: string, message: RegExp]>([
  [
    "throws",
    "a.config.ts",
    "const a: number = 1;\nthrow new TypeError(`no ${a}`);",
    /line 2.*TypeError: no 1/,
  ],
  ["throws what is no error", "a.config.js", "throw { code: 5 };", /code: 5/],
  ["rejects", "a.config.mjs", "export default Promise.reject(new Error('late'));", /Error: late/],
  ["does not parse", "a.config.js", "module.exports = {\n  apps: [ 'a' 'b' ]\n}", /line 2.*Expected/],
  [
    "asks for what is not installed",
    "a.config.js",
    "require('no-such-package-of-ours');",
    /Cannot find module 'no-such-package-of-ours'/,
  ],
  [
    "ends itself",
    "a.config.js",
    "console.error('why'); process.exit(3);",
    /exit code 3 before it had said anything; it said: why/,
  ],
  ["is killed", "a.config.js", "process.kill(process.pid, 'SIGKILL');", /ended by SIGKILL/],
  [
    "contains itself",
    "a.config.js",
    "const a = { apps: [] }; a.apps.push(a); module.exports = a;",
    /apps\[0\].* contains itself|contains itself/,
  ],
  [
    "is too deep",
    "a.config.js",
    "let a = {}; for (let i = 0; i < 50; i++) a = { a }; module.exports = a;",
    /nested more than 32/,
  ],
  [
    "has too many entries",
    "a.config.js",
    "module.exports = { apps: new Array(1e6).fill(0) };",
    /1000000 entries/,
  ],
  [
    "has too many characters",
    "a.config.js",
    "module.exports = { apps: ['x'.repeat(5e6)] };",
    /more than 2000000 characters/,
  ],
  [
    "throws where it is read",
    "a.config.js",
    "module.exports = { get apps() { throw new Error('hidden'); } };",
    /Error: hidden/,
  ],
  [
    "breaks what it runs in",
    "a.config.js",
    "JSON.stringify = () => { throw 1; }; module.exports = {};",
    /before it had said anything/,
  ],
])("a file that %s is refused, and says where", async (_what, file, code, message) => {
  using files = scratch({ [file]: code });
  const said = await refused(evaluated(files.path(file)));
  expect(said).toMatch(message);
  expect(said).toStartWith(files.path(file));
});

test.each<[what: string, code: string]>([
  ["for ever", "while (true) {}"],
  ["for a promise", "module.exports = new Promise(() => {});"],
])("a file that waits %s is ended", async (_what, code) => {
  using files = scratch({ "a.config.js": code });
  expect(await refused(evaluated(files.path("a.config.js"), 1_000))).toContain("did not end within 1 s");
});

test("nothing that a file starts is left, and what holds its output is not waited for", async () => {
  using files = scratch({
    "a.config.js": `
      const { spawn } = require("node:child_process");
      const child = spawn("sh", ["-c", "echo $$ > new; mv new pid; exec sleep 1000"], { detached: true, stdio: ["ignore", "inherit", "inherit"] });
      child.unref();
      while (!require("node:fs").existsSync("pid")) Bun.sleepSync(5);
      module.exports = { apps: [] };`,
  });
  expect(await evaluated(files.path("a.config.js"))).toEqual({ apps: [] });
  expect(existsSync(files.path("pid"))).toBe(true);
  const pid = Number(await Bun.file(files.path("pid")).text());
  // it was killed; whoever is to reap it may not have done so yet
  expect(pid).toBeGreaterThan(1);
  expect(await until(() => ["Z", undefined].includes(readStat(pid)?.state))).toBe(true);
});

test("what comes back is data: names that objects have, functions, patterns and dates harm nobody", async () => {
  using files = scratch({
    "a.config.js": `module.exports = {
      apps: [{ ["__proto__"]: { polluted: 1 }, constructor: "x", run() {}, at: new Date(0), ignore: [/b/, "a"], big: 10n, no: undefined, nan: NaN }],
    };`,
  });
  const { value, dropped } = await evaluateAppFile(files.path("a.config.js"), {
    env: process.env,
    containers,
  });
  expect(JSON.stringify(value)).toBe(
    '{"apps":[{"__proto__":{"polluted":1},"constructor":"x","at":"1970-01-01T00:00:00.000Z","ignore":["a"],"big":"10","nan":"NaN"}]}',
  );
  expect(dropped).toEqual(["apps[0].run a function", "apps[0].ignore[0] a regular expression"]);
  expect(Object.keys(Object.prototype)).toEqual([]);
});

test("what is no data is told of, with its place", async () => {
  using files = scratch({
    "ecosystem.config.js": `module.exports = { apps: [{ script: "true", watch: true, ignore_watch: [/x/, "y"], env: { ...process.env, F() {} } }] };`,
  });
  const { apps, warnings } = await loadApps({
    cwd: files.root,
    home: homedir(),
    uid: ownUid(),
    env: { PATH: process.env["PATH"], HERE: "1" },
    file: null,
    containers,
  });
  expect(warnings.map(({ key, message }) => [key, message])).toEqual([
    ["apps[0].ignore_watch[0]", "is a regular expression, which is no data, and is passed over"],
    ["apps[0].env.F", "is a function, which is no data, and is passed over"],
  ]);
  expect(apps[0]?.watch?.ignore).toContain("y");
  // what the evaluation itself runs with is no app's
  expect(Object.keys(apps[0]?.env ?? {}).filter((name) => name.startsWith("BUN_WATCHDOG_"))).toEqual([]);
  expect(apps[0]?.env).toMatchObject({ HERE: "1" });
});

test("the file is evaluated in its own folder, with the shell's variables and none of a .env file", async () => {
  using files = scratch({
    ".env": "FROM_FILE=1",
    "bunfig.toml": 'preload = ["./evil.ts"]',
    "evil.ts": "globalThis.evil = 1;",
    "a.config.js":
      "module.exports = { apps: [process.cwd(), __dirname, process.env.FROM_FILE ?? null, globalThis.evil ?? null, process.argv.slice(1)] };",
  });
  expect(await evaluated(files.path("a.config.js"))).toEqual({
    apps: [files.root, files.root, null, null, [files.path("a.config.js")]],
  });
});

/** An account that is neither root nor this one. */
const [STRANGER, US] = [65_533, 65_534];

const loadAs = (files: Scratch, uid: number, file: string | null): Promise<LoadedApps> =>
  loadApps({ cwd: files.root, home: "/", uid, env: process.env, file, containers });

needs(root)(
  "code of another account is evaluated for nobody; data only where it is named, and with a warning",
  async () => {
    using files = scratch({
      "ecosystem.config.js":
        "require('node:fs').writeFileSync('ran', ''); module.exports = { name: 'a', script: 'true' };",
      "process.json": { apps: [{ name: "a", script: "true" }] },
    });
    for (const name of [".", "ecosystem.config.js", "process.json"])
      chownSync(files.path(name), STRANGER, STRANGER);
    expect(await refused(loadAs(files, US, null))).toContain(`uid ${STRANGER}`);
    expect(await refused(loadAs(files, US, "ecosystem.config.js"))).toContain("is code");
    // root follows nothing that another account could exchange, named or not
    expect(await refused(loadAs(files, 0, "ecosystem.config.js"))).toContain("is not followed by root");
    expect(await refused(loadAs(files, 0, "process.json"))).toContain("is not followed by root");
    expect(existsSync(files.path("ran"))).toBe(false);
    const { apps, warnings } = await loadAs(files, US, "process.json");
    expect(apps).toHaveLength(1);
    expect(warnings[0]?.message).toContain(`belongs to uid ${STRANGER}`);
  },
);

needs(root)("a file that others may write is read where it is named", async () => {
  using files = scratch({ "bunctl.json": { name: "a", command: "true" } });
  for (const name of [".", "bunctl.json"]) chownSync(files.path(name), US, US);
  chmodSync(files.path("bunctl.json"), 0o666);
  const said = await refused(loadAs(files, US, null));
  expect(said).toContain("may be written by every account");
  expect(said).toContain("--config bunctl.json");
  expect((await loadAs(files, US, "bunctl.json")).apps).toHaveLength(1);
});

needs(root)("only root runs an app as somebody else", async () => {
  using files = scratch({ "bunctl.json": { apps: [{ name: "a", command: "true", uid: "root" }] } });
  expect(await refused(loadAs(files, 0, null).then(() => loadAs(files, US, null)))).toContain(
    "only root can run an app as another account",
  );
  using others = scratch({
    "bunctl.json": { apps: [{ name: "a", command: "true", user: String(US), gid: "root" }] },
  });
  const [app] = (await loadAs(others, 0, null)).apps;
  expect(app?.identity).toMatchObject({ uid: US, gid: 0 });
  expect(app?.env["HOME"]).toStartWith("/");
});

const descriptorsOpen = (): number => readdirSync("/proc/self/fd").length;

/** The error with which it fails. */
const failing = (): Promise<unknown> =>
  evaluateAppFile("/nowhere.ts", {
    containers: () => Promise.reject(new Error("no container can be had")),
    env: {},
  }).catch((error: unknown) => error);

test("where a file cannot be evaluated, no descriptor stays open", async () => {
  expect(await failing()).toMatchObject({ message: "no container can be had" });
  const before = descriptorsOpen();
  for (let times = 0; times < 5; times++) await failing();
  expect(descriptorsOpen()).toBe(before);
});
