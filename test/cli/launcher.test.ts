/** Which Bun the launcher of bin/ takes, in every way of being installed; the Buns are scripts that say who they are. */
import { afterAll, expect, test } from "bun:test";
import {
  chmodSync,
  copyFileSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { OWN_FLAGS } from "../../src/trust/own-bun.ts";
import { AS_NOBODY } from "../newcomer/as-nobody.ts";
import { repository } from "../support/launch.ts";
import { needs, root } from "../support/skip.ts";
import packageJson from "../../package.json" with { type: "json" };

const LAUNCHER = join(repository, "src/cli/launcher/launcher.sh");
const NEW = "99.0.0";
const LOWEST = packageJson.engines.bun.replace(">=", "");

const world = realpathSync(mkdtempSync(join(tmpdir(), "launcher-")));
chmodSync(world, 0o755);
afterAll(() => rmSync(world, { recursive: true, force: true }));

let last = 0;
/** A place of its own for each case, with a name that no shell may take apart. */
function place(): string {
  last += 1;
  const path = join(world, `a b\n*${last}`);
  mkdirSync(path);
  return path;
}

function file(path: string, text: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, 0o755);
  return path;
}

const bun = (path: string, version: string, name = "it"): string =>
  file(
    path,
    `#!/bin/sh\nif [ "$1" = --version ]; then echo ${version}; exit; fi\nprintf '%s\\0' ${name} "$@"\nexit 7\n`,
  );

/** As the npm package of Bun stands before its install script has run. */
const placeholder = (path: string): string =>
  file(path, 'echo "Error: Bun\'s postinstall script was not run." >&2\nexit 1\n');

function link(path: string, to: string): string {
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(to, path);
  return path;
}

/** The package, installed in a folder; returns its bunctl. */
function installed(folder: string): string {
  const path = join(folder, "bin/bunctl");
  mkdirSync(dirname(path), { recursive: true });
  copyFileSync(LAUNCHER, path);
  chmodSync(path, 0o755);
  return path;
}

const SHELLS = [["dash"], ["busybox", "ash"], ["bash", "--posix"]] as const;

interface How {
  readonly PATH?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly as?: readonly string[];
  readonly args?: readonly string[];
}

interface Seen {
  readonly code: number;
  readonly words: readonly string[];
  readonly error: string;
}

const NOTHING = "/nowhere";

function run(shell: readonly string[], bunctl: string, how: How = {}): Seen {
  const { PATH = NOTHING, env = {}, cwd = world, as = [], args = [] } = how;
  const [command = "", ...rest] = [...as, ...shell, bunctl, ...args];
  const { exitCode, stdout, stderr } = Bun.spawnSync([Bun.which(command) ?? command, ...rest], {
    cwd,
    env: { PATH: `${PATH}:/usr/bin:/bin`, HOME: NOTHING, ...env },
  });
  return { code: exitCode, words: stdout.toString().split("\0").slice(0, -1), error: stderr.toString() };
}

/** The same in each shell; says whose Bun ran. */
function runEverywhere(bunctl: string, how: How = {}): Seen {
  const seen = SHELLS.map((shell) => run(shell, bunctl, how));
  const [first] = seen;
  for (const other of seen) expect(other).toEqual(first!);
  return first!;
}

const taken = (bunctl: string, how: How = {}): string => {
  const { words, error } = runEverywhere(bunctl, how);
  return words[0] ?? error;
};

test("the lowest version stands once in package.json, and the launcher has it", async () => {
  expect(await Bun.file(LAUNCHER).text()).toContain(`\nbw_lowest=${LOWEST}\n`);
});

test("it is started as all of ours are, with the words as they were, and its exit code comes back", () => {
  const at = place();
  const bunctl = installed(join(at, "node_modules/bun-watchdog"));
  bun(join(at, "node_modules/bun/bin/bun.exe"), NEW);
  const args = ["--", "a b", "", "*", "--x=\n", "é"];
  expect(runEverywhere(bunctl, { args })).toEqual({
    code: 7,
    words: ["it", ...OWN_FLAGS, join(at, "node_modules/bun-watchdog/dist/bunctl.js"), ...args],
    error: "",
  });
});

test("Node may run it, as yarn 4 has it do: the words, the code and the streams are those of the program", () => {
  const at = place();
  const bunctl = installed(join(at, "node_modules/bun-watchdog"));
  writeFileSync(join(at, "node_modules/bun-watchdog/package.json"), '{ "type": "module" }');
  bun(join(at, "node_modules/bun/bin/bun.exe"), NEW);
  const args = ["--", "a b", "", "*", "--x=\n", "é"];
  const { code, words, error } = run(["node"], bunctl, { args });
  expect({ code, words: words.slice(-args.length), error }).toEqual({ code: 7, words: args, error: "" });
});

test("the environment keeps every value, and what acts on any Bun is put aside", () => {
  const at = place();
  const bunctl = installed(join(at, "node_modules/bun-watchdog"));
  const own = join(at, "node_modules/bun/bin/bun.exe");
  file(own, `#!/bin/sh\nif [ "$1" = --version ]; then echo ${NEW}; exit; fi\nexec env -0\n`);
  const env = { at: "1", each: "2", BUN_OPTIONS: "--smol", version: "3", CDPATH: "/tmp" };
  for (const shell of SHELLS) {
    const { words } = run(shell, bunctl, { env });
    const expected = ["at=1", "each=2", "version=3", "CDPATH=/tmp", "BUN_WATCHDOG_KEPT_BUN_OPTIONS=--smol"];
    for (const line of expected) expect(words).toContain(line);
    expect(words.filter((line) => line.startsWith("bw_") || line.startsWith("BUN_OPTIONS"))).toEqual([]);
  }
});

test.each([
  ["npm", "node_modules/bun-watchdog", "node_modules/bun/bin/bun.exe"],
  ["an older package of Bun", "node_modules/bun-watchdog", "node_modules/bun/bin/bun"],
  ["in a workspace", "node_modules/bun-watchdog", "packages/a/../../node_modules/bun/bin/bun.exe"],
  ["nested", "packages/a/node_modules/bun-watchdog", "node_modules/bun/bin/bun.exe"],
  ["a checkout", "clone", "clone/node_modules/bun/bin/bun.exe"],
  [
    "pnpm, its own",
    "node_modules/.pnpm/w@1/node_modules/bun-watchdog",
    "node_modules/.pnpm/w@1/node_modules/bun/bin/bun.exe",
  ],
  ["pnpm, the project's", "node_modules/.pnpm/w@1/node_modules/bun-watchdog", "node_modules/bun/bin/bun.exe"],
])("%s: its own Bun goes before that of PATH", (_, ours, its) => {
  const at = place();
  const bunctl = installed(join(at, ours));
  bun(join(at, its), NEW, "own");
  bun(join(at, "path/bun"), NEW, "path");
  expect(taken(bunctl, { PATH: join(at, "path") })).toBe("own");
});

test("without the install script of Bun's package, what it would have installed is taken", () => {
  for (const beside of ["bun/node_modules", "."]) {
    const at = join(place(), "node_modules");
    placeholder(join(at, "bun/bin/bun.exe"));
    file(join(at, beside, "@oven/bun-linux-a/bin/bun"), "#!/nowhere\n");
    bun(join(at, beside, "@oven/bun-linux-b/bin/bun"), NEW, "oven");
    expect(taken(installed(join(at, "bun-watchdog")))).toBe("oven");
  }
});

test("links are followed, from wherever it is called", () => {
  const at = place();
  const bunctl = installed(join(at, "ends with a line break\n/lib/node_modules/bun-watchdog"));
  bun(join(dirname(bunctl), "../../bun/bin/bun.exe"), NEW, "own");
  const local = link(join(at, "lib/node_modules/.bin/bunctl"), bunctl);
  const twice = link(join(at, "bin/bunctl"), relative(join(at, "bin"), local));
  // somebody else's package of this name in the usual place
  installed(join(at, "lib/node_modules/bun-watchdog"));
  bun(join(at, "lib/node_modules/bun/bin/bun.exe"), NEW, "another");
  for (const path of [bunctl, twice]) expect(taken(path)).toBe("own");
  expect(taken("bunctl", { cwd: join(at, "bin"), env: { CDPATH: dirname(dirname(bunctl)) } })).toBe("own");
  expect(run(["bash"], "bunctl", { cwd: at, PATH: join(at, "bin") }).words[0]).toBe("own");
  expect(taken("bin/bunctl", { cwd: at, env: { CDPATH: dirname(dirname(bunctl)) } })).toBe("own");
});

test("linked into a project (npm link, file:), the Bun of the project is taken", () => {
  const at = place();
  const bunctl = installed(join(at, "elsewhere"));
  bun(join(at, "project/node_modules/.bin/bun"), NEW, "project");
  const called = link(join(at, "project/node_modules/.bin/bunctl"), bunctl);
  expect(taken(called)).toBe("project");
  expect(taken("node_modules/.bin/bunctl", { cwd: join(at, "project") })).toBe("project");
});

test("the first that is new enough: own, PATH, BUN_INSTALL, ~/.bun", () => {
  const at = place();
  const bunctl = installed(join(at, "node_modules/bun-watchdog"));
  const PATH = `${join(at, "none")}:${join(at, "old")}:${join(at, "path")}`;
  const env = { BUN_INSTALL: join(at, "install"), HOME: join(at, "home") };
  const places = [
    [join(at, "node_modules/bun/bin/bun.exe"), "own"],
    [join(at, "path/bun"), "path"],
    [join(at, "install/bin/bun"), "install"],
    [join(at, "home/.bun/bin/bun"), "home"],
  ] as const;
  bun(join(at, "old/bun"), "0.9.9", "old");
  for (const [path, name] of places) bun(path, NEW, name);
  for (const [path, name] of places) {
    expect(taken(bunctl, { PATH, env })).toBe(name);
    bun(path, "1.0.99", name);
  }
  const { code, words, error } = runEverywhere(bunctl, { PATH, env });
  expect({ code, words }).toEqual({ code: 127, words: [] });
  expect(error).toBe(
    `error: bunctl needs Bun ${LOWEST} or newer, and ${places[3][0]} is 1.0.99. Next: npm install --global bun\n`,
  );
});

const [major = 0, minor = 0] = LOWEST.split(".").map(Number);
test.each([
  [LOWEST, true],
  [`${LOWEST}-canary.20261101.1+abc`, true],
  [`${major}.${minor + 1}.0`, true],
  [`${major + 1}.0.0`, true],
  [`${major}.${minor - 1}.999`, false],
  [`${major}.${minor}`, false],
  ["", false],
  ["1.2.3.4", false],
  ["x", false],
])("a Bun of version %j is taken: %p", (version, expected) => {
  const at = place();
  const bunctl = installed(join(at, "node_modules/bun-watchdog"));
  bun(join(at, "node_modules/bun/bin/bun.exe"), version, "own");
  expect(taken(bunctl) === "own").toBe(expected);
});

test("none at all: one sentence, and 127", () => {
  const { code, error } = runEverywhere(installed(join(place(), "node_modules/bun-watchdog")));
  expect(code).toBe(127);
  expect(error).toBe(
    `error: bunctl needs Bun ${LOWEST} or newer, and there is none here. Next: npm install --global bun\n`,
  );
});

test("a folder that somebody stands in gives no Bun to a program that is installed elsewhere", () => {
  const at = place();
  const bunctl = installed(join(at, "lib/node_modules/bun-watchdog"));
  const clone = join(at, "clone");
  for (const path of ["bun", "node_modules/.bin/bun", "node_modules/bun/bin/bun.exe", ".kiro/bin/bun"])
    bun(join(clone, path), NEW, "hostile");
  const bins = join(clone, "node_modules/.bin");
  for (const PATH of [
    "",
    ".",
    "./",
    "node_modules/.bin",
    "../clone",
    bins,
    `${bins}/`,
    join(clone, ".kiro/bin"),
  ]) {
    for (const env of [{}, { BUN_INSTALL: ".", HOME: "." }]) {
      const { code, words } = runEverywhere(bunctl, { cwd: clone, PATH, env });
      expect({ PATH, code, words }).toEqual({ PATH, code: 127, words: [] });
    }
  }
  expect(runEverywhere(bunctl, { cwd: clone, PATH: bins }).error).toContain("is not installed in");
});

needs(root, "setpriv")("another account gives no Bun to root, and no ~/.bun to anybody else", () => {
  const at = place();
  const bunctl = installed(join(at, "lib/node_modules/bun-watchdog"));
  const theirs = join(at, "theirs");
  bun(join(theirs, ".bun/bin/bun"), NEW, "theirs");
  const own = (...paths: readonly string[]): void => {
    for (const path of paths) lchownSync(join(theirs, path), 65534, 65534);
  };
  const PATH = join(theirs, ".bun/bin");
  const ways: readonly How[] = [
    { PATH },
    { env: { HOME: theirs } },
    { env: { BUN_INSTALL: join(theirs, ".bun") } },
  ];
  // one folder on the way is enough
  own(".");
  for (const way of ways) expect(runEverywhere(bunctl, way).words).toEqual([]);
  expect(runEverywhere(bunctl, { PATH }).error).toContain(`because ${theirs} belongs to another account`);
  own(".bun", ".bun/bin", ".bun/bin/bun");
  for (const way of ways) expect(taken(bunctl, { ...way, as: AS_NOBODY })).toBe("theirs");
  lchownSync(theirs, 0, 0);
  expect(runEverywhere(bunctl, { env: { HOME: theirs }, as: AS_NOBODY }).words).toEqual([]);
});

needs(root)("root takes no Bun through a link beside its folders, since that may be anybody's", () => {
  const at = place();
  const bunctl = installed(join(at, "own/node_modules/bun-watchdog"));
  bun(join(at, "open/bun/bin/bun.exe"), NEW, "theirs");
  lchownSync(join(at, "open/bun"), 65534, 65534);
  link(join(at, "node_modules"), join(at, "open"));
  expect(runEverywhere(bunctl, {}).words).toEqual([]);
});

needs(root, "setpriv")(
  "what somebody else put below /tmp, or beside a folder that we lie in, is not taken",
  () => {
    const at = mkdtempSync(join(tmpdir(), "launcher-"));
    try {
      chmodSync(at, 0o755);
      const bunctl = installed(join(at, "a/b/node_modules/bun-watchdog"));
      bun(join(at, "a/node_modules/bun/bin/bun.exe"), NEW, "above");
      bun(join(at, "path/bun"), NEW, "path");
      expect(taken(bunctl)).toBe("above");
      lchownSync(join(at, "a/node_modules"), 1, 1);
      const how = { PATH: join(at, "path"), as: AS_NOBODY };
      expect(runEverywhere(bunctl, how).words).toEqual([]);
      lchownSync(join(at, "path"), 65534, 65534);
      expect(taken(bunctl, how)).toBe("path");
    } finally {
      rmSync(at, { recursive: true, force: true });
    }
  },
);
