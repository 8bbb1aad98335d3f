import { describe, expect, test } from "bun:test";
import { chmodSync, chownSync, mkdirSync, statSync, symlinkSync } from "node:fs";
import { type LoadOptions, type Loaded, loadConfig } from "../../../src/config/load.ts";
import { ConfigError, headline } from "../../../src/config/schema/problem.ts";
import { needs, root } from "../../support/skip.ts";
import { type Scratch, scratch } from "./scratch.ts";

const KIRO = ".kiro/bun-process-config.json";
const USER = "home/.config/bun-watchdog/config.json";

/** The project is `repo/`, the home `home/`. */
const load = (at: Scratch, cwd = "repo", options: Partial<LoadOptions> = {}): Promise<Loaded> =>
  loadConfig({
    cwd: at.path(cwd),
    env: {},
    uid: process.getuid?.() ?? null,
    home: at.path("home"),
    ...options,
  });

const failure = async (loading: Promise<unknown>): Promise<ConfigError> => {
  const error: unknown = await loading.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof ConfigError) return error;
  throw new Error(`expected a ConfigError, got ${String(error)}`);
};

describe("where it is found", () => {
  test("no file at all: the defaults, and only observing", async () => {
    using at = scratch({ "repo/.git/HEAD": "", "repo/a/b/x": "" });
    const { settings, path, projectRoot, files, sources, policy } = await load(at, "repo/a/b");
    expect([path, projectRoot, files]).toEqual([null, at.path("repo"), []]);
    expect([settings.mode, policy.mode, sources.get("mode")?.kind]).toEqual([
      "observe",
      "observe",
      "no-file",
    ]);
    expect(settings.maxConcurrentProcesses).toBe(3);
  });

  test("upward to the repository's root, and no further", async () => {
    using at = scratch({
      [KIRO]: { armTicks: 9 },
      "repo/.git/HEAD": "",
      [`repo/${KIRO}`]: { armTicks: 5 },
      "repo/a/x": "",
    });
    const found = await load(at, "repo/a");
    expect([found.path, found.projectRoot, found.settings.armTicks]).toEqual([
      at.path(`repo/${KIRO}`),
      at.path("repo"),
      5,
    ]);
    expect(found.settings.mode).toBe("enforce");
    expect(found.logDirectory).toBe(at.path("repo/.kiro/logs"));
    using other = scratch({ [KIRO]: { armTicks: 9 }, "repo/.git/HEAD": "" });
    const bare = await load(other);
    expect(bare.path).toBeNull();
    // nothing is put into a folder that nobody has set up
    expect(bare.logDirectory).toMatch(/\/bun-watchdog\/repo-\w+\/logs$/);
  });

  test.each([
    [".bun-watchdogrc", '{ "armTicks": 7 } // mine'],
    [".bun-watchdogrc", "armTicks: 7"],
    [".bun-watchdogrc.json", '{ "armTicks": 7, }'],
    [".bun-watchdogrc.yaml", "armTicks: 7"],
    [".bun-watchdogrc.yml", "armTicks: 7"],
    ["package.json", '{ "name": "x", "bunWatchdog": { "armTicks": 7 } }'],
  ])("%s: %s", async (name, text) => {
    using at = scratch({
      "repo/.git/HEAD": "",
      [`repo/${name}`]: text,
      "repo/a/package.json": '{ "name": "a" }',
    });
    const { path, settings, projectRoot } = await load(at, "repo/a");
    expect([path, settings.armTicks, projectRoot]).toEqual([at.path(`repo/${name}`), 7, at.path("repo")]);
  });

  test("code is never a configuration, nor is cosmiconfig configured by the checkout", async () => {
    const trap = 'require("node:fs").writeFileSync(`${__dirname}/ran`, "")';
    using at = scratch({
      "repo/.bun-watchdogrc.js": trap,
      "repo/.config/config.js": trap,
      "repo/.bun-watchdogrc.yaml": '$import: "./.bun-watchdogrc.js"\n',
    });
    const before = process.cwd();
    process.chdir(at.path("repo"));
    try {
      const { problems } = await failure(load(at));
      expect(problems.map(({ key }) => key)).toEqual(["$import"]);
    } finally {
      process.chdir(before);
    }
    expect([
      await Bun.file(at.path("repo/ran")).exists(),
      await Bun.file(at.path("repo/.config/ran")).exists(),
    ]).toEqual([false, false]);
  });

  test(".kiro comes before the others, and what is passed over is named", async () => {
    using at = scratch({
      "repo/.git/HEAD": "",
      [`repo/${KIRO}`]: { armTicks: 5 },
      "repo/a/.bun-watchdogrc": "armTicks: 6",
    });
    const { settings, warnings } = await load(at, "repo/a");
    expect(settings.armTicks).toBe(5);
    expect(warnings).toEqual([
      `${at.path("repo/a/.bun-watchdogrc")} is not used: ${at.path(`repo/${KIRO}`)} comes first.`,
    ]);
  });

  test("--config: that file, relative to cwd; a missing one is an error", async () => {
    using at = scratch({ [`repo/${KIRO}`]: { armTicks: 5 }, "repo/ci.json": { armTicks: 6 } });
    expect((await load(at, "repo", { file: "ci.json" })).settings.armTicks).toBe(6);
    const { problems } = await failure(load(at, "repo", { file: "none.json" }));
    expect(problems.map(headline)).toEqual([`${at.path("repo/none.json")}: does not exist`]);
  });
});

describe("what is laid over what", () => {
  test("user-level file < project < environment < flags, each value with its source", async () => {
    using at = scratch({
      [USER]: { armTicks: 1, killGraceMs: 1, cpuHoldMs: 100, monitoringIntervalMs: 50, protect: ["mine"] },
      [`repo/${KIRO}`]: { killGraceMs: 2, cpuHoldMs: 200, monitoringIntervalMs: 60, protect: ["theirs"] },
    });
    const { settings, sources, files } = await load(at, "repo", {
      env: { BUN_WATCHDOG_CPU_HOLD_MS: "300", BUN_WATCHDOG_MONITORING_INTERVAL_MS: "70" },
      flags: { monitoringIntervalMs: 80, mode: undefined },
    });
    expect(settings).toMatchObject({ armTicks: 1, killGraceMs: 2, cpuHoldMs: 300, monitoringIntervalMs: 80 });
    expect(settings.protect).toEqual(["mine", "theirs"]);
    expect(files).toEqual([at.path(`repo/${KIRO}`), at.path(USER)]);
    const where = (key: string): string | undefined => sources.get(key)?.where;
    expect([where("armTicks"), where("killGraceMs"), where("cpuHoldMs")]).toEqual([
      at.path(USER),
      at.path(`repo/${KIRO}`),
      "BUN_WATCHDOG_CPU_HOLD_MS",
    ]);
    expect([where("monitoringIntervalMs"), where("protect[0]"), where("protect[1]")]).toEqual([
      "--monitoring-interval-ms",
      at.path(USER),
      at.path(`repo/${KIRO}`),
    ]);
  });

  test("logging is laid over key by key", async () => {
    using at = scratch({
      [USER]: { logging: { maxDays: 3 } },
      [`repo/${KIRO}`]: { logging: { level: "debug" } },
    });
    expect((await load(at)).settings.logging).toEqual({
      directory: ".kiro/logs",
      level: "debug",
      maxDays: 3,
    });
  });

  test("variables and flags are judged like the file, and named; all problems come at once", async () => {
    using at = scratch({ [USER]: { armTicks: -1 }, [`repo/${KIRO}`]: { mode: "kill" } });
    const { problems } = await failure(
      load(at, "repo", { env: { BUN_WATCHDOG_KILL_GRACE_MS: "soon" }, flags: { cpuHoldMs: -3 } }),
    );
    expect(problems.map(headline)).toEqual([
      `${at.path(USER)}:1:13: armTicks: -1 must be at least 0`,
      `${at.path(`repo/${KIRO}`)}:1:9: mode: "kill" is not one of the words that are known here`,
      'BUN_WATCHDOG_KILL_GRACE_MS: killGraceMs: "soon" is not a number',
      "--cpu-hold-ms: cpuHoldMs: -3 must be at least 100",
    ]);
  });

  test("scope machine and enforceCompiled: the user's file and flags may, a project's file and variables may not", async () => {
    const wide = { scope: "machine", enforceCompiled: true };
    using user = scratch({ [USER]: wide, "repo/x": "" });
    expect((await load(user)).policy).toMatchObject({
      scope: "machine",
      enforceCompiled: true,
      mode: "enforce",
    });
    using project = scratch({ [`repo/${KIRO}`]: wide });
    expect((await failure(load(project))).problems.map(({ code, key }) => [code, key])).toEqual([
      ["not-allowed-here", "scope"],
      ["not-allowed-here", "enforceCompiled"],
    ]);
    using none = scratch({ "repo/x": "" });
    expect((await load(none, "repo", { flags: { scope: "machine" } })).policy.scope).toBe("machine");
    const env = { BUN_WATCHDOG_SCOPE: "machine", BUN_WATCHDOG_ENFORCE_COMPILED: "true" };
    expect((await failure(load(none, "repo", { env }))).problems.map(({ source }) => source)).toEqual(
      Object.keys(env),
    );
  });
});

describe("whom it trusts", () => {
  needs(root)("one of another account that nobody named is passed over by a plain account", async () => {
    using at = scratch({
      [`repo/${KIRO}`]: { killGraceMs: 7 },
      "repo/.bun-watchdogrc.json": { killGraceMs: 8 },
    });
    chownSync(at.path(`repo/${KIRO}`), 12_345, 12_345);
    const { policy, path, warnings } = await load(at, "repo", { uid: 54_321 });
    expect([path, policy.killGraceMs]).toEqual([at.path("repo/.bun-watchdogrc.json"), 8]);
    expect(warnings).toEqual([
      `${at.path(`repo/${KIRO}`)} is not used: it belongs to uid 12345. If it is meant, name it with --config.`,
    ]);
  });

  needs(root)("so is one that another account could have put, or may write", async () => {
    using at = scratch({ "mine/.git/HEAD": "", [`mine/${KIRO}`]: {} });
    for (const [name, mode] of [
      [`mine/${KIRO}`, 0o666],
      ["mine", 0o777],
    ] as const) {
      const before = statSync(at.path(name)).mode;
      chmodSync(at.path(name), mode);
      const { path, warnings } = await load(at, "mine", { uid: 54_321 });
      expect([path, warnings.length]).toEqual([null, 1]);
      chmodSync(at.path(name), before);
    }
    expect((await load(at, "mine", { uid: 54_321 })).path).toBe(at.path(`mine/${KIRO}`));
  });

  needs(root)(
    "the account's own settings are taken from nobody else: HOME=/tmp is one that all may write",
    async () => {
      using at = scratch({
        "repo/x": "",
        "home/.config/bun-watchdog/config.json": { alerts: { command: ["run-me"] } },
      });
      chownSync(at.path("home/.config/bun-watchdog/config.json"), 12_345, 12_345);
      const { settings, warnings } = await load(at, "repo", { uid: 54_321 });
      expect(settings.alerts.command).toEqual([]);
      expect(warnings).toEqual([expect.stringContaining("is not used: it belongs to uid 12345")]);
    },
  );

  needs(root)(
    "a foreign owner is named in a warning where the file was named, and refused to root",
    async () => {
      using at = scratch({ [`repo/${KIRO}`]: {} });
      const file = at.path(`repo/${KIRO}`);
      chownSync(file, 12_345, 12_345);
      expect((await load(at, "repo", { uid: 54_321, file })).warnings).toEqual([
        `${file} belongs to uid 12345: its limits and rules are theirs.`,
      ]);
      expect((await failure(load(at))).problems).toMatchObject([
        { code: "untrusted", message: expect.stringContaining(`${file} belongs to uid 12345`) },
      ]);
    },
  );

  needs(root)(
    "root follows no file below a directory of another account, or that all may write",
    async () => {
      using at = scratch({ [`repo/${KIRO}`]: {} });
      chownSync(at.path("repo"), 12_345, 12_345);
      expect((await failure(load(at))).problems[0]?.message).toContain(
        `${at.path("repo")} belongs to uid 12345`,
      );
      chownSync(at.path("repo"), 0, 0);
      for (const name of ["repo", "repo/.kiro", `repo/${KIRO}`]) {
        const before = statSync(at.path(name)).mode;
        chmodSync(at.path(name), 0o777);
        expect((await failure(load(at))).problems[0]?.allowed).toBe(`chmod go-w ${at.path(name)}`);
        chmodSync(at.path(name), before);
      }
      expect((await load(at)).path).toBe(at.path(`repo/${KIRO}`));
    },
  );

  needs(root)("a foreign link is followed by nobody, and keeps no plain account from its work", async () => {
    using at = scratch({ [`repo/${KIRO}`]: {}, "other/.git/HEAD": "" });
    mkdirSync(at.path("other/.kiro"));
    symlinkSync(at.path(`repo/${KIRO}`), at.path(`other/${KIRO}`));
    Bun.spawnSync(["chown", "-h", "12345", at.path(`other/${KIRO}`)]);
    const why = `leads through ${at.path(`other/${KIRO}`)}, a symbolic link made by uid 12345`;
    expect((await failure(load(at, "other", { uid: 0 }))).problems[0]?.message).toBe(why);
    const { path, warnings } = await load(at, "other", { uid: 54_321 });
    expect([path, warnings]).toEqual([null, [expect.stringContaining(why)]]);
  });
});
