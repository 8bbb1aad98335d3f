/** Text in, text out: what setup puts into files, and that it comes out again to the last byte. */
import { describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { jsonValue, withJsonValue } from "../../../src/config/syntax/json-edit.ts";
import { withBlock, withoutBlock } from "../../../src/setup/block.ts";
import { type Git, placeNote } from "../../../src/setup/git.ts";
import { scratchProject } from "../../support/launch.ts";
import { SetupRefusal } from "../../../src/setup/refusal.ts";
import { oneAfterOther, putValue, type Undo, undone } from "../../../src/setup/undo.ts";
import { hookCall, commandHook } from "../../../src/setup/hooks/call.ts";
import { lefthook } from "../../../src/setup/hooks/lefthook.ts";
import { shellHook } from "../../../src/setup/hooks/shell.ts";
import { noOrphans } from "../../../src/setup/parts/bunfig.ts";
import { packageScripts } from "../../../src/setup/parts/basics.ts";
import { shim } from "../../../src/setup/parts/shim.ts";
import type { ProjectFolder } from "../../../src/setup/project.ts";
import { unwrapped, wrapped } from "../../../src/setup/parts/wrap.ts";

const call = "clean || :";
const block = "bun-watchdog";
const lines = { block, call };

describe("JSON keeps its writer's hand", () => {
  test.each([
    ['{"a":1}', '{"a":1,"s":{"x":"y"}}'],
    ["{}", '{"s": {"x": "y"}}'],
    ['{ "a": 1 }', '{ "a": 1, "s": { "x": "y" } }'],
    ['{\n  "s": {},\n  "z": 1\n}\n', '{\n  "s": {\n    "x": "y"\n  },\n  "z": 1\n}\n'],
    ['{\n  "s": {"k": "v"},\n  "z": [1,  2]\n}\n', '{\n  "s": {"k": "v", "x": "y"},\n  "z": [1,  2]\n}\n'],
    ['{\n\t"s": {\n\t\t"k": "v"\n\t}\n}', '{\n\t"s": {\n\t\t"k": "v",\n\t\t"x": "y"\n\t}\n}'],
    ['{\r\n    "a": 1\r\n}\r\n', '{\r\n    "a": 1,\r\n    "s": {\r\n        "x": "y"\r\n    }\r\n}\r\n'],
    ['{\r  "s": {\r    "k": 1\r  }\r}', '{\r  "s": {\r    "k": 1,\r    "x": "y"\r  }\r}'],
    ['\uFEFF{\n  "s": {\n    "k": 1\n  }\n}', '\uFEFF{\n  "s": {\n    "k": 1,\n    "x": "y"\n  }\n}'],
    [
      '{\n  // why\n  "a": 1, // here\n}\n',
      '{\n  // why\n  "a": 1, // here\n  "s": {\n    "x": "y"\n  },\n}\n',
    ],
    [
      '{\n  "a": 1 // here, too\n  // end\n}\n',
      '{\n  "a": 1, // here, too\n  "s": {\n    "x": "y"\n  }\n  // end\n}\n',
    ],
    ['{"a": 1 // why\n}', '{"a": 1, // why\n  "s": {"x": "y"}\n}'],
    [
      '{\n  "s": {\n    "long" : "a",\n    "b"    : "c"\n  }\n}',
      '{\n  "s": {\n    "long" : "a",\n    "b"    : "c",\n    "x"    : "y"\n  }\n}',
    ],
    [
      '{\n  "s": {\n    "long": "a",\n    "b":    "c"\n  }\n}',
      '{\n  "s": {\n    "long": "a",\n    "b":    "c",\n    "x":    "y"\n  }\n}',
    ],
    [
      '{\n  "s": {\n    "k":1,\n\n    "l":2\n  }\n}',
      '{\n  "s": {\n    "k":1,\n\n    "l":2,\n    "x":"y"\n  }\n}',
    ],
    ['{ "a": 1\n, "b": 2\n}', '{ "a": 1\n, "b": 2\n, "s": {\n  "x": "y"\n}\n}'],
    ['{"\\u0073":{"k":"\\u00e9\\/"}}', '{"\\u0073":{"k":"\\u00e9\\/","x":"y"}}'],
    ['{"a":1,"s":{"k":1},"a":2}', '{"a":1,"s":{"k":1,"x":"y"},"a":2}'],
    ['{"s":{"x":"z" , "k" : 1}}', '{"s":{"x":"y" , "k" : 1}}'],
  ])("%j", (before, after) => {
    expect(withJsonValue(before, ["s", "x"], "y")).toBe(after);
    expect(jsonValue(after, ["s", "x"])).toBe("y");
    if (/"k"/u.test(before) && !before.includes('"x"'))
      expect(withJsonValue(after, ["s", "x"], undefined)).toBe(before);
  });

  test.each([
    ['{\n  "x": 1, // mine\n  "k": 2\n}', '{\n   // mine\n  "k": 2\n}'],
    ['{\n  "k": 1, // here\n  "x": 2 // mine\n}', '{\n  "k": 1 // here // mine\n}'],
    ['{\n  "k": 1, // here\n  "x": 2,\n}', '{\n  "k": 1, // here\n}'],
    ['{ /* all */ "x": 1 }', "{ /* all */  }"],
  ])("what somebody wrote beside a member that goes stays: %j", (before, after) => {
    expect(withJsonValue(before, ["x"], undefined)).toBe(after);
  });

  test.each(['{"s":1}', '{"s":[]}', "[]", '"s"', '{"s":null}'])("%j has no place for it", (text) => {
    expect(withJsonValue(text, ["s", "x"], "y")).toBeNull();
  });
});

describe("a marked block", () => {
  test.each(["", "a\n", "a", "a\nb\n", "a\r\nb\r\n"])("goes into %j once, and out again", (text) => {
    const once = withBlock(text, text.length, block, [call]);
    expect(withBlock(once, 0, block, [call])).toBe(once);
    const back = withoutBlock(once, block);
    expect(back === text || back === `${text}\n`).toBe(true);
  });

  test("is brought up to date where it stands", () => {
    const old = withBlock("a\nb\n", 2, block, ["old"], "  ");
    expect(withBlock(old, 0, block, ["new"], "  ")).toBe(old.replace("old", "new"));
  });
});

describe("a shell hook", () => {
  const edit = shellHook("/h", "pre-commit", lines, "#!/bin/sh\n");
  test.each([
    ["#!/bin/sh\necho x\n", "#!/bin/sh\n# >>>"],
    ["echo x", "# >>>"],
    ['#!/usr/bin/env sh\n. "$(dirname -- "$0")/_/husky.sh"\n\nnpm test\n', '_/husky.sh"\n# >>>'],
    ["#!/usr/bin/env bash\nset -e\nexec x", "bash\n# >>>"],
  ])("%j gets it before its own commands", (text, start) => {
    const added = edit.add(text);
    expect(added.text).toContain(start);
    expect(edit.add(added.text)).toEqual({ text: added.text, undo: [] });
    expect(undone(added.text, added.undo)).toBe(text);
  });

  test("that we made goes whole", () => {
    const { text, undo } = edit.add(null);
    expect(undone(text, undo)).toBeNull();
    expect(undone(text, edit.marks)).toBeNull();
  });

  test.each([
    "#!/usr/bin/env python3",
    "#!/usr/bin/env -S node",
    "#!/usr/bin/env -S -i A=sh bun",
    "#!/usr/bin/env -u sh python3",
    "#!/usr/bin/perl -w # no sh",
    "#!/opt/bash-tools/python3",
    "#!/usr/bin/env bash-runner",
    "#!/usr/bin/fish",
  ])("not %j", (line) => {
    for (const eol of ["\n", "\r\n"]) expect(() => edit.add(line + eol)).toThrow(SetupRefusal);
  });

  test.each([
    "#!/bin/sh",
    "#! /bin/bash -e",
    "#!/usr/bin/env -S bash -e",
    "#!/usr/bin/env -vSzsh",
    "#!/usr/bin/env -S -u X A=1 dash",
    "#!/bin/busybox sh",
    "#!/nix/store/0-python3-tools/bin/bash-5.2",
    "#!/bin/ksh93",
  ])("%j", (line) => expect(edit.add(`${line}\nx\n`).text).toStartWith(`${line}\n# >>>`));

  test("with Windows line endings keeps them, and a shell is not told of them", () => {
    const text = "#!/bin/sh\r\n# own\r\n";
    const added = edit.add(text);
    expect(added.text).toBe(
      `#!/bin/sh\r\n# >>> bun-watchdog >>>\r\n${call} #\r\n# <<< bun-watchdog <<<\r\n# own\r\n`,
    );
    expect(edit.add(added.text).undo).toEqual([]);
    expect(undone(added.text, added.undo)).toBe(text);
    expect(Bun.spawnSync(["sh", "-ec", added.text]).exitCode).toBe(0);
    expect(Bun.spawnSync(["sh", "-ec", added.text.replace(" #\r", "\r")]).exitCode).not.toBe(0);
  });

  test("of mixed line endings: as the line before, and a block as it stands", () => {
    const added = edit.add("#!/bin/sh\necho a\r\n").text;
    expect(added).toBe(`#!/bin/sh\n# >>> bun-watchdog >>>\n${call}\n# <<< bun-watchdog <<<\necho a\r\n`);
    expect(edit.add(`a\r\n${added}`).text).toBe(`a\r\n${added}`);
  });

  test("that a manager wrote with our call in it is left, and cleaned", () => {
    const text = `#!/bin/sh\n${call}; npm test`;
    expect(edit.add(text)).toEqual({ text, undo: [] });
    expect(undone(text, edit.marks)).toBe("#!/bin/sh\nnpm test");
    expect(undone(`#!/bin/sh\nsudo -v\n${call}`, edit.marks)).toBe("#!/bin/sh\nsudo -v\n");
  });
});

describe("a command in a manager's JSON", () => {
  const edit = commandHook("/p", ["hooks", "pre-commit"], call, "m");
  test.each([
    ["{}", call],
    ['{"hooks":{"pre-commit":"npm test && x"}}', `${call}; npm test && x`],
  ])("%j", (text, command) => {
    const added = edit.add(text);
    expect(jsonValue(added.text, ["hooks", "pre-commit"])).toBe(command);
    expect(edit.add(added.text)).toEqual({ text: added.text, undo: [] });
    expect(undone(added.text, added.undo)).toBe(text);
  });

  test("that is no command is refused", () => {
    expect(() => edit.add('{"hooks":{"pre-commit":{"staged":{}}}}')).toThrow("is no command line");
  });
});

describe("lefthook's YAML", () => {
  const edit = lefthook("/lefthook.yml", "pre-commit", lines);
  test.each([
    ["pre-push:\n  commands:\n    a:\n      run: b\n"],
    ["pre-commit:\n    commands:\n        lint: # x\n            run: b\n"],
    ["pre-commit:\n  jobs:\n    - run: b\n    - name: c\n      run: d\n"],
    ["pre-commit:\n  jobs:\n  - run: b\n"],
    ["pre-commit:\n  parallel: true\n  scripts:\n    x.sh:\n      runner: bash\n"],
    ["# only a comment\n"],
  ])("%j", (text) => {
    const added = edit.add(text);
    expect(Bun.YAML.parse(added.text)).toMatchObject({ "pre-commit": expect.anything() });
    expect(JSON.stringify(Bun.YAML.parse(added.text))).toContain(`"run":"${call}"`);
    expect(edit.add(added.text)).toEqual({ text: added.text, undo: [] });
    expect(undone(added.text, added.undo)).toBe(text);
  });

  test.each([
    "pre-commit: {commands: {a: {run: b}}}\n",
    "pre-commit: *x\n",
    "pre-commit:\n",
    "{{\n",
    "pre-commit:\n  commands: {}\n",
  ])("%j is not for adding line by line", (text) => {
    expect(() => edit.add(text)).toThrow("cannot be added to safely");
  });
});

test.each([
  ["bun test", "bun-wrapper test"],
  ["bun --hot server.ts", "bun-wrapper -- --hot server.ts"],
  ["bun --config=dev.toml x.ts", "bun-wrapper -- --config=dev.toml x.ts"],
  ["bunx --bun vite", "bun-wrapper x --bun vite"],
  ["A='x y' B=\"bun z\" bun a.ts", "A='x y' B=\"bun z\" bun-wrapper a.ts"],
  [
    "bun a.ts\nbun b.ts\n# bun c.ts\n  bun d.ts",
    "bun-wrapper a.ts\nbun-wrapper b.ts\n# bun c.ts\n  bun-wrapper d.ts",
  ],
  ["echo 'a; bun b.ts' && bun c.ts", "echo 'a; bun b.ts' && bun-wrapper c.ts"],
  ["bun -e 'x; bun y'", "bun-wrapper -- -e 'x; bun y'"],
  ["bun test 2>&1 | tee log", "bun-wrapper test 2>&1 | tee log"],
  ["NODE_ENV=test bun test && bunx tsc", "NODE_ENV=test bun-wrapper test && bun-wrapper x tsc"],
  ["(bun a.ts; bun b.ts)", "(bun-wrapper a.ts; bun-wrapper b.ts)"],
  ["bun run build | tee log", "bun-wrapper run build | tee log"],
])("the gate in %j", (before, after) => {
  expect(wrapped(before)).toBe(after);
  expect(unwrapped(after)).toBe(before);
});

test.each([
  "tsc",
  "bun install",
  "bun add x && echo bun",
  "echo bun",
  "bundle exec x",
  "node bun.js",
  "bun-watchdog status",
  "bun ci",
  "bun rm x",
  "bun upgrade",
  "bun publish --access public",
  "bun --cwd packages/a install",
  "bun --version",
  "bun",
  'echo "x && bun a.ts"',
  "echo 'x; bun a.ts'",
  'concurrently "bun a.ts" "bun b.ts"',
  "echo x\\; bun a.ts",
  "echo it's; bun a.ts",
  "bun-wrapper -- --hot x.ts",
])("no gate in %j", (script) => expect(wrapped(script)).toBeNull());

const CALL = `(grep -qs '"bun:cleanup"' package.json && PATH="$PATH:$PWD/node_modules/.bin" && command -v bun-watchdog >/dev/null && bun-watchdog cleanup </dev/null) || :`;
test.each([
  ["", CALL],
  ["-", CALL.replace("(", "(cd './-' 2>/dev/null && ")],
  ["it's", CALL.replace("(", "(cd './it'\\''s' 2>/dev/null && ")],
])("the call of a project in %j", (below, line) => {
  expect(hookCall({ git: { below } })).toBe(line);
});

test("CDPATH leads a hook into no other folder of that name", () => {
  using place = scratchProject(null);
  for (const at of ["repository/app", "elsewhere/app"]) {
    mkdirSync(join(place.directory, at, "node_modules/.bin"), { recursive: true });
    writeFileSync(join(place.directory, at, "package.json"), '{ "scripts": { "bun:cleanup": "" } }');
    writeFileSync(join(place.directory, at, "node_modules/.bin/bun-watchdog"), "#!/bin/sh\npwd\n", {
      mode: 0o755,
    });
  }
  const { stdout } = Bun.spawnSync(["sh", "-c", hookCall({ git: { below: "app" } })], {
    cwd: join(place.directory, "repository"),
    env: { ...process.env, CDPATH: join(place.directory, "elsewhere") },
  });
  expect(stdout.toString()).toBe(`${join(place.directory, "repository/app")}\n`);
});

test("what a person is to type names one folder, whatever that is called", () => {
  const setting = { value: "/dev/null", scope: "global" };
  const git: Git = { top: "/p", below: "", common: "/it's $(id)/.git", hooks: { kind: "nowhere", setting } };
  expect(placeNote(git, "pre-commit", "")).toContain(
    `git config core.hooksPath '/it'\\''s $(id)/.git/hooks'`,
  );
});

const project = (manifest: string): ProjectFolder => ({ root: "/p", manifest, isOurs: false, git: null });

describe("the package scripts", () => {
  const theirs = JSON.stringify({ scripts: { "bun:cleanup": "rm -rf build" } });
  const added = (force: boolean) =>
    packageScripts(project(theirs), force).edits[0]?.add(theirs) ?? { text: "", undo: [] };

  test("of somebody's own stay, unless that is forced, and are not taken out", () => {
    expect(jsonValue(added(false).text, ["scripts", "bun:cleanup"])).toBe("rm -rf build");
    expect(jsonValue(added(true).text, ["scripts", "bun:cleanup"])).toBe("bun-watchdog cleanup");
    for (const force of [false, true]) {
      const { text, undo } = added(force);
      expect(undone(text, undo)).toBe(theirs);
    }
  });
});

test("a block in a file with CRLF has CRLF throughout", () => {
  expect(withBlock("a\r\nb\r\n", 3, block, [call])).not.toMatch(/[^\r]\n/u);
});

describe("noOrphans in bunfig.toml", () => {
  const edit = noOrphans(project("{}")).edits[0];
  const mine = "# >>> bun-watchdog >>>\nnoOrphans = true\n# <<< bun-watchdog <<<\n";
  test.each([
    ["", mine.replace("noOr", "[run]\nnoOr")],
    ["[run]\nbun = true\n", `[run]\n${mine}bun = true\n`],
    [
      "[install]\nexact = true\n\n  [ run ] # mine\nbun = true",
      `[install]\nexact = true\n\n  [ run ] # mine\n${mine}bun = true`,
    ],
    ["[run]\r\nbun = true\r\n", `[run]\r\n${mine.replaceAll("\n", "\r\n")}bun = true\r\n`],
  ])("%j", (before, after) => {
    const added = edit?.add(before === "" ? null : before);
    expect(added?.text).toBe(after);
    expect(edit?.add(after)).toEqual({ text: after, undo: [] });
    expect(undone(after, added?.undo ?? []) ?? "").toBe(before);
  });
  test.each(["[run]\nnoOrphans = true\n", "[run]\nnoOrphans = false\n", "run = { noOrphans = true }\n"])(
    "%j has its own word",
    (text) => expect(edit?.add(text)).toEqual({ text, undo: [] }),
  );
  test.each(["run = { bun = true }\n", "run.bun = true\n", "[run\n", "run = 1\n"])("%j stays", (text) => {
    expect(() => edit?.add(text)).toThrow(SetupRefusal);
  });
});

test("the shim can be executed", () => {
  const { edits } = shim(project("{}"));
  expect(edits.map(({ path, mode }) => [path, mode])).toEqual([
    ["/p/.kiro/bin/bun", 0o755],
    ["/p/.kiro/bin/bunx", 0o755],
  ]);
});

describe("what an edit did is taken out of what somebody has made of the text since", () => {
  test.each([
    ['{"a":1}', '{"a":1}'],
    ['{"a":1,"s":{}}', '{"a":1,"s":{}}'],
    ['{"a":1,"s":{"x":{}}}', '{"a":1,"s":{"x":{}}}'],
    ['{"a":1,"s":{"x":{"y":"theirs"}}}', '{"a":1,"s":{"x":{"y":"theirs"}}}'],
  ])("%j", (before, after) => {
    const { text, undo } = putValue("/p", before, ["s", "x", "y"], "ours");
    const edited = text.replace('"a":1', '"a":2');
    expect(undone(edited, undo)).toBe(after.replace('"a":1', '"a":2'));
  });

  test("a value that somebody has changed since is theirs", () => {
    const { text, undo } = putValue("/p", '{"s":"old"}', ["s"], "ours");
    expect(undone(text.replace("ours", "mine"), undo)).toBe('{"s":"mine"}');
  });

  test("of two setups the first one's text comes back", () => {
    const first = putValue("/p", '{"s":"theirs"}', ["s"], "ours");
    const second = putValue("/p", first.text, ["s"], "newer");
    expect(undone(second.text, oneAfterOther(first.undo, second.undo))).toBe('{"s":"theirs"}');
    const between = putValue("/p", '{"s":"by now"}', ["s"], "newer");
    expect(undone(between.text, oneAfterOther(first.undo, between.undo))).toBe('{"s":"by now"}');
  });

  test("a line goes once, and a file that we made goes when nothing else is in it", () => {
    const undo: readonly Undo[] = [
      { kind: "made", text: "" },
      { kind: "line", text: "logs/" },
    ];
    expect(undone("a\nlogs/\nb\n", undo)).toBe("a\nb\n");
    expect(undone("logs/\r\n", undo)).toBeNull();
    expect(undone("a\n", undo)).toBe("a\n");
  });

  test("two projects of a repository have a block each", () => {
    const [one, other] = ["a", "b"].map((below) => ({
      block: `${block} "${below}"`,
      call: `clean ${below}`,
    }));
    if (one === undefined || other === undefined) throw new Error("two");
    const first = shellHook("/h", "pre-commit", one, "#!/bin/sh\n").add(null);
    const both = shellHook("/h", "pre-commit", other, "#!/bin/sh\n").add(first.text);
    expect(undone(both.text, both.undo)).toBe(first.text);
    expect(undone(both.text, first.undo)).toContain("clean b");
  });

  test("what is no JSON is left to a person", () => {
    const { text, undo } = putValue("/p", '{"a":1}', ["s"], "ours");
    expect(() => undone(text.slice(0, -1), undo)).toThrow(SetupRefusal);
  });
});
