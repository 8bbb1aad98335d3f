/** `setup` and its way back in a checkout that leads elsewhere: links, hook paths and records that came with it. */
import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectKey } from "../../src/trust/state.ts";
import { needs, root } from "../support/skip.ts";
import { AS_NOBODY } from "./as-nobody.ts";
import { setupProject, type SetupProject } from "./setup-project.ts";

interface Checkout extends Disposable {
  /** Is this checkout's folder; the rest of the account's files lie in `home`. */
  readonly home: string;
  readonly folder: string;
  readonly project: SetupProject;
}

async function checkout(): Promise<Checkout> {
  const project = setupProject();
  const folder = join(project.directory, "clone");
  mkdirSync(folder);
  project.file("clone/package.json", '{ "name": "x" }\n');
  await project.run(["git", "init", "-q"], "clone");
  return { project, folder, home: project.directory, [Symbol.dispose]: () => project[Symbol.dispose]() };
}

const PROFILE = "# default\n";

needs("git").each([
  ["a hook of husky", ".husky/pre-commit", { devDependencies: { husky: "^9" } }],
  ["a plain hook", ".git/hooks/pre-commit", {}],
  ["the ignored files", ".gitignore", {}],
  ["the limits", ".kiro/bun-process-config.json", {}],
  ["the workflow", ".github/workflows/bun-watchdog.yml", {}],
])("%s that is a link out of the project stays as it is, and is named", async (_name, path, more) => {
  using clone = await checkout();
  clone.project.file("clone/package.json", `${JSON.stringify({ name: "x", ...more })}\n`);
  const target = join(clone.home, "profile");
  writeFileSync(target, path.endsWith(".json") ? "{}\n" : PROFILE);
  const before = readFileSync(target, "utf8");
  mkdirSync(join(clone.folder, path, ".."), { recursive: true });
  symlinkSync(target, join(clone.folder, path));
  const { exitCode, stdout } = await clone.project.setup(["--ci", "github"], "clone");
  expect({ exitCode, text: readFileSync(target, "utf8") }).toEqual({ exitCode: 1, text: before });
  expect(stdout).toContain(target);
  expect((await clone.project.setup(["--uninstall"], "clone")).exitCode).toBe(0);
  expect(readFileSync(target, "utf8")).toBe(before);
});

needs("git").each([".kiro", ".husky", ".github", ".git/hooks"])(
  "nothing is made in a folder outside that %s leads to, there or not",
  async (name) => {
    for (const isThere of [true, false]) {
      using clone = await checkout();
      clone.project.file("clone/package.json", '{ "devDependencies": { "husky": "^9" } }\n');
      if (name === ".git/hooks") clone.project.file("clone/package.json", "{}\n");
      const outside = join(clone.home, "outside");
      if (isThere) mkdirSync(outside);
      await clone.project.run(["rm", "-rf", name], "clone");
      symlinkSync("..".repeat(name.split("/").length) + "outside", join(clone.folder, name));
      expect((await clone.project.setup(["--ci", "github"], "clone")).exitCode).toBe(1);
      expect(existsSync(outside)).toBe(isThere);
      expect(await clone.project.run(["find", outside, "-type", "f"])).toMatchObject({ stdout: "" });
    }
  },
);

needs("git")("hooks that git is told to look for outside are nobody's but their owner's", async () => {
  using clone = await checkout();
  const hooks = join(clone.home, "hooks");
  mkdirSync(hooks);
  clone.project.file("clone/package.json", '{ "devDependencies": { "lefthook": "^2" } }\n');
  await clone.project.run(["git", "config", "core.hooksPath", hooks], "clone");
  const { exitCode, stdout } = await clone.project.setup([], "clone");
  expect([exitCode, stdout]).toEqual([0, expect.stringContaining(`git looks for hooks in ${hooks}`)]);
  expect(existsSync(join(hooks, "pre-commit"))).toBe(false);
});

needs("git")(
  "a .git that leads into another repository gives nobody its hooks; a worktree's does",
  async () => {
    using clone = await checkout();
    await clone.project.commit("clone");
    await clone.project.run(["git", "worktree", "add", "-q", "../tree"], "clone");
    expect(await clone.project.setup([], "tree")).toMatchObject({ exitCode: 0 });
    expect(clone.project.read("clone/.git/hooks/pre-commit")).toContain("bun-watchdog");
    await clone.project.setup(["--uninstall"], "tree");
    clone.project.file("copy/package.json", "{}\n");
    clone.project.file("copy/.git", `gitdir: ${join(clone.folder, ".git")}\n`);
    expect((await clone.project.setup([], "copy")).exitCode).toBe(1);
    expect(existsSync(join(clone.folder, ".git/hooks/pre-commit"))).toBe(false);
  },
);

test("a FIFO or an endless device in the place of a file is refused, and nothing waits for it", async () => {
  using clone = await checkout();
  await clone.project.run(["mkfifo", "clone/.gitignore"]);
  mkdirSync(join(clone.folder, ".kiro"));
  symlinkSync("/dev/zero", join(clone.folder, ".kiro/bun-process-config.json"));
  const { exitCode, stdout } = await clone.project.setup([], "clone");
  expect(exitCode).toBe(1);
  expect(stdout).toContain(".gitignore is no regular file");
});

needs("git", root).each([
  ["a file in the place of .kiro", "rm -rf .kiro; touch .kiro", ".kiro is no directory"],
  ["a file in the place of the hooks", "rm -r .git/hooks; touch .git/hooks", ".git/hooks is no directory"],
  ["a link to nothing", "ln -s nowhere .gitignore", ".gitignore is a link to"],
  ["a folder without the right", "chmod 555 .git/hooks", ".git/hooks/pre-commit cannot be written (EACCES"],
  ["a file without the right", "touch .gitignore; chmod 0 .gitignore", ".gitignore may not be read (EACCES"],
])("what is in the way is named before the first write: %s", async (_name, make, says) => {
  using project = setupProject(undefined, "/nonexistent");
  project.file("package.json", "{}\n");
  await project.run(["sh", "-c", `${make}; chown -Rh 65534:65534 .; chmod 755 .`]);
  const before = project.picture();
  const setup = ["bun-watchdog", "setup", "--hook", "pre-commit"];
  const { exitCode, stderr } = await project.run([...AS_NOBODY, ...setup]);
  expect({ exitCode, stderr }).toEqual({
    exitCode: 1,
    stderr: expect.stringContaining("Nothing was changed: "),
  });
  expect(stderr).toContain(`${project.directory}/${says}`);
  expect(project.picture()).toEqual(before);
});

const recordIn = (clone: Checkout): string =>
  join(clone.project.env["XDG_STATE_HOME"] ?? "", "bun-watchdog", projectKey(clone.folder), "setup.json");

const planted = (clone: Checkout): string => {
  writeFileSync(join(clone.home, "notes.txt"), PROFILE);
  return JSON.stringify({
    schemaVersion: 2,
    root: clone.folder,
    files: [
      { path: join(clone.home, "notes.txt"), before: "pwned\n", after: PROFILE, undo: [] },
      { path: "../notes.txt", before: null, after: PROFILE, undo: [] },
    ],
    directories: [join(clone.home, "empty")],
  });
};

test.each(["in the checkout", "in the account's directory"])(
  "a record %s that speaks of other files is not believed",
  async (where) => {
    using clone = await checkout();
    mkdirSync(join(clone.home, "empty"));
    const record =
      where === "in the checkout" ? join(clone.folder, ".kiro/state/setup.json") : recordIn(clone);
    mkdirSync(join(record, ".."), { recursive: true, mode: 0o700 });
    writeFileSync(record, planted(clone));
    const { exitCode, stdout } = await clone.project.setup(["--uninstall"], "clone");
    expect(exitCode).toBe(0);
    expect(readFileSync(join(clone.home, "notes.txt"), "utf8")).toBe(PROFILE);
    expect(existsSync(join(clone.home, "empty"))).toBe(true);
    if (where !== "in the checkout") expect(stdout).toContain("is no record that setup wrote");
  },
);

test("the record lies in the account's directory, and nothing of it in the project", async () => {
  using clone = await checkout();
  await clone.project.setup([], "clone");
  expect(existsSync(recordIn(clone))).toBe(true);
  expect(existsSync(join(clone.folder, ".kiro/state"))).toBe(false);
  await clone.project.setup(["--uninstall"], "clone");
  expect(existsSync(recordIn(clone))).toBe(false);
});

test.each([
  ["cut off", (text: string) => text.slice(0, text.length / 2)],
  ["empty", () => ""],
  ["no JSON any more", (text: string) => text.replace("{", "{ <<<<<<< HEAD")],
])("uninstall gives back a package.json that is %s by now", async (_name, damage) => {
  using clone = await checkout();
  const before = clone.project.read("clone/package.json");
  await clone.project.setup([], "clone");
  clone.project.file("clone/package.json", damage(clone.project.read("clone/package.json")));
  expect((await clone.project.setup(["--uninstall"], "clone")).exitCode).toBe(0);
  expect(clone.project.read("clone/package.json")).toBe(before);
});
