/** Somebody changes the project between setup's look and its writing: an editor, or the owner of a checkout that root sets up. */
import { expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  lchownSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { applyPlan } from "../../src/setup/apply.ts";
import { together } from "../../src/setup/edit.ts";
import { configFile, gitignore, packageScripts } from "../../src/setup/parts/basics.ts";
import { planEdits } from "../../src/setup/plan.ts";
import { install, uninstall } from "../../src/setup/run.ts";
import { boundsOf, findProject } from "../../src/setup/project.ts";
import { repository, runProgram, scratchProject } from "../support/launch.ts";
import { needs, root } from "../support/skip.ts";
import { setupHere } from "./setup-here.ts";
import { setupProject } from "./setup-project.ts";

const FOREIGN = "root's own\n";

async function planned() {
  const project = setupHere();
  const outside = scratchProject(null);
  rmSync(join(project.directory, ".kiro"), { recursive: true });
  project.file("package.json", "{}\n");
  project.file(".gitignore", "dist\n");
  writeFileSync(join(outside.directory, "file"), FOREIGN);
  const folder = findProject(project.directory);
  const { edits } = together([configFile(folder), gitignore(folder), packageScripts(folder, false)]);
  const bounds = boundsOf(folder, []);
  const plan = planEdits(edits, bounds);
  return {
    project,
    outside,
    path: (name: string) => join(project.directory, name),
    apply: () => applyPlan(null, folder.root, plan, edits, bounds),
    [Symbol.dispose]: () => {
      project[Symbol.dispose]();
      outside[Symbol.dispose]();
    },
  };
}

type Planned = Awaited<ReturnType<typeof planned>>;

const RACES: readonly (readonly [string, (planned: Planned) => void])[] = [
  ["an editor writes a file", ({ path }) => writeFileSync(path(".gitignore"), "dist\nsecrets\n")],
  [
    "an editor makes a file new",
    ({ path }) => {
      writeFileSync(path("package.json.tmp"), '{ "name": "shop" }\n');
      renameSync(path("package.json.tmp"), path("package.json"));
    },
  ],
  [
    "a file becomes a link that leads out",
    ({ path, outside }) => {
      rmSync(path(".gitignore"));
      symlinkSync(join(outside.directory, "file"), path(".gitignore"));
    },
  ],
  [
    "a link leads to the same text outside",
    ({ path, outside }) => {
      writeFileSync(join(outside.directory, "same"), "dist\n");
      rmSync(path(".gitignore"));
      symlinkSync(join(outside.directory, "same"), path(".gitignore"));
    },
  ],
  [
    "a folder that is missing becomes a link",
    ({ path, outside }) => symlinkSync(outside.directory, path(".kiro")),
  ],
  [
    "a file appears where one is to be made",
    ({ path }) => {
      mkdirSync(path(".kiro"));
      writeFileSync(path(".kiro/bun-process-config.json"), "{}");
    },
  ],
];

test.each(RACES)("%s: nothing of it is lost, and nothing is written outside", async (_, change) => {
  using all = await planned();
  change(all);
  const names = [".gitignore", "package.json", ".kiro/bun-process-config.json"];
  const said = () =>
    names.map((name) => (existsSync(all.path(name)) ? readFileSync(all.path(name), "utf8") : null));
  const before = said();
  expect(all.apply).toThrow(/^Nothing was changed: /u);
  expect(said()).toEqual(before);
  expect(existsSync(join(all.outside.directory, "bun-process-config.json"))).toBe(false);
  expect(readFileSync(join(all.outside.directory, "file"), "utf8")).toBe(FOREIGN);
  const glob = new Bun.Glob("**/*.bun-watchdog-new");
  for (const { directory } of [all.project, all.outside])
    expect([...glob.scanSync({ cwd: directory, dot: true })]).toEqual([]);
});

needs(root)("a package.json that another account put into a folder of all is nobody's project", async () => {
  using open = scratchProject(null);
  using project = setupHere(open.directory);
  chmodSync(open.directory, 0o1777);
  writeFileSync(join(open.directory, "package.json"), '{ "workspaces": ["**"] }');
  project.file("package.json", "{}\n");
  expect(findProject(project.directory).root).toBe(open.directory);
  lchownSync(join(open.directory, "package.json"), 65534, 65534);
  expect(findProject(project.directory).root).toBe(project.directory);
  chmodSync(open.directory, 0o700);
});

test("folders that were made for a unit outside of the project are in a record that is believed, and go with it", () => {
  using home = scratchProject(null);
  using project = setupHere();
  project.file("package.json", "{}\n");
  const account = {
    uid: process.getuid?.() ?? null,
    home: home.directory,
    state: join(project.directory, ".kiro/account"),
    monitor: { package: repository, searched: "", bun: [process.execPath] },
  };
  install(project.directory, account, { hook: "pre-commit", service: "systemd" });
  expect(existsSync(join(home.directory, ".config/systemd/user/bun-watchdog.service"))).toBe(true);
  uninstall(project.directory, account, { hook: "pre-commit" });
  expect(existsSync(join(home.directory, ".config"))).toBe(false);
});

needs("strace", root)("root gives owner and mode to what it has open, never to a name", async () => {
  using state = scratchProject(null);
  using project = setupProject(undefined, state.directory);
  project.file("package.json", "{}\n");
  const options = { cwd: "/", env: process.env };
  await runProgram(["chown", "-R", "65534:65534", project.directory], options);
  const trace = join(state.directory, "trace");
  const calls = "trace=chown,lchown,fchownat,chmod,fchmodat";
  const { exitCode, stderr } = await project.run([
    "strace",
    "-fqqo",
    trace,
    "-e",
    calls,
    "bun-watchdog",
    "setup",
  ]);
  expect(stderr).toBe("");
  expect(exitCode).toBe(0);
  expect(readFileSync(trace, "utf8")).not.toContain(project.directory);
});
