/** `setup` in every shape of project: the hook runs, the runaway dies, the commit goes through, uninstall restores the bytes. */
import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { requireNamespace } from "../support/namespace.ts";
import { isAlive, until, workplace } from "../support/ready.ts";
import { atOnce } from "../support/skip.ts";
import { Turns } from "../support/turns.ts";
import { startRunaway } from "./scaled.ts";
import { setupCalls } from "./setup-here.ts";
import { hasSign, setupProject, sign } from "./setup-project.ts";
import { shapes } from "./setup-shapes.ts";
import { ageMs } from "./tree.ts";

requireNamespace();

const OLD_ENOUGH_MS = 700;

/** In this process, but for the hook in the commit. A few at once: most of its time each waits for its runaway's age. */
const turns = new Turns(3);

atOnce("git").each([...shapes])("$name", ({ prepare, below = "", commitIn = "", own, expects }) =>
  turns.take(async () => {
    using project = setupProject();
    const calls = setupCalls(project);
    await prepare(project);
    const before = project.picture();

    expect(calls.setUp(below, { dryRun: true }).refused).toEqual([]);
    expect(project.picture()).toEqual(before);

    expect(calls.setUp(below).refused).toEqual([]);
    const once = project.picture();
    expect(once).not.toEqual(before);
    expect(expects?.(project) ?? "").toBe("");
    calls.setUp(below);
    expect(project.picture()).toEqual(once);

    // in the folder that was set up: a hook's clean-up acts on its own project
    workplace.directory = join(project.directory, below);
    await using runaway = await startRunaway();
    await until(() => ageMs(runaway.root) > OLD_ENOUGH_MS);
    const commit = await project.commit(commitIn);
    expect(commit).toMatchObject({ exitCode: 0 });
    expect(isAlive(runaway.root)).toBe(false);
    if (own === true) expect(hasSign(project, "own")).toBe(true);

    expect(calls.takeBack(below).refused).toEqual([]);
    expect(project.picture()).toEqual(before);
  }),
);

atOnce("git")("a hook that refuses the commit still does", () =>
  turns.take(async () => {
    using project = setupProject();
    project.file("package.json", "{}\n");
    project.file(".git/hooks/pre-commit", `#!/bin/sh\n${sign("own")}\nexit 3\n`, 0o755);
    await project.setup();
    expect((await project.commit()).exitCode).not.toBe(0);
    expect(hasSign(project, "own")).toBe(true);
  }),
);

atOnce("git").each(["", "apps/web"])("on a branch that was not set up the hook is silent: %j", (below) =>
  turns.take(async () => {
    using project = setupProject();
    project.file(".gitignore", "node_modules\n.kiro/account\n");
    await project.commit();
    await project.run(["git", "checkout", "-q", "-b", "with"]);
    project.file(join(below, "package.json"), "{}\n");
    await project.setup([], below);
    await project.commit();
    await project.run(["git", "checkout", "-q", "-"]);
    const run = await project.run(["git", "hook", "run", "pre-commit"]);
    expect(run).toEqual({ exitCode: 0, stdout: "", stderr: "" });
    expect(project.read(".git/hooks/pre-commit")).toContain("bun-watchdog cleanup");
  }),
);

atOnce("git")("a broken configuration does not stop commits", () =>
  turns.take(async () => {
    using project = setupProject();
    project.file("package.json", "{}\n");
    await project.setup();
    project.file(".kiro/bun-process-config.json", '{ "procesTimeoutMs": 1 }\n');
    const commit = await project.commit();
    expect(commit.exitCode).toBe(0);
    expect(commit.stderr).toContain("processTimeoutMs");
  }),
);

atOnce("git")("edits made since are kept by uninstall, and only ours go", () =>
  turns.take(async () => {
    using project = setupProject();
    project.file("package.json", '{\n  "name": "shop"\n}\n');
    project.file(".git/hooks/pre-commit", "#!/bin/sh\necho before\n", 0o755);
    await project.setup();
    const manifest = project.read("package.json").replace('"name": "shop"', '"name": "store"');
    writeFileSync(join(project.directory, "package.json"), manifest);
    project.file(".git/hooks/pre-commit", `${project.read(".git/hooks/pre-commit")}echo after\n`);
    project.file(".gitignore", `${project.read(".gitignore")}dist\n`);
    expect((await project.setup(["--uninstall"])).exitCode).toBe(0);
    expect(project.read("package.json")).toContain('"name": "store"');
    expect(project.read("package.json")).not.toContain("bun:");
    expect(project.read(".git/hooks/pre-commit")).toBe("#!/bin/sh\necho before\necho after\n");
    expect(project.read(".gitignore")).toBe("dist\n");
  }),
);

const said = (dry: string): readonly string[] => [
  `${dry} .kiro/bun-process-config.json: its limits are still in force here. Remove it: rm -r .kiro/bun-process-config.json`,
  `${dry} .github/workflows/bun-watchdog.yml: it still runs at every push.`,
  `${dry} .kiro/logs: it is the watchdog's log, and git still ignores it.`,
];

atOnce("git")("what uninstall keeps because somebody changed it is said, now and the next time", () =>
  turns.take(async () => {
    using project = setupProject();
    project.file("package.json", "{}\n");
    await project.setup(["--ci", "github"]);
    project.file(".kiro/bun-process-config.json", '{ "processTimeoutMs": 1000 }\n');
    project.file(".github/workflows/bun-watchdog.yml", "on: push\n");
    project.file(".kiro/logs/bun-process-monitor.log", "\n");
    const dry = await project.setup(["--uninstall", "--dry-run"]);
    for (const text of said("would keep")) expect(dry.stdout).toContain(text);
    const first = await project.setup(["--uninstall"]);
    for (const text of said("kept")) expect(first.stdout).toContain(text);
    const again = await project.setup(["--uninstall"]);
    expect(again.stdout).not.toContain("Nothing of ours");
    expect(again.stdout).toContain("kept .kiro/bun-process-config.json");
    const { kept } = JSON.parse((await project.setup(["--uninstall", "--json"])).stdout);
    expect(kept).toContainEqual({
      path: join(project.directory, ".kiro/bun-process-config.json"),
      effect: "its limits are still in force here",
    });
  }),
);

atOnce("git").each([
  ["a Python hook", "#!/usr/bin/env python3\nprint('own')\n", "is no shell script"],
  ["a hook that is no text", "#!/bin/sh\necho caf\u00e9\n", "is not UTF-8"],
])("%s stays as it is, and is named", (_name, text, says) =>
  turns.take(async () => {
    using project = setupProject();
    project.file("package.json", "{}\n");
    const hook = join(project.directory, ".git/hooks/pre-commit");
    writeFileSync(hook, Buffer.from(text, "latin1"), { mode: 0o755 });
    const { exitCode, stdout } = await project.setup();
    expect({ exitCode, hook: project.picture()[".git/hooks/pre-commit"] }).toEqual({
      exitCode: 1,
      hook: `755 ${process.getuid?.()}:${process.getgid?.()} ${text}`,
    });
    expect(stdout).toContain(says);
    expect(project.read("package.json")).toContain("bun:cleanup");
  }),
);

atOnce("git")(
  "--hook pre-push, --ci github, --service systemd, --shim, --wrap: all of it, and all of it back",
  () =>
    turns.take(async () => {
      using project = setupProject();
      project.file(
        "package.json",
        '{\n  "scripts": {\n    "dev": "bun --hot server.ts",\n    "test": "A=1 bun test && bunx tsc"\n  }\n}\n',
      );
      const before = project.picture();
      const wishes = [
        "--hook",
        "pre-push",
        "--ci",
        "github",
        "--service",
        "systemd",
        "--shim",
        "--wrap=test",
      ];
      const { exitCode, stdout } = await project.setup(wishes);
      expect(exitCode).toBe(0);
      expect(stdout).toContain("PATH_add .kiro/bin");
      expect(stdout).toContain("systemctl --user");
      expect(project.read("package.json")).toContain('"test": "A=1 bun-wrapper test && bun-wrapper x tsc"');
      expect(project.read("package.json")).toContain('"dev": "bun --hot server.ts"');
      expect(project.read(".git/hooks/pre-push")).toContain("bun:cleanup");
      expect(project.read(".github/workflows/bun-watchdog.yml")).toContain("BUN_WATCHDOG_PROCESS_TIMEOUT_MS");
      expect(project.read(".config/systemd/user/bun-watchdog.service")).toContain("ExecStart=");
      const back = await project.setup(["--uninstall"]);
      expect(back.exitCode).toBe(0);
      expect(back.stdout).toContain("systemctl --user disable --now bun-watchdog");
      expect(project.picture()).toEqual(before);
    }),
);

atOnce("git")("--wrap says which scripts cannot be wrapped, and that is no success", () =>
  turns.take(async () => {
    using project = setupProject();
    project.file("package.json", '{ "scripts": { "dev": "vite" } }\n');
    const offered = await project.setup(["--wrap"]);
    expect(offered.exitCode).toBe(0);
    expect(offered.stdout).toContain("No package script starts a Bun that could be wrapped.");
    const typo = await project.setup(["--wrap=dve"]);
    expect(typo.exitCode).toBe(1);
    expect(typo.stdout).toContain('The script "dve" starts no Bun that could be wrapped, or is not there.');
  }),
);

atOnce("git")("pre-push: the hook leaves the refs on standard input to the hook's own script", () =>
  turns.take(async () => {
    using project = setupProject();
    project.file("package.json", "{}\n");
    project.file(".git/hooks/pre-push", "#!/bin/sh\nmkdir -p signs\ncat > signs/refs\n", 0o755);
    await project.setup(["--hook", "pre-push"]);
    await project.commit();
    await project.run(["git", "init", "-q", "--bare", "remote.git"]);
    await project.run(["git", "remote", "add", "origin", "./remote.git"]);
    workplace.directory = project.directory;
    await using runaway = await startRunaway();
    await until(() => ageMs(runaway.root) > OLD_ENOUGH_MS);
    expect((await project.run(["git", "push", "origin", "HEAD"])).exitCode).toBe(0);
    expect(project.read("signs/refs")).toContain("refs/heads/");
    expect(isAlive(runaway.root)).toBe(false);
  }),
);

atOnce("git")("a copy of the project takes its own back, and not the original's", () =>
  turns.take(async () => {
    using project = setupProject();
    project.file("package.json", "{}\n");
    await project.setup();
    const before = project.picture();
    await project.run(["cp", "-r", ".", "../copy"]);
    try {
      expect((await project.setup(["--uninstall"], "../copy")).stdout).toContain("package.json");
      expect(project.picture()).toEqual(before);
    } finally {
      await project.run(["rm", "-rf", "../copy"]);
    }
  }),
);

test.concurrent("without package.json it says where it looked", () =>
  turns.take(async () => {
    using project = setupProject();
    const { exitCode, stderr } = await project.setup();
    expect(exitCode).toBe(1);
    expect(stderr).toContain("There is no package.json");
  }));

test.concurrent.each([
  ["cut off", '{ "name": "x",\n', "line 2: "],
  ["an array", "[]", "holds an array"],
  ["scripts that are text", '{ "scripts": "x" }', '"scripts" is a string'],
  ["scripts given twice", '{ "scripts": {}, "scripts": {} }', '"scripts" is given twice'],
])("a package.json without a place for scripts is refused and stays: %s", (_name, text, says) =>
  turns.take(async () => {
    using project = setupProject();
    project.file("package.json", text);
    const before = project.picture();
    const { exitCode, stderr } = await project.setup();
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining(says) });
    expect(project.picture()).toEqual(before);
  }),
);
