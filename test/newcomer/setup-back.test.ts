/** `setup --uninstall`: the record decides what is taken back, and not what a text looks like. */
import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { atOnce } from "../support/skip.ts";
import type { SetupResult } from "../../src/setup/text.ts";
import { type SetupHere, setupHere } from "./setup-here.ts";

const back = (project: SetupHere, below = ""): SetupResult => {
  const result = project.takeBack(below);
  expect(result.refused).toEqual([]);
  return result;
};

atOnce("git")(
  "lines, scripts and objects of somebody's own stay, whatever else was edited since",
  async () => {
    using project = setupHere();
    const own = {
      name: "shop",
      scripts: { dev: "bun-wrapper x.ts", build: "bun y.ts", "bun:status": "bun-watchdog status" },
      "simple-git-hooks": {},
    };
    project.file("package.json", `${JSON.stringify(own, null, 2)}\n`);
    project.file(".gitignore", ".kiro/logs/\nnode_modules\n");
    project.setUp("", { wrap: "build" });
    expect(project.read("package.json")).toContain("bun-wrapper y.ts");
    project.file("package.json", project.read("package.json").replace("shop", "store"));
    project.file(".gitignore", project.read(".gitignore").replace("modules", "modules\ndist"));
    back(project);
    expect(project.read("package.json")).toBe(`${JSON.stringify({ ...own, name: "store" }, null, 2)}\n`);
    expect(project.read(".gitignore")).toBe(".kiro/logs/\nnode_modules\ndist\n");
  },
);

atOnce("git")("a script that --force replaced comes back after other edits", async () => {
  using project = setupHere();
  const own = { name: "shop", scripts: { "bun:cleanup": "rm -rf build", test: "bun test" } };
  project.file("package.json", JSON.stringify(own, null, 2));
  project.setUp();
  project.setUp("", { force: true });
  project.setUp();
  project.file("package.json", project.read("package.json").replace("shop", "store"));
  back(project);
  expect(project.read("package.json")).toBe(JSON.stringify({ ...own, name: "store" }, null, 2));
});

test.concurrent.each([
  ['{ "name": "shop", "scripts": {} }', ""],
  ['{ "name": "shop" }', ""],
  ['{ "name": "shop", "scripts": {} }', '{ "a": 1, "pre-commit": {} }'],
  ['{ "name": "shop", "scripts": {} }', '{ "a": 1, "pre-commit": { "commands": {} } }'],
  ['{ "name": "shop", "scripts": {} }', '{ "a": 1 }'],
])("empty objects come back as they were: %s %s", async (manifest, lefthook) => {
  using project = setupHere();
  project.file("package.json", manifest);
  if (lefthook !== "") project.file("lefthook.json", lefthook);
  project.setUp();
  project.file("package.json", project.read("package.json").replace("shop", "store"));
  if (lefthook !== "")
    project.file("lefthook.json", project.read("lefthook.json").replace('"a": 1', '"a": 2'));
  back(project);
  expect(project.read("package.json")).toBe(manifest.replace("shop", "store"));
  if (lefthook !== "") expect(project.read("lefthook.json")).toBe(lefthook.replace('"a": 1', '"a": 2'));
});

const OWN_HOOK = "#!/bin/sh\necho own\n";

atOnce("git").each([
  [".old", OWN_HOOK, ""],
  [".legacy", OWN_HOOK, "echo later\n"],
  [".old", null, ""],
] as const)(
  "a hook that another manager moved to %s loses our lines there: %j %j",
  async (ending, own, later) => {
    using project = setupHere();
    project.file("package.json", "{}\n");
    if (own !== null) project.file(".git/hooks/pre-commit", own, 0o755);
    project.setUp();
    const hooks = join(project.directory, ".git/hooks");
    renameSync(join(hooks, "pre-commit"), join(hooks, `pre-commit${ending}`));
    if (later !== "")
      project.file(`.git/hooks/pre-commit${ending}`, project.read(`.git/hooks/pre-commit${ending}`) + later);
    project.file(".git/hooks/pre-commit", "#!/bin/sh\n# another manager's\n", 0o755);
    back(project);
    expect(project.read(".git/hooks/pre-commit")).toBe("#!/bin/sh\n# another manager's\n");
    if (own === null) expect(existsSync(join(hooks, `pre-commit${ending}`))).toBe(false);
    else expect(project.read(`.git/hooks/pre-commit${ending}`)).toBe(own + later);
  },
);

atOnce("git").each([0, 1])(
  "two projects have a systemd unit each, and each takes back its own: %i first",
  async (first) => {
    using project = setupHere();
    const names = ["one", "two"];
    for (const name of names) {
      project.file(`${name}/package.json`, "{}\n");
      expect(project.setUp(name, { service: "systemd" }).refused).toEqual([]);
    }
    const units = join(project.directory, ".config/systemd/user");
    const roots = (): readonly string[] =>
      readdirSync(units).map(
        (unit) =>
          /^WorkingDirectory=.*\/(\w+)$/mu.exec(project.read(`.config/systemd/user/${unit}`))?.[1] ?? "",
      );
    expect(roots().toSorted()).toEqual(names);
    back(project, names[first]);
    expect(roots()).toEqual([names[1 - first] ?? ""]);
    back(project, names[1 - first]);
    expect(existsSync(units)).toBe(false);
  },
);

atOnce("git").each(["", "tree"])(
  "two worktrees share a hook until the last of them is taken back; first: %j",
  async (first) => {
    using project = setupHere();
    project.file("package.json", "{}\n");
    project.file(".gitignore", "node_modules\n.kiro\n.bun\n.config\n");
    await project.commit();
    await project.run(["git", "worktree", "add", "-q", "tree"]);
    const before = project.picture();
    project.setUp();
    project.setUp("tree");
    const said = back(project, first);
    expect(said.kept.map(({ effect }) => effect).join()).toContain("uses it too");
    expect(project.read(".git/hooks/pre-commit")).toContain("bun:cleanup");
    back(project, first === "" ? "tree" : "");
    expect(project.picture()).toEqual(before);
  },
);

atOnce("git").each([
  ["a", "b"],
  ["b", "a"],
])("two projects in one repository have their own lines in its hook; back: %s, %s", async (...order) => {
  using project = setupHere();
  for (const name of ["a", "b"]) project.file(`${name}/package.json`, "{}\n");
  const before = project.picture();
  for (const name of ["a", "b"]) project.setUp(name);
  const hook = project.read(".git/hooks/pre-commit");
  expect(hook).toContain("cd './a'");
  expect(hook).toContain("cd './b'");
  back(project, order[0]);
  expect(project.read(".git/hooks/pre-commit")).toContain(`cd './${order[1]}'`);
  expect(project.read(".git/hooks/pre-commit")).not.toContain(`cd './${order[0]}'`);
  back(project, order[1]);
  expect(project.picture()).toEqual(before);
});

atOnce("git").each([
  ["package.json", "folder"],
  ["package.json", "latin1"],
  [".gitignore", "folder"],
  [".gitignore", "latin1"],
  [".git/hooks/pre-commit", "folder"],
  [".git/hooks/pre-commit", "latin1"],
  [".kiro/bun-process-config.json", "folder"],
])("%s that is a %s by now is named, and the rest is given back", async (path, kind) => {
  using project = setupHere();
  project.file("package.json", "{}\n");
  const before = project.picture();
  project.setUp();
  const whole = join(project.directory, path);
  rmSync(whole);
  if (kind === "folder") mkdirSync(whole);
  else writeFileSync(whole, Buffer.from("caf\u00e9\n", "latin1"));
  const { refused } = project.takeBack();
  expect(refused).toEqual([
    expect.stringContaining(`${whole} is ${kind === "folder" ? "a directory" : "not UTF-8"}`),
  ]);
  const [now, then] = [project.picture(), before].map((picture) =>
    Object.entries(picture).filter(([name]) => name !== path && name !== dirname(path)),
  );
  expect(now).toEqual(then ?? []);
});

atOnce("git").each([
  ["package.json", "folder"],
  ["package.json", "latin1"],
  [".gitignore", "folder"],
  [".git/hooks/pre-commit", "folder"],
  [".kiro/bun-process-config.json", "latin1"],
  ["lefthook.yml", "folder"],
])("%s that is a %s is named by setup, which does the rest", async (path, kind) => {
  using project = setupHere();
  if (path !== "package.json") project.file("package.json", "{}\n");
  const whole = join(project.directory, path);
  if (kind === "folder") mkdirSync(whole, { recursive: true });
  else project.file(path, "");
  if (kind !== "folder") writeFileSync(whole, Buffer.from("caf\u00e9\n", "latin1"));
  const { refused } = project.setUp();
  expect(refused).toEqual([
    expect.stringContaining(`${whole} is ${kind === "folder" ? "a directory" : "not UTF-8"}`),
  ]);
  for (const name of [".gitignore", "package.json", ".kiro/bun-process-config.json"])
    if (name !== path) expect(project.picture()[name]).toMatch(/bun|kiro/u);
});

atOnce("git").each([
  ["cut off", '{ "name": "x", "scripts": {'],
  ["with a conflict", '{\n<<<<<<< HEAD\n "name": "x"\n=======\n "name": "y"\n>>>>>>> b\n}\n'],
  ["an array", "[]"],
  ["scripts that are text", '{ "scripts": "x" }'],
  ["gone", null],
])("uninstall with a package.json that is broken by now: %s", async (_name, text) => {
  for (const hasRecord of [true, false]) {
    using project = setupHere();
    project.file("package.json", "{}\n");
    project.setUp();
    if (text === null) rmSync(join(project.directory, "package.json"));
    else project.file("package.json", text);
    if (!hasRecord) rmSync(project.state("setup.json"));
    if (!hasRecord && text === null) return;
    back(project);
    expect(existsSync(join(project.directory, ".git/hooks/pre-commit"))).toBe(false);
    expect(existsSync(join(project.directory, ".kiro/bun-process-config.json"))).toBe(false);
    if (!hasRecord) expect(project.read("package.json")).toBe(text ?? "");
  }
});

atOnce("git")("what stays of .kiro is said, and git goes on ignoring it", async () => {
  using project = setupHere();
  project.file("package.json", "{}\n");
  const before = project.picture();
  project.setUp();
  for (const name of ["logs/bun-process-monitor.log", "state/journal.jsonl"])
    project.file(`.kiro/${name}`, "x\n");
  const said = back(project);
  expect(said.kept.map(({ path }) => path)).toEqual(
    ["logs", "state"].map((name) => join(project.directory, ".kiro", name)),
  );
  expect((await project.run(["git", "status", "--porcelain", "-uall"])).stdout).not.toMatch(
    /kiro\/(?:logs|state)/u,
  );
  expect(project.picture()).toEqual(before);
});
