import { describe, expect, test } from "bun:test";
import { chmodSync, chownSync, lchownSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { loadConfig, type LoadOptions } from "../../../src/config/load.ts";
import { Projects, type ProjectsOptions } from "../../../src/config/files/projects.ts";
import { ConfigError } from "../../../src/config/schema/problem.ts";
import { whyNotGoverning } from "../../../src/config/files/trust.ts";
import { governanceInWords } from "../../../src/core/judge/governance-words.ts";
import type { Policy } from "../../../src/core/judge/policy.ts";
import { needs, root } from "../../support/skip.ts";
import { type Scratch, scratch } from "./scratch.ts";

const KIRO = ".kiro/bun-process-config.json";
const USER = "home/.config/bun-watchdog/config.json";
const uid = process.getuid?.() ?? null;

const load = (at: Scratch, cwd = "repo", options: Partial<LoadOptions> = {}) =>
  loadConfig({ cwd: at.path(cwd), env: {}, uid, home: at.path("home"), ...options });

const governanceOf = ({ governance }: Policy) => {
  if (governance === undefined) throw new Error("there is no governance");
  return governance;
};

const HOSTILE = {
  scope: "user",
  processTimeoutMs: 100,
  maxCpuUsagePercent: 1,
  cpuHoldMs: 100,
  killGraceMs: 0,
  armTicks: 0,
  defaultRules: false,
  enforceNested: true,
  breaker: { maxKillsPerMinute: 1_000 },
  alerts: { webhook: "http://127.0.0.1:1/x", on: [] },
  rules: [{ name: "theirs", match: { command: "." }, processTimeoutMs: 100 }],
};

describe("what a project's file sets for others", () => {
  test("nothing: elsewhere the built-in values hold, and only for CPU", async () => {
    using at = scratch({ [`repo/${KIRO}`]: HOSTILE, "home/x": "" });
    const { policy, warnings } = await load(at);
    expect(policy).toMatchObject({ scope: "nearest", enforceNested: false, breakerKillsPerMinute: 20 });
    expect(policy.limits.timeoutMs).toBe(100);
    const { projects, elsewhere, harmOnly } = governanceOf(policy);
    expect(projects.map(({ root: each }) => each)).toEqual([at.path("repo")]);
    expect(harmOnly).toBe(true);
    expect(elsewhere).toMatchObject({
      mode: "enforce",
      limits: { concurrency: null, memoryBytes: null, timeoutMs: null, cpuPercent: 80 },
      cpuHoldMs: 60_000,
      killGraceMs: 5_000,
      armTicks: 3,
    });
    for (const { limits, suspectOnly } of elsewhere.rules)
      expect(
        [...Object.keys(limits), ...(suspectOnly ?? [])].filter((key) => !key.startsWith("cpu")),
      ).toEqual([]);
    expect(warnings.map((line) => line.split(" ", 1)[0])).toEqual([
      "scope",
      "enforceNested",
      "alerts.webhook",
      "alerts.on",
      "breaker.maxKillsPerMinute",
    ]);
  });

  test("the user's alerts and breaker stay as they are, whatever a project's file says or leaves empty", async () => {
    const webhook = "http://127.0.0.1:1/mine";
    using at = scratch({
      [USER]: { alerts: { webhook }, breaker: { maxKillsPerMinute: 5 } },
      [`repo/${KIRO}`]: { alerts: { webhook: null, on: [] }, breaker: { maxKillsPerMinute: 20 } },
    });
    const { settings, policy } = await load(at);
    expect(settings.alerts).toMatchObject({ webhook, on: ["kill", "survivor", "breaker", "config-error"] });
    expect(policy.breakerKillsPerMinute).toBe(5);
  });

  test.each([
    ["a command for alerts", { alerts: { command: ["sh", "-c", "x"] } }],
    ["all of the machine", { scope: "machine" }],
    ["compiled programs as victims", { enforceCompiled: true }],
  ])("%s is refused", async (_name, asked) => {
    using at = scratch({ [`repo/${KIRO}`]: asked, "home/x": "" });
    const failed: unknown = await load(at).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(ConfigError);
    expect(String(failed)).toContain("it reaches beyond this project");
  });

  test("the user's rules stand before the project's", async () => {
    const mine = { name: "mine", match: { command: "bot" }, processTimeoutMs: null };
    using at = scratch({ [USER]: { rules: [mine] }, [`repo/${KIRO}`]: HOSTILE });
    expect((await load(at)).policy.rules.map(({ name }) => name)).toEqual(["mine", "theirs"]);
  });

  test("elsewhere: the user's values, of rules what they say about CPU, and the user's protection", async () => {
    using at = scratch({
      [USER]: {
        maxCpuUsagePercent: 150,
        cpuHoldMs: 5_000,
        processTimeoutMs: 1_000,
        protect: ["bot"],
        rules: [
          { name: "told", match: { command: "y" }, suspectOnly: ["maxCpuUsagePercent", "processTimeoutMs"] },
          { name: "encoder", match: { command: "x" }, maxCpuUsagePercent: null, processTimeoutMs: 1_000 },
        ],
      },
      [`repo/${KIRO}`]: { protect: ["."], maxCpuUsagePercent: 10 },
    });
    const { elsewhere } = governanceOf((await load(at)).policy);
    expect(elsewhere).toMatchObject({ cpuHoldMs: 5_000, limits: { cpuPercent: 150, timeoutMs: null } });
    expect(elsewhere.protect.map(({ name }) => name)).toEqual(["bot"]);
    expect(elsewhere.rules.slice(0, 2)).toEqual([
      { name: "told", match: { command: "y" }, limits: {}, suspectOnly: ["cpu"] },
      { name: "encoder", match: { command: "x" }, limits: { cpuPercent: null } },
    ]);
  });

  test("a log is where its directory leads when it is read, not where it may lead later", async () => {
    using at = scratch({ [`repo/${KIRO}`]: { logging: { directory: "link/logs" } }, "repo/real/x": "" });
    symlinkSync(at.path("repo/real"), at.path("repo/link"));
    expect((await load(at)).logDirectory).toBe(at.path("repo/real/logs"));
  });

  test.each([
    ["/var/log", false],
    ["~/logs", false],
    ["../logs", false],
    ["a/../../logs", false],
    ["logs", true],
  ])("a log in %s", async (directory, isUsed) => {
    using at = scratch({ [`repo/${KIRO}`]: { logging: { directory } } });
    const { logDirectory, warnings } = await load(at);
    expect(logDirectory).toBe(at.path(isUsed ? "repo/logs" : "repo/.kiro/logs"));
    expect(warnings).toHaveLength(isUsed ? 0 : 1);
  });

  test("nor does a link lead the log out of the project", async () => {
    using at = scratch({ [`repo/${KIRO}`]: {}, "secret/x": "" });
    symlinkSync(at.path("secret"), at.path("repo/.kiro/logs"));
    const failed: unknown = await load(at).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(ConfigError);
    expect(String(failed)).toContain("outside of this project");
  });

  test("a neighbour whose name begins as the project's is outside of it", async () => {
    using at = scratch({ [`repo/${KIRO}`]: {}, "repository/x": "" });
    symlinkSync(at.path("repository"), at.path("repo/.kiro/logs"));
    const failed: unknown = await load(at).catch((error: unknown) => error);
    expect(String(failed)).toContain("outside of this project");
  });
});

describe("who asks for the whole account", () => {
  test("the user's own file: all of its limits elsewhere, a project still by its own", async () => {
    using at = scratch({
      [USER]: { scope: "user", processTimeoutMs: 7_000 },
      [`repo/${KIRO}`]: { processTimeoutMs: 100 },
    });
    const { projects, elsewhere, harmOnly } = governanceOf((await load(at)).policy);
    expect(harmOnly).toBe(false);
    expect([projects[0]?.policy.limits.timeoutMs, elsewhere.limits.timeoutMs]).toEqual([100, 7_000]);
  });

  test.each([
    ["the user's file", { [USER]: { mode: "observe" } }, {}],
    ["a flag", {}, { flags: { mode: "observe" } }],
    ["a variable", {}, { env: { BUN_WATCHDOG_MODE: "observe" } }],
  ] as const)("observe by %s holds elsewhere too", async (_name, files, options) => {
    using at = scratch({ ...files, [`repo/${KIRO}`]: { mode: "enforce" } });
    expect(governanceOf((await load(at, "repo", options)).policy).elsewhere.mode).toBe("observe");
  });

  test("--scope user: what is in force here, for everybody", async () => {
    using at = scratch({ [`repo/${KIRO}`]: { processTimeoutMs: 100 } });
    const { elsewhere, harmOnly } = governanceOf(
      (await load(at, "repo", { flags: { scope: "user" } })).policy,
    );
    expect([harmOnly, elsewhere.limits.timeoutMs]).toEqual([false, 100]);
  });

  test("not a variable", async () => {
    using at = scratch({ [`repo/${KIRO}`]: {} });
    const { policy, warnings } = await load(at, "repo", { env: { BUN_WATCHDOG_SCOPE: "user" } });
    expect([policy.scope, warnings.length]).toEqual(["nearest", 1]);
  });
});

describe("what is a project", () => {
  test.each<[string, Record<string, unknown>, string, string | null]>([
    ["a repository", { "repo/.git/HEAD": "", "repo/a/x": "" }, "repo/a", "repo"],
    ["a package", { "repo/package.json": "{}" }, "repo", "repo"],
    ["no folder as such", { "repo/x": "" }, "repo", null],
    ["not the home directory, which holds everything", { "home/.git/HEAD": "" }, "home", null],
    ["the home directory by a file of its own", { [`home/${KIRO}`]: {} }, "home", "home"],
  ])("%s", async (_name, files, cwd, expected) => {
    using at = scratch(files);
    const roots = governanceOf((await load(at, cwd)).policy).projects.map(({ root: each }) => each);
    expect(roots).toEqual(expected === null ? [] : [at.path(expected)]);
  });

  test("--config with any file states the limits of the project that it is used in", async () => {
    using at = scratch({ "repo/.git/HEAD": "", "settings/strict.json": { armTicks: 9 } });
    const { policy } = await load(at, "repo", { file: at.path("settings/strict.json") });
    expect(governanceOf(policy).projects).toMatchObject([
      { root: at.path("repo"), config: at.path("settings/strict.json"), policy: { armTicks: 9 } },
    ]);
  });

  test("without any file nobody is stopped anywhere", async () => {
    using at = scratch({ "repo/.git/HEAD": "" });
    const { elsewhere, projects } = governanceOf((await load(at)).policy);
    expect([elsewhere.mode, projects[0]?.policy.mode]).toEqual(["observe", "observe"]);
  });
});

test("the rule is said in sentences", async () => {
  using at = scratch({ [`repo/${KIRO}`]: {}, [USER]: { maxCpuUsagePercent: 90 } });
  expect(governanceInWords((await load(at)).policy)).toEqual([
    `Jobs that work below ${at.path("repo")}, or whose script lies there, are under all limits stated here.`,
    "Other jobs of this account are under the limits of the configuration file nearest above them.",
    "Where there is none, only harm is stopped: CPU over 90 % for 60 s without progress. Age, number and memory are shown.",
  ]);
});

const meet = (at: Scratch, options: Partial<ProjectsOptions> = {}) => {
  const problems: string[] = [];
  const changes: number[] = [];
  const projects = new Projects({
    uid,
    home: at.path("home"),
    own: at.path("own"),
    observe: false,
    nowMs: () => 0,
    onChange: () => changes.push(1),
    onProblem: (_path, problem) => problems.push(problem),
    ...options,
  });
  const see = async (...directories: readonly string[]): Promise<void> =>
    projects.learn(projects.unknown(directories.map((each) => at.path(each))));
  const roots = async (): Promise<readonly string[]> =>
    governanceOf(projects.over((await load(at, "own")).policy)).projects.map(({ root: each }) => each);
  return { projects, problems, changes, see, roots };
};

describe("the projects that a monitor meets", () => {
  const OWN = { [`own/${KIRO}`]: {}, "home/x": "" };

  test("the nearest above each, once; no directory is asked about twice in a row", async () => {
    using at = scratch({
      ...OWN,
      [`shop/${KIRO}`]: {},
      "shop/src/x": "",
      [`shop/packages/api/${KIRO}`]: { armTicks: 9 },
      "elsewhere/x": "",
    });
    const met = meet(at);
    await met.see("shop/src", "shop", "shop/packages/api", "elsewhere");
    expect(await met.roots()).toEqual(["own", "shop", "shop/packages/api"].map((each) => at.path(each)));
    expect(met.projects.unknown([at.path("shop/src"), at.path("new")])).toEqual([at.path("new")]);
    expect(met.changes).toHaveLength(1);
  });

  test("above a repository's root too: what lies below a project's root is that project's", async () => {
    using at = scratch({ ...OWN, [`shop/${KIRO}`]: {}, "shop/vendor/.git/HEAD": "", "shop/vendor/x": "" });
    const met = meet(at);
    await met.see("shop/vendor");
    expect(await met.roots()).toContain(at.path("shop"));
  });

  test("a file that is wrong governs nobody, and is said once", async () => {
    using at = scratch({ ...OWN, [`shop/${KIRO}`]: { mode: "kill" } });
    const met = meet(at);
    await met.see("shop");
    await met.see("shop");
    expect(await met.roots()).toEqual([at.path("own")]);
    expect(met.problems).toHaveLength(1);
  });

  test("where nobody is to be stopped, no project's file changes that", async () => {
    using at = scratch({ ...OWN, [`shop/${KIRO}`]: { mode: "enforce" } });
    const met = meet(at, { observe: true });
    await met.see("shop");
    const { projects } = governanceOf(met.projects.over((await load(at, "own")).policy));
    expect(projects.map(({ policy: { mode } }) => mode)).toEqual(["enforce", "observe"]);
  });

  test("a file that is not to be trusted governs nobody, and is said", async () => {
    using at = scratch({ ...OWN, [`shop/${KIRO}`]: {} });
    chmodSync(at.path(`shop/${KIRO}`), 0o666);
    const met = meet(at);
    await met.see("shop");
    expect(await met.roots()).toEqual([at.path("own")]);
    expect(met.problems).toHaveLength(1);
  });

  needs(root)("a plain account: another one's file governs nobody, and is said", async () => {
    using at = scratch({ ...OWN, [`shop/${KIRO}`]: {} });
    const met = meet(at, { uid: 12_345 });
    await met.see("shop");
    expect(await met.roots()).toEqual([at.path("own")]);
    expect(met.problems).toEqual([expect.stringContaining("it governs nobody: it belongs to uid 0")]);
  });

  needs(root)("one that is followed, and becomes another account's, governs no longer", async () => {
    using at = scratch({ ...OWN, [`shop/${KIRO}`]: {} });
    chownSync(at.path(`shop/${KIRO}`), 12_345, 12_345);
    const met = meet(at, { uid: 12_345, watch: true });
    using _ = met.projects;
    await met.see("shop");
    expect(await met.roots()).toContain(at.path("shop"));
    chownSync(at.path(`shop/${KIRO}`), 54_321, 54_321);
    at.write(`shop/${KIRO}`, { armTicks: 9 });
    while (met.changes.length < 2) await Bun.sleep(1);
    expect(await met.roots()).toEqual([at.path("own")]);
    expect(met.problems).toEqual([expect.stringContaining("it governs nobody: it belongs to uid 54321")]);
  });

  test("what goes wrong once does not end the learning", async () => {
    using at = scratch({ ...OWN, [`shop/${KIRO}`]: {}, [`store/${KIRO}`]: {} });
    let isFirst = true;
    const onChange = (): void => {
      if (isFirst) throw new Error("once");
    };
    const met = meet(at, { onChange });
    expect(await met.see("shop").catch(String)).toBe("Error: once");
    isFirst = false;
    await met.see("store");
    expect(await met.roots()).toEqual([at.path("own"), at.path("shop"), at.path("store")]);
  });

  test("its own project is not met", async () => {
    using at = scratch({ ...OWN });
    const met = meet(at);
    await met.see("own");
    expect(met.changes).toEqual([]);
  });

  test("its variables are the monitor's own, not theirs", async () => {
    using at = scratch({ ...OWN, [`shop/${KIRO}`]: { processTimeoutMs: 9_000 } });
    const met = meet(at);
    process.env["BUN_WATCHDOG_PROCESS_TIMEOUT_MS"] = "100";
    try {
      await met.see("shop");
    } finally {
      delete process.env["BUN_WATCHDOG_PROCESS_TIMEOUT_MS"];
    }
    const own = await load(at, "own", { env: { BUN_WATCHDOG_PROCESS_TIMEOUT_MS: "100" } });
    const limits = governanceOf(met.projects.over(own.policy)).projects.map(
      ({ policy }) => policy.limits.timeoutMs,
    );
    expect(limits).toEqual([100, 9_000]);
  });
});

const file = (at: Scratch) => at.path(`repo/${KIRO}`);
const made = () => scratch({ [`repo/${KIRO}`]: {}, "other/x": "" });

describe("a file that nobody named is trusted", () => {
  test("when it is this account's", () => {
    using at = made();
    expect(whyNotGoverning(file(at), uid)).toBeNull();
  });

  test("not when every account may write it, or exchange it", () => {
    using at = made();
    chmodSync(file(at), 0o666);
    expect(whyNotGoverning(file(at), uid)).toContain("every account");
    chmodSync(file(at), 0o644);
    chmodSync(at.path("repo"), 0o777);
    expect(whyNotGoverning(file(at), uid)).toContain("every account may exchange");
  });

  test("not when it is gone", () => {
    using at = made();
    rmSync(file(at));
    expect(whyNotGoverning(file(at), uid)).toContain("ENOENT");
  });

  needs(root)("not when another account owns it, its directory, or the link to it", () => {
    using at = made();
    chownSync(file(at), 12_345, 12_345);
    expect(whyNotGoverning(file(at), uid)).toContain("belongs to uid 12345");
    chownSync(file(at), 0, 0);
    chownSync(at.path("repo"), 12_345, 12_345);
    expect(whyNotGoverning(file(at), uid)).toContain("belongs to uid 12345");
    chownSync(at.path("repo"), 0, 0);
    expect(whyNotGoverning(file(at), 12_345)).toContain("belongs to uid 0");
    mkdirSync(at.path("other/.kiro"));
    symlinkSync(file(at), at.path(`other/${KIRO}`));
    expect(whyNotGoverning(at.path(`other/${KIRO}`), uid)).toBeNull();
  });

  needs(root)(
    "a plain account is as careful: it follows a path of root's and its own only, and no open one",
    () => {
      const alice = 12_345;
      using at = made();
      chmodSync(at.root, 0o755);
      chownSync(file(at), alice, alice);
      const why = () => whyNotGoverning(file(at), alice);
      expect(why()).toBeNull();
      chmodSync(file(at), 0o646);
      expect(why()).toBe("may be written by every account");
      chmodSync(file(at), 0o644);
      chmodSync(at.path("repo"), 0o757);
      expect(why()).toContain("where every account may exchange it");
      chmodSync(at.path("repo"), 0o1777);
      expect(why()).toBeNull();
      chmodSync(at.path("repo"), 0o755);
      chownSync(at.path("repo"), 54_321, 54_321);
      expect(why()).toContain(`lies in ${at.path("repo")}, which belongs to uid 54321`);
      chownSync(at.path("repo"), 0, 0);
      mkdirSync(at.path("other/.kiro"));
      symlinkSync(file(at), at.path(`other/${KIRO}`));
      lchownSync(at.path(`other/${KIRO}`), 54_321, 54_321);
      expect(whyNotGoverning(at.path(`other/${KIRO}`), alice)).toContain("a symbolic link made by uid 54321");
    },
  );
});
