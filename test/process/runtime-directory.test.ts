import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  ensureRuntimeDirectory,
  ownRuntimeDirectories,
  runtimeDirectories,
  RuntimeDirectoryError,
  runtimePath,
} from "../../src/os/runtime-directory.ts";

const uid = process.getuid?.() ?? 0;
let root = "";
let path = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "bun-watchdog-runtime-"));
  path = join(root, "ours");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test("root's is below /run, a login session's below /run/user, anybody else's in /tmp", () => {
  // other tests share the machine's /tmp: what they made there may stand between
  for (const place of ["/run/bun-watchdog", "/tmp/bun-watchdog-0", "/dev/shm/bun-watchdog-0"])
    expect(runtimeDirectories(0)).toContain(place);
  const memory = join(root, "memory");
  expect(runtimeDirectories(0, "/run", root, memory)).toEqual([
    "/run/bun-watchdog",
    join(root, "bun-watchdog-0"),
    join(memory, "bun-watchdog-0"),
  ]);
  expect(runtimeDirectories(4_000_000, "/run", root, memory)).toEqual([
    join(root, "bun-watchdog-4000000"),
    join(memory, "bun-watchdog-4000000"),
  ]);
  const other = uid === 0 ? 1 : uid;
  mkdirSync(join(root, "user", String(other)), { recursive: true, mode: 0o700 });
  // as root it is not the session's owner who made it
  const expected = uid === 0 ? [] : [join(root, "user", String(other), "bun-watchdog")];
  expect(runtimeDirectories(other, root, root, memory)).toEqual([
    ...expected,
    join(root, `bun-watchdog-${other}`),
    join(memory, `bun-watchdog-${other}`),
  ]);
});

test("the environment has no say", () => {
  const show = "console.log(JSON.stringify(runtimeDirectories(process.getuid())))";
  const module = join(import.meta.dir, "../../src/os/runtime-directory.ts");
  const program = `const { runtimeDirectories } = await import(${JSON.stringify(module)}); ${show}`;
  const env = { XDG_RUNTIME_DIR: root, TMPDIR: root, HOME: root };
  const { stdout } = Bun.spawnSync([process.execPath, "-e", program], { env });
  expect(JSON.parse(stdout.toString())).toEqual(runtimeDirectories(uid));
});

test("made 0700 whatever the umask, and found again", () => {
  const mask = process.umask(0);
  try {
    expect(ensureRuntimeDirectory(uid, [path])).toBe(path);
    expect(lstatSync(path).mode & 0o777).toBe(0o700);
    expect(ensureRuntimeDirectory(uid, [path])).toBe(path);
  } finally {
    process.umask(mask);
  }
});

test("the next candidate is taken when the first cannot be made", () => {
  expect(ensureRuntimeDirectory(uid, [join(root, "missing", "x"), path], root)).toBe(path);
  expect(() => ensureRuntimeDirectory(uid, [join(root, "missing", "x")], root)).toThrow(/missing.*ENOENT/);
});

test.each<readonly [string, (at: string) => void, RegExp]>([
  ["a symbolic link", (at) => symlinkSync(root, at), /is a symbolic link/],
  ["a dangling link", (at) => symlinkSync(join(root, "nowhere"), at), /is a symbolic link/],
  ["a file", (at) => writeFileSync(at, ""), /is not a directory/],
  [
    "an open directory",
    (at) => {
      mkdirSync(at);
      chmodSync(at, 0o777);
    },
    /mode 777 instead of 700/,
  ],
])("%s in its place is an error with the next move, not another directory", (_name, squat, words) => {
  squat(path);
  const attempt = (): string => ensureRuntimeDirectory(uid, [path, join(root, "other")]);
  expect(attempt).toThrow(RuntimeDirectoryError);
  expect(attempt).toThrow(words);
  expect(attempt).toThrow(/Remove or rename it/);
});

test("without another place, a directory of somebody else is an error that says whose it is", () => {
  mkdirSync(path, { mode: 0o700 });
  expect(() => ensureRuntimeDirectory(uid + 1, [path])).toThrow(
    `belongs to user ${uid}, not to user ${uid + 1}`,
  );
});

describe.skipIf(uid !== 0)("what another account put in the usual place", () => {
  const ACCOUNT = 4_000_000;
  const usual = (): string => join(root, `bun-watchdog-${ACCOUNT}`);
  const candidates = (): readonly string[] =>
    runtimeDirectories(ACCOUNT, join(root, "run"), root, join(root, "none"));
  test.each<readonly [string, (at: string) => void]>([
    ["a directory", (at) => mkdirSync(at, { mode: 0o700 })],
    ["a link", (at) => symlinkSync(root, at)],
    ["a file", (at) => writeFileSync(at, "")],
  ])("%s is never read, and another one is made and found again", (_name, squat) => {
    squat(usual());
    expect(ownRuntimeDirectories(ACCOUNT, candidates())).toEqual([]);
    const made = ensureRuntimeDirectory(ACCOUNT, candidates(), root);
    expect(made.startsWith(`${usual()}-`)).toBe(true);
    // as the account itself would have made it
    chownSync(made, ACCOUNT, ACCOUNT);
    expect(ensureRuntimeDirectory(ACCOUNT, candidates(), root)).toBe(made);
    expect(ownRuntimeDirectories(ACCOUNT, candidates())).toEqual([made]);
    // whoever took the name gives it back: the locks are where they were
    rmSync(usual(), { recursive: true });
    expect(ownRuntimeDirectories(ACCOUNT, candidates())).toEqual([made]);
    expect(ensureRuntimeDirectory(ACCOUNT, candidates(), root)).toBe(made);
  });

  test("all names are read again once there is another one", () => {
    mkdirSync(usual(), { mode: 0o700 });
    expect(ownRuntimeDirectories(ACCOUNT, candidates())).toEqual([]);
    // as if nobody had changed it for long, so that what is in it is kept
    const longAgo = new Date(Date.now() - 3_600_000);
    utimesSync(root, longAgo, longAgo);
    expect(ownRuntimeDirectories(ACCOUNT, candidates())).toEqual([]);
    const spare = `${usual()}-bbbbbb`;
    mkdirSync(spare, { mode: 0o700 });
    chownSync(spare, ACCOUNT, ACCOUNT);
    expect(ownRuntimeDirectories(ACCOUNT, candidates())).toEqual([spare]);
    utimesSync(root, longAgo, longAgo);
    // it is asked each time whose it is
    chownSync(spare, 0, 0);
    expect(ownRuntimeDirectories(ACCOUNT, candidates())).toEqual([]);
  });

  test("a spare name that yet another account made is none", () => {
    mkdirSync(usual(), { mode: 0o700 });
    mkdirSync(`${usual()}-aaaaaa`, { mode: 0o700 });
    expect(candidates()).toEqual([usual(), join(root, "none", `bun-watchdog-${ACCOUNT}`)]);
  });
});

test("names carry the PID namespace where there is one", () => {
  const namespace =
    process.platform === "linux" ? `-${/\d+/.exec(readlinkSync("/proc/self/ns/pid"))?.[0]}` : "";
  expect(runtimePath("/d", "monitor", "lock")).toBe(`/d/monitor${namespace}.lock`);
});
