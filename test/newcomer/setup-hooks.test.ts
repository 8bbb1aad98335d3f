/** Where git looks for hooks is decided once, and managers that respect a hook that is there get none in their way. */
import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../support/launch.ts";
import { atOnce, root } from "../support/skip.ts";
import { type SetupHere, setupHere } from "./setup-here.ts";

const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;
const notes = (project: SetupHere, below = ""): string => project.setUp(below).notes.join("\n");

/** With what is set up, the whole project without node_modules is as it was before. */
const thereAndBack = async (
  project: SetupHere,
  below: string,
  act: () => void | Promise<void>,
): Promise<void> => {
  const before = project.picture();
  await act();
  project.takeBack(below);
  expect(project.picture()).toEqual(before);
};

describe("core.hooksPath", () => {
  atOnce("git").each([
    ["/dev/null", 'git runs no hooks here (core.hooksPath in this repository\'s settings is "/dev/null")'],
    ["", 'git runs no hooks here (core.hooksPath in this repository\'s settings is "")'],
    ["package.json", "git runs no hooks here"],
  ])("%j: no hook, and what to do", async (value, says) => {
    using project = setupHere();
    project.file("package.json", "{}\n");
    await project.run(["git", "config", "core.hooksPath", value]);
    await thereAndBack(project, "", () => {
      const { notes: said, refused, hook } = project.setUp();
      expect(said.join("\n")).toContain(says);
      expect([refused, hook, existsSync(join(project.directory, ".git/hooks/pre-commit"))]).toEqual([
        [],
        null,
        false,
      ]);
      expect(project.read(".gitignore")).toContain(".kiro/logs/");
    });
    const advice = /(git config core\.hooksPath [^,]+),/u.exec(notes(project))?.[1] ?? "false";
    await project.run(["sh", "-c", advice]);
    expect(project.setUp().hook).toBe("pre-commit");
    expect(await project.runsOnCommit()).toBe(true);
  });

  atOnce("git").each([
    ["global", "absolute", "{}\n"],
    ["global", "absolute", json({ devDependencies: { lefthook: "^2" } })],
    ["global", "absolute", json({ devDependencies: { yorkie: "^2" } })],
    ["global", "absolute", json({ "simple-git-hooks": { "pre-commit": "true" } })],
    ["global", "~", "{}\n"],
    ["local", "absolute", "{}\n"],
    ["worktree", "..", "{}\n"],
  ])("%s and %s, outside of the repository: %s", async (scope, kind, manifest) => {
    using project = setupHere();
    await project.run(["git", "init", "-q", "clone"]);
    project.file("clone/package.json", manifest);
    project.file("hooks/pre-commit", "#!/bin/sh\necho shared\n", 0o755);
    const value =
      { absolute: join(project.directory, "hooks"), "~": "~/hooks", "..": "../hooks" }[kind] ?? "";
    const file = scope === "global" ? ["--file", ".gitconfig"] : ["-C", "clone"];
    if (scope === "global") await project.run(["git", "config", ...file, "core.hooksPath", value]);
    else await project.run(["git", ...file, "config", "--local", "core.hooksPath", value]);
    await thereAndBack(project, "clone", () => {
      const said = notes(project, "clone");
      expect(said).toContain(`git looks for hooks in ${project.directory}/hooks (core.hooksPath in`);
      expect(said).toContain(scope === "global" ? "this account's settings" : "this repository's settings");
      expect(said).toContain("Let its pre-commit run: (grep");
      expect(project.read("hooks/pre-commit")).toBe("#!/bin/sh\necho shared\n");
      expect(existsSync(join(project.directory, "clone/.git/hooks/pre-commit"))).toBe(false);
    });
  });

  atOnce("git").each([
    ["absolute, in the repository", (top: string) => `${top}/tools/hooks`, "tools/hooks"],
    ["absolute, in the git directory", (top: string) => `${top}/.git/hooks`, ".git/hooks"],
    ["relative, from a folder below the top", () => "tools/hooks", "tools/hooks"],
  ])("%s: there", async (_name, value, where) => {
    using project = setupHere();
    project.file("app/package.json", "{}\n");
    symlinkSync("../node_modules", join(project.directory, "app/node_modules"));
    await project.run(["git", "config", "core.hooksPath", value(project.directory)]);
    await thereAndBack(project, "app", async () => {
      expect(project.setUp("app").notes.join()).not.toContain("hooksPath");
      expect(existsSync(join(project.directory, where, "pre-commit"))).toBe(true);
      expect(await project.runsOnCommit()).toBe(true);
    });
  });
});

/** As yorkie 2 writes a hook, and husky 4: not where one is there that is not theirs. */
const installs = async (project: SetupHere, name: "yorkie" | "husky", key: string): Promise<void> => {
  const hook = join(project.directory, ".git/hooks/pre-commit");
  if (existsSync(hook) && !project.read(".git/hooks/pre-commit").includes(`#${name}`)) return;
  const run = `bun -e 'process.exit(Bun.spawnSync(["sh", "-c", JSON.parse(require("fs").readFileSync("package.json"))${key}["pre-commit"]]).exitCode)'`;
  project.file(".git/hooks/pre-commit", `#!/bin/sh\n#${name}\n${run}\n`, 0o755);
};

describe("a manager that respects a hook that is there", () => {
  const MANAGERS = [
    [
      "yorkie",
      json({ devDependencies: { yorkie: "^2" }, gitHooks: { "pre-commit": "touch own" } }),
      "yorkie",
      ".gitHooks",
    ],
    [
      "husky 4",
      json({ devDependencies: { husky: "^4.3.8" }, husky: { hooks: { "pre-commit": "touch own" } } }),
      "husky",
      ".husky.hooks",
    ],
    [
      "husky 4 by its key",
      json({ husky: { hooks: { "pre-commit": "touch own" } } }),
      "husky",
      ".husky.hooks",
    ],
  ] as const;

  atOnce("git").each([...MANAGERS])(
    "%s, before its install and after",
    async (_name, manifest, name, key) => {
      using project = setupHere();
      project.file("package.json", manifest);
      await thereAndBack(project, "", async () => {
        const { notes: said, hook } = project.setUp();
        expect(said.join()).toContain(`${name} is not active in this clone yet: run your install`);
        expect([hook, existsSync(join(project.directory, ".git/hooks/pre-commit"))]).toEqual([null, false]);
        await installs(project, name, key);
        expect(await project.runsOnCommit()).toBe(true);
        expect(existsSync(join(project.directory, "own"))).toBe(true);
        expect(project.setUp()).toMatchObject({ hook: "pre-commit", changes: [] });
        await project.run(["rm", "own", ".git/hooks/pre-commit"]);
      });
    },
  );

  atOnce("git")("where a hook of somebody's own keeps it away, that hook is the one", async () => {
    using project = setupHere();
    project.file("package.json", MANAGERS[0][1]);
    project.file(".git/hooks/pre-commit", "#!/bin/sh\ntrue\n", 0o755);
    await thereAndBack(project, "", async () => {
      expect(project.setUp().hook).toBe("pre-commit");
      expect(await project.runsOnCommit()).toBe(true);
    });
  });

  atOnce("git")("where git looks into a folder of somebody's own, the hook is there", async () => {
    using project = setupHere();
    project.file("package.json", MANAGERS[0][1]);
    await project.run(["git", "config", "core.hooksPath", "tools/hooks"]);
    await thereAndBack(project, "", async () => {
      expect(project.setUp().hook).toBe("pre-commit");
      expect(project.read("tools/hooks/pre-commit")).toContain("bun:cleanup");
      expect(await project.runsOnCommit()).toBe(true);
    });
  });

  atOnce("git").each([
    [".huskyrc", '{ "hooks": { "pre-commit": "true" } }', ".huskyrc"],
    [".huskyrc.json", "{}", ".huskyrc.json"],
    [".huskyrc.js", "module.exports = {}", null],
    [".huskyrc", "hooks:\n  pre-commit: true\n", null],
  ] as const)("husky 4 configured in %s: %s", async (file, text, changed) => {
    using project = setupHere();
    project.file("package.json", json({ devDependencies: { husky: "4.3.8" } }));
    project.file(file, text);
    await thereAndBack(project, "", () => {
      const said = notes(project);
      if (changed === null)
        expect(said).toContain(`${join(project.directory, file)}, which is yours to change`);
      else expect(project.read(changed)).toContain("bun:cleanup");
      expect(existsSync(join(project.directory, ".husky"))).toBe(false);
    });
  });

  atOnce("git").each([
    ["lefthook.yml", "pre-commit:\n  commands:\n    own:\n      run: touch own\n"],
    ["lefthook.yml", null],
    [".config/lefthook.json", json({ "pre-commit": { commands: { own: { run: "touch own" } } } })],
  ] as const)("lefthook, not installed yet: %s %j", async (file, text) => {
    using project = setupHere();
    project.file("package.json", json({ devDependencies: { lefthook: "^2" } }));
    if (text !== null) project.file(file, text);
    await thereAndBack(project, "", async () => {
      expect(notes(project)).toContain("lefthook is not active in this clone yet");
      expect(existsSync(join(project.directory, ".git/hooks/pre-commit"))).toBe(false);
      await project.run(["lefthook", "install"]);
      expect(await project.runsOnCommit()).toBe(true);
      expect(movedAway(project)).toEqual([]);
      await project.run([
        "rm",
        "-f",
        "own",
        ".git/hooks/pre-commit",
        ".git/hooks/pre-push",
        ".git/hooks/prepare-commit-msg",
      ]);
    });
  });
});

/** Hooks that lefthook has moved away. */
const movedAway = (project: SetupHere): readonly string[] =>
  Object.keys(project.picture()).filter((name) => name.endsWith(".old"));

const vite = async (project: SetupHere, folder: string): Promise<void> => {
  project.file(
    `${folder}/_/h`,
    `#!/bin/sh\ns=$(dirname "$(dirname "$0")")/$(basename "$0")\n[ ! -f "$s" ] || sh -e "$s" "$@"\n`,
  );
  project.file(`${folder}/_/pre-commit`, '#!/bin/sh\n. "$(dirname "$0")/h"\n', 0o755);
  await project.run(["git", "config", "core.hooksPath", `${folder}/_`]);
};
const husky = async (project: SetupHere, folder: string): Promise<void> => {
  await project.run(["node", join(repository, "node_modules/husky/bin.js"), folder]);
};
const husky8 = async (project: SetupHere, folder: string): Promise<void> => {
  await project.run(["node", join(repository, "node_modules/husky8/lib/bin.js"), "install", folder]);
};

describe("a folder of scripts, before prepare has run", () => {
  const devDependencies = { husky: "^9.1.7" };
  atOnce("git").each([
    ["", ".husky", { devDependencies, scripts: { prepare: "husky" } }, husky],
    ["", ".husky", { devDependencies }, husky],
    ["", "tools/husky", { devDependencies, scripts: { prepare: "is-ci || husky tools/husky" } }, husky],
    ["app", "app/.husky", { devDependencies, scripts: { prepare: "cd .. && husky app/.husky" } }, husky],
    [
      "app",
      "app/.husky",
      { devDependencies, scripts: { prepare: "cd ../ && npx husky 'app/.husky' || true" } },
      husky,
    ],
    [
      "app",
      "app/.husky",
      { devDependencies: { husky: "^8" }, scripts: { prepare: "cd .. && husky install app/.husky" } },
      husky8,
    ],
    ["", ".vite-hooks", { scripts: { prepare: "vp config" } }, vite],
    ["", "hooks", { scripts: { postinstall: "vp hooks enable --hooks-dir=hooks" } }, vite],
    ["app", "app/.vite-hooks", { scripts: { prepare: "vp config" } }, vite],
  ] as const)("in %j: %s for %j", async (below, folder, manifest, prepare) => {
    using project = setupHere();
    project.file(join(below, "package.json"), json(manifest));
    if (below !== "") symlinkSync("../node_modules", join(project.directory, below, "node_modules"));
    project.file(`${folder}/pre-commit`, "touch own\n", 0o755);
    const before = project.picture();
    expect(notes(project, below)).toMatch(/is not active in this clone yet: run your install/u);
    expect(project.read(`${folder}/pre-commit`)).toContain("bun:cleanup");
    expect(existsSync(join(project.directory, ".git/hooks/pre-commit"))).toBe(false);
    if (below !== "") expect(existsSync(join(project.directory, ".husky"))).toBe(false);
    project.takeBack(below);
    expect(project.picture()).toEqual(before);
    project.setUp(below);
    await prepare(project, folder);
    expect(await project.runsOnCommit()).toBe(true);
    expect(existsSync(join(project.directory, "own"))).toBe(true);
    expect(project.setUp(below)).toMatchObject({ changes: [], hook: "pre-commit" });
  });

  atOnce("git")(".vite-hooks that is there is used, whatever the scripts say", async () => {
    using project = setupHere();
    project.file("package.json", json({ devDependencies: { "vite-plus": "^1" } }));
    mkdirSync(join(project.directory, ".vite-hooks"));
    expect(notes(project)).toContain("Vite+ is not active in this clone yet");
    await vite(project, ".vite-hooks");
    expect(await project.runsOnCommit()).toBe(true);
  });
});

describe("which folder is the project", () => {
  const workspace = json({ workspaces: ["packages/*", "!packages/old"] });
  test.concurrent.each([
    ["packages/web", ""],
    ["packages/old", "packages/old"],
    ["tools", "tools"],
    ["packages/web/fixture", ""],
    ["packages/web/clone", "packages/web/clone"],
  ])("of a workspace, in %s: %j", async (below, folder) => {
    using project = setupHere();
    project.file("package.json", workspace);
    project.file("packages/web/package.json", "{}\n");
    project.file(join(below, "package.json"), "{}\n");
    if (below.endsWith("clone")) await project.run(["git", "init", "-q", below]);
    expect(project.setUp(below).root).toBe(join(project.directory, folder));
  });

  test.concurrent("of one in pnpm's file, and of a file that is for settings alone", async () => {
    using project = setupHere();
    project.file("package.json", "{}\n");
    project.file("apps/web/package.json", "{}\n");
    project.file("pnpm-workspace.yaml", "packages:\n  - './apps/*/'\n");
    expect(project.setUp("apps/web").root).toBe(project.directory);
    project.takeBack("apps/web");
    project.file("pnpm-workspace.yaml", "onlyBuiltDependencies:\n  - x\n");
    expect(project.setUp("apps/web").root).toBe(join(project.directory, "apps/web"));
  });
});

atOnce(root)(
  "a checkout of another account, of which git says that its owner is dubious, is set up for its owner",
  async () => {
    using project = setupHere();
    await project.run(["git", "init", "-q", "clone"]);
    project.file("clone/package.json", "{}\n", 0o640);
    project.file("clone/.git/hooks/pre-commit", "#!/bin/sh\ntrue\n", 0o750);
    await project.run(["chown", "-R", "12345:12345", "clone"]);
    const before = project.picture();
    expect(project.setUp("clone")).toMatchObject({ refused: [], hook: "pre-commit" });
    const made = [".gitignore", ".kiro/bun-process-config.json", ".git/hooks/pre-commit", "package.json"];
    for (const path of made) {
      const { uid, gid } = statSync(join(project.directory, "clone", path));
      expect({ path, uid, gid }).toEqual({ path, uid: 12_345, gid: 12_345 });
    }
    expect(project.picture()["clone/package.json"]).toStartWith("640 12345:12345 ");
    project.takeBack("clone");
    expect(project.picture()).toEqual(before);
  },
);
