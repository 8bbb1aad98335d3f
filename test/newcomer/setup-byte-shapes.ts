/** Shapes of projects whose bytes, modes, owners and links setup has to give back, whatever it does there in between. */
import { chmodSync, lchownSync, linkSync, readdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import type { SetupProject } from "./setup-project.ts";
import { manifest, type Shape, shapes } from "./setup-shapes.ts";

const EXECUTABLE = 0o755;
const HOOK = "#!/bin/sh\necho own\n";

/** Of the shapes that commits are tried on. */
const known = (name: string): Shape => {
  const shape = shapes.find((each) => each.name === name);
  if (shape === undefined) throw new Error(`no shape "${name}"`);
  return shape;
};

/** Everything that setup changes is there already, with lines of somebody's own that look like ours. */
function prepareLookAlikes(p: SetupProject): void {
  p.file(
    "package.json",
    '{\n  "name"    : "shop",\n  "version" : "1.0.0",\n' +
      '  "scripts" : { "dev" : "bun-wrapper dev.ts", "bun:status":"bun-watchdog status" },\n' +
      '  "simple-git-hooks" : {},\n  "a": 1, "a": "\\u00e9"\n}',
  );
  p.file(".kiro/bun-process-config.json", '\uFEFF// mine\n{ "killGraceMs" : 1000, /* soon */ }');
  p.file(".gitignore", ".kiro/logs/\nnode_modules");
  p.file(".git/hooks/pre-commit", HOOK, 0o750);
  p.file(".git/hooks/pre-push", HOOK.trimEnd(), 0o700);
  p.file(".github/workflows/test.yml", "on: push\n");
}

export const lookAlikes: Shape = {
  name: "everything there already, with look-alikes",
  prepare: prepareLookAlikes,
};

export const crlf: Shape = {
  name: "CRLF everywhere",
  prepare: (p) => {
    const file = (path: string, text: string, mode?: number): void =>
      p.file(path, text.replaceAll("\n", "\r\n"), mode);
    file("package.json", manifest({ scripts: { dev: "bun x.ts" } }));
    file(".gitignore", "node_modules\n");
    file(".kiro/bun-process-config.json", '{\n  // mine\n  "killGraceMs": 1000\n}\n');
    file(".git/hooks/pre-commit", HOOK, EXECUTABLE);
  },
};

const workspace =
  (more: object, files: Readonly<Record<string, string>> = {}) =>
  (p: SetupProject): void => {
    p.file("package.json", manifest(more));
    for (const [path, text] of Object.entries(files)) p.file(path, text);
    p.file("packages/web/package.json", manifest({ name: "web" }));
  };

/** `git` in a place of the project's own, with one commit in it. */
async function repositoryIn(p: SetupProject, below: string): Promise<void> {
  p.file(`${below}/package.json`, manifest());
  await p.run(["git", "init", "-q"], below);
  await p.commit(below);
}

const withHooksPath =
  (path: string, ...more: readonly string[]) =>
  async (p: SetupProject): Promise<void> => {
    p.file("package.json", manifest());
    p.file("tools/hooks/pre-commit", HOOK, EXECUTABLE);
    await p.run(["git", "config", ...more, "core.hooksPath", path.replace("<here>", p.directory)]);
  };

export const byteShapes: readonly Shape[] = [
  lookAlikes,
  known("a plain repository"),
  { name: "no package.json", prepare: (p) => p.file("index.ts", "") },
  {
    name: "no git",
    prepare: (p) => {
      p.file("package.json", manifest());
      rmSync(join(p.directory, ".git"), { recursive: true });
    },
  },
  known("a project in a folder of the repository"),
  {
    name: "npm workspace",
    prepare: workspace({ workspaces: ["packages/*"] }, { "package-lock.json": "{}" }),
  },
  known("a workspace, from one of its packages"),
  {
    name: "pnpm workspace, from one of its packages",
    below: "packages/web",
    prepare: workspace({}, { "pnpm-workspace.yaml": "packages: [packages/*]\n", "pnpm-lock.yaml": "" }),
  },
  {
    name: "yarn workspace",
    prepare: workspace({ workspaces: { packages: ["packages/*"] } }, { "yarn.lock": "" }),
  },
  {
    name: "bun workspace, from one of its packages",
    below: "packages/web",
    prepare: workspace({ workspaces: ["packages/*"] }, { "bun.lock": "{}" }),
  },
  {
    name: "husky 4",
    prepare: (p) => {
      p.file(
        "package.json",
        manifest({ devDependencies: { husky: "^4.3.8" }, husky: { hooks: { "pre-commit": "npm test" } } }),
      );
      p.file(".git/hooks/pre-commit", '#!/bin/sh\n# husky\n\n. "$(dirname "$0")/husky.sh"\n', EXECUTABLE);
      p.file(".git/hooks/husky.sh", "# husky v4.3.8\n", EXECUTABLE);
    },
  },
  known("husky 8 with a hook"),
  known("husky 9 with a hook"),
  known("lefthook with commands"),
  known("simple-git-hooks in package.json"),
  known("yorkie"),
  {
    name: ".vite-hooks",
    prepare: async (p) => {
      p.file("package.json", manifest({ devDependencies: { "vite-plus": "^1" } }));
      p.file(".vite-hooks/pre-commit", "vp staged\n");
      p.file(".vite-hooks/_/pre-commit", HOOK, EXECUTABLE);
      await p.run(["git", "config", "core.hooksPath", ".vite-hooks/_"]);
    },
  },
  known("core.hooksPath"),
  { name: "core.hooksPath, absolute", prepare: withHooksPath("<here>/tools/hooks") },
  { name: "core.hooksPath, global", prepare: withHooksPath("<here>/tools/hooks", "--global") },
  { name: "core.hooksPath, /dev/null", prepare: withHooksPath("/dev/null") },
  known("a linked worktree"),
  {
    name: "a submodule",
    below: "inner",
    prepare: async (p) => {
      await repositoryIn(p, "origin");
      await p.run([
        "git",
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "--quiet",
        "add",
        "./origin",
        "inner",
      ]);
    },
  },
  {
    name: "a worktree of a bare repository",
    below: "tree",
    prepare: async (p) => {
      await repositoryIn(p, "origin");
      await p.run(["git", "clone", "-q", "--bare", "origin", "store.git"]);
      await p.run(["git", "worktree", "add", "-q", "../tree"], "store.git");
    },
  },
  crlf,
  {
    name: "read-only files, and folders with a group of their own",
    prepare: (p) => {
      p.file("package.json", manifest(), 0o444);
      p.file(".gitignore", "node_modules\n", 0o640);
      p.file(".git/hooks/pre-commit", HOOK, 0o555);
      p.file(".kiro/bun-process-config.json", "{}", 0o600);
      chmodSync(join(p.directory, ".kiro"), 0o2750);
    },
  },
  {
    name: "another account's checkout",
    prepare: (p) => {
      prepareLookAlikes(p);
      if (process.getuid?.() === 0) giveAway(p.directory);
    },
  },
  {
    name: "links: package.json, .kiro, a hook",
    prepare: (p) => {
      prepareLookAlikes(p);
      const moved = (path: string, to: string, link: string): void => {
        renameSync(join(p.directory, path), join(p.directory, to));
        symlinkSync(link, join(p.directory, path));
      };
      p.file("real/x", "");
      moved("package.json", "real/package.json", "real/package.json");
      moved(".kiro", "real/kiro", "./real/kiro");
      moved(".git/hooks/pre-commit", "real/hook", "../../real/hook");
      linkSync(join(p.directory, ".gitignore"), join(p.directory, "real/ignored"));
    },
  },
  {
    name: "hooks of Python, and of Node",
    prepare: (p) => {
      p.file("package.json", manifest());
      p.file(".git/hooks/pre-commit", "#!/usr/bin/env -S python3 -u\nprint('own')\n", EXECUTABLE);
      p.file(".git/hooks/pre-push", "#!/opt/bash-tools/node\n", EXECUTABLE);
    },
  },
  {
    name: "a folder, and bytes that are no text, in the place of files",
    prepare: (p) => {
      p.file("package.json", manifest());
      p.file(".gitignore/x", "");
      p.file(".git/hooks/pre-commit", "#!/bin/sh\n\u0000", EXECUTABLE);
    },
  },
  {
    name: "a hook that is a link into the work tree",
    prepare: known("a hook that is a link into the work tree").prepare,
  },
];

/** All of it, to an account that is nobody's. */
function giveAway(directory: string): void {
  for (const name of readdirSync(directory, { recursive: true }).map(String))
    lchownSync(join(directory, name), 12_345, 12_346);
  lchownSync(directory, 12_345, 12_346);
}
