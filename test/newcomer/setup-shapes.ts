/** The project shapes that setup is tried on: how each comes to be, and what its own hook leaves as a sign. */
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../support/launch.ts";
import { sign, type SetupProject } from "./setup-project.ts";

export interface Shape {
  readonly name: string;
  readonly prepare: (project: SetupProject) => void | Promise<void>;
  /** Where setup is run, and where commits are made. */
  readonly below?: string;
  readonly commitIn?: string;
  /** The project's own hook leaves a sign. */
  readonly own?: true;
  /** What has to be there after setup. */
  readonly expects?: (project: SetupProject) => string;
}

export const manifest = (more: object = {}): string =>
  `${JSON.stringify({ name: "shop", private: true, ...more }, null, 2)}\n`;
const OWN = `#!/bin/sh\n${sign("own")}\n`;
const EXECUTABLE = 0o755;

const husky9 = async (project: SetupProject): Promise<void> => {
  project.file(
    "package.json",
    manifest({ scripts: { prepare: "husky" }, devDependencies: { husky: "^9.1.7" } }),
  );
  await project.run(["husky"]);
};

const husky8 = async (project: SetupProject): Promise<void> => {
  project.file(
    "package.json",
    manifest({ scripts: { prepare: "husky install" }, devDependencies: { husky: "^8.0.3" } }),
  );
  // an alias: npm links the programs of one husky only
  await project.run(["node", join(repository, "node_modules/husky8/lib/bin.js"), "install"]);
};

const lefthook = async (project: SetupProject, file: string, text: string): Promise<void> => {
  project.file("package.json", manifest({ devDependencies: { lefthook: "^2.0.0" } }));
  project.file(file, text);
  await project.run(["lefthook", "install"]);
};

/** As bun-git-hooks 0.3.2 writes it. */
const bunGitHook = (command: string): string =>
  `#!/bin/sh\n\nif [ "$SKIP_BUN_GIT_HOOKS" = "1" ]; then\n    exit 0\nfi\n\n${command}`;

/** As yorkie 2 does it: the hook starts a runner, which reads the command from package.json each time. */
const YORKIE_RUNNER = `const { gitHooks } = JSON.parse(require("fs").readFileSync("package.json", "utf8"));
const { status } = require("child_process").spawnSync("sh", ["-c", gitHooks[process.argv[2]]], { stdio: "inherit" });
process.exit(status === 0 ? 0 : 1);
`;

export const shapes: readonly Shape[] = [
  { name: "a plain repository", prepare: (p) => p.file("package.json", manifest()) },
  {
    name: "a plain hook, tabs, no final newline",
    own: true,
    prepare: (p) => {
      p.file("package.json", JSON.stringify({ name: "shop", scripts: { dev: "bun x.ts" } }, null, "\t"));
      p.file(".git/hooks/pre-commit", OWN.trimEnd(), EXECUTABLE);
    },
    expects: (p) => (p.read("package.json").includes('\n\t\t"bun:cleanup"') ? "" : "tabs are kept"),
  },
  {
    name: "package.json in one line",
    prepare: (p) => p.file("package.json", '{"name":"shop","scripts":{"dev":"bun x.ts"}}'),
    expects: (p) => (p.read("package.json").includes("\n") ? "one line is kept" : ""),
  },
  {
    name: "Windows line endings",
    prepare: (p) => {
      p.file("package.json", manifest({ scripts: { dev: "bun x.ts" } }).replaceAll("\n", "\r\n"));
      p.file(".gitignore", "node_modules\r\nsigns");
    },
    expects: (p) =>
      /[^\r]\n/u.test(p.read("package.json") + p.read(".gitignore")) ? "line endings are kept" : "",
  },
  {
    name: "a hook that is a link into the work tree",
    own: true,
    prepare: (p) => {
      p.file("package.json", manifest());
      p.file("tools/check.sh", OWN, EXECUTABLE);
      symlinkSync("../../tools/check.sh", join(p.directory, ".git/hooks/pre-commit"));
    },
  },
  { name: "husky 9", prepare: husky9 },
  {
    name: "husky 9 with a hook",
    own: true,
    prepare: async (p) => {
      await husky9(p);
      p.file(".husky/pre-commit", `${sign("own")}\n`);
    },
  },
  { name: "husky 8", prepare: husky8 },
  {
    name: "husky 8 with a hook",
    own: true,
    prepare: async (p) => {
      await husky8(p);
      p.file(
        ".husky/pre-commit",
        `#!/usr/bin/env sh\n. "$(dirname -- "$0")/_/husky.sh"\n\n${sign("own")}\n`,
        EXECUTABLE,
      );
    },
  },
  {
    name: "lefthook with commands",
    own: true,
    prepare: (p) =>
      lefthook(
        p,
        "lefthook.yml",
        `# our hooks\npre-commit:\n  parallel: true\n  commands:\n    lint: # quick\n      run: ${sign("own")}\n`,
      ),
    expects: (p) => (p.read("lefthook.yml").includes("lint: # quick") ? "" : "comments are kept"),
  },
  {
    name: "lefthook with jobs",
    own: true,
    prepare: (p) =>
      lefthook(p, ".lefthook.yaml", `pre-commit:\n  jobs:\n  - name: lint\n    run: ${sign("own")}\n`),
  },
  {
    name: "lefthook without this hook",
    prepare: (p) =>
      lefthook(p, "lefthook.yml", "pre-push:\n  commands:\n    test:\n      run: echo pushed\n"),
  },
  {
    name: "lefthook in JSON",
    own: true,
    prepare: (p) =>
      lefthook(
        p,
        "lefthook.json",
        manifestOf({ "pre-commit": { commands: { lint: { run: sign("own") } } } }),
      ),
  },
  {
    name: "simple-git-hooks in package.json",
    own: true,
    prepare: async (p) => {
      const hooks = { "pre-commit": sign("own") };
      p.file(
        "package.json",
        manifest({ devDependencies: { "simple-git-hooks": "^2.9.0" }, "simple-git-hooks": hooks }),
      );
      await p.run(["simple-git-hooks"]);
    },
  },
  {
    name: "simple-git-hooks in a file of its own",
    own: true,
    prepare: async (p) => {
      p.file("package.json", manifest({ devDependencies: { "simple-git-hooks": "^2.9.0" } }));
      p.file(".simple-git-hooks.json", manifestOf({ "pre-commit": sign("own") }));
      await p.run(["simple-git-hooks"]);
    },
  },
  {
    name: "bun-git-hooks",
    own: true,
    prepare: (p) => {
      p.file(
        "package.json",
        manifest({
          devDependencies: { "bun-git-hooks": "^0.3.2" },
          "git-hooks": { "pre-commit": sign("own") },
        }),
      );
      p.file(".git/hooks/pre-commit", bunGitHook(sign("own")), EXECUTABLE);
    },
  },
  {
    name: "yorkie",
    own: true,
    prepare: (p) => {
      p.file(
        "package.json",
        manifest({ devDependencies: { yorkie: "^2.0.0" }, gitHooks: { "pre-commit": sign("own") } }),
      );
      p.file("node_modules/yorkie/src/runner.js", YORKIE_RUNNER);
      p.file(
        ".git/hooks/pre-commit",
        '#!/bin/sh\n#yorkie 2.0.0\nnode "./node_modules/yorkie/src/runner.js" pre-commit\n',
        EXECUTABLE,
      );
    },
  },
  {
    name: "core.hooksPath",
    own: true,
    prepare: async (p) => {
      p.file("package.json", manifest());
      p.file("tools/hooks/pre-commit", OWN, EXECUTABLE);
      await p.run(["git", "config", "core.hooksPath", "tools/hooks"]);
    },
  },
  {
    name: "a linked worktree",
    below: "tree",
    commitIn: "tree",
    prepare: async (p) => {
      p.file("package.json", manifest());
      p.file(".gitignore", "node_modules\nsigns\n");
      await p.commit();
      await p.run(["git", "worktree", "add", "-q", "tree"]);
      symlinkSync("../node_modules", join(p.directory, "tree/node_modules"));
    },
  },
  {
    name: "a workspace, from one of its packages",
    below: "packages/web",
    prepare: (p) => {
      p.file("package.json", manifest({ workspaces: ["packages/*"] }));
      p.file("packages/web/package.json", manifest({ name: "web" }));
    },
    expects: (p) => (p.read("packages/web/package.json").includes("bun:cleanup") ? "the root is set up" : ""),
  },
  {
    name: "a project in a folder of the repository",
    below: "apps/it's web",
    prepare: (p) => {
      p.file("apps/it's web/package.json", manifest());
      symlinkSync("../../node_modules", join(p.directory, "apps/it's web/node_modules"));
    },
  },
  {
    name: "limits of one's own, and a status script that says something else",
    prepare: (p) => {
      p.file("package.json", manifest({ scripts: { "bun:status": "echo mine" } }));
      p.file(".kiro/bun-process-config.json", '// ours\n{ "killGraceMs": 1000, }\n');
    },
    expects: (p) =>
      p.read("package.json").includes('"bun:status": "echo mine"') &&
      p.read(".kiro/bun-process-config.json").startsWith("// ours\n")
        ? ""
        : "what was there stays",
  },
];

function manifestOf(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
