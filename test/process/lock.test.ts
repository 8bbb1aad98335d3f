import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SYS, syscall } from "../../src/os/linux/ffi.ts";
import { acquireOfdLock, lockingPids } from "../../src/os/linux/files/lock.ts";
import { parseHolder, type LockHolder, type Lock } from "../../src/os/lock.ts";
import { isAlive, readStat, startFixture } from "../support/ready.ts";

const fixture = join(import.meta.dir, "../fixtures/hold-lock.ts");
let directory = "";
let path = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "bun-watchdog-lock-"));
  path = join(directory, "monitor.lock");
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const mustLock = (): Lock => {
  const lock = acquireOfdLock(path);
  if ("heldBy" in lock) throw new Error(`held by ${lock.heldBy.pid}`);
  return lock;
};
const holderOf = (): LockHolder => {
  const lock = acquireOfdLock(path);
  if (!("heldBy" in lock)) throw new Error("nobody holds it");
  return lock.heldBy;
};

const runHolder = async (...args: readonly string[]): Promise<string> => {
  const child = Bun.spawn([process.execPath, fixture, path, ...args], { stdin: "ignore", stdout: "pipe" });
  return (await new Response(child.stdout).text()).trim();
};

test("a second taker is told who holds it and since when", async () => {
  await using holder = await startFixture([process.execPath, fixture, path]);
  const heldBy = holderOf();
  expect(heldBy).toMatchObject({ ...holder.root, command: "hold-lock", project: "/a project" });
  expect(heldBy.since).toBeGreaterThan(0);
  expect(await runHolder()).toBe(`held ${holder.root.pid}`);
});

test("a holder that is SIGKILLed blocks nobody, although its file and its child stay", async () => {
  await using holder = await startFixture([process.execPath, fixture, path, "child"]);
  const [root, child] = holder.pids;
  if (root === undefined || child === undefined) throw new Error("the fixture announced too few pids");
  process.kill(root.pid, "SIGKILL");
  while (isAlive(root)) await Bun.sleep(5);
  expect(isAlive(child)).toBe(true);
  expect(readFileSync(path, "utf8")).toContain(`"pid":${root.pid}`);
  using lock = mustLock();
  expect(parseHolder(readFileSync(lock.path, "utf8"))).toMatchObject({
    pid: process.pid,
    startTicks: readStat(process.pid)?.startTicks,
  });
});

test("of 20 starters at once exactly one holds it, and the others name that one", async () => {
  const starters = Array.from({ length: 20 }, () =>
    Bun.spawn([process.execPath, fixture, path], { stdin: "ignore", stdout: "pipe" }),
  );
  try {
    const lines = await Promise.all(
      starters.map(async ({ stdout }) => {
        for await (const chunk of stdout) return new TextDecoder().decode(chunk).trim();
        return "";
      }),
    );
    const ready = lines.filter((line) => line.startsWith("ready "));
    expect(ready).toHaveLength(1);
    expect(lines.filter((line) => line === ready[0]?.replace("ready", "held"))).toHaveLength(19);
  } finally {
    for (const starter of starters) starter.kill("SIGKILL");
    await Promise.all(starters.map(({ exited }) => exited));
  }
});

test("a released lock leaves no file, and releasing twice does no harm to the next holder", () => {
  const first = mustLock();
  first[Symbol.dispose]();
  expect(readdirSync(directory)).toEqual([]);
  using second = mustLock();
  first[Symbol.dispose]();
  expect(holderOf().pid).toBe(process.pid);
  expect(statSync(second.path).mode & 0o777).toBe(0o600);
});

test("a lock on a file that is no longer at the path is not taken for the lock", () => {
  const first = mustLock();
  unlinkSync(path);
  using second = mustLock();
  // the first one's release must not remove the second one's file
  first[Symbol.dispose]();
  expect(holderOf().pid).toBe(process.pid);
  renameSync(path, `${path}.moved`);
  expect("heldBy" in acquireOfdLock(path)).toBe(false);
  second[Symbol.dispose]();
});

test("a lock on a file that was released and made anew in between is not the lock", () => {
  let other: Lock | null = null;
  const late = acquireOfdLock(path, {}, (fd) => {
    if (other === null) {
      unlinkSync(path);
      other = mustLock();
    }
    return syscall(SYS.flock, fd, 2 | 4);
  });
  expect(late).toMatchObject({ heldBy: { pid: process.pid } });
});

test("a symbolic link is refused, what it points to stays as it is", () => {
  const target = join(directory, "precious");
  writeFileSync(target, "precious");
  symlinkSync(target, path);
  expect(() => acquireOfdLock(path)).toThrow("ELOOP");
  expect(readFileSync(target, "utf8")).toBe("precious");
});

test("what a dead holder wrote does not name it as the holder", () => {
  using lock = mustLock();
  writeFileSync(lock.path, '{"pid":4194304,"startTicks":1,"since":1}');
  expect(holderOf().pid).toBe(process.pid);
  writeFileSync(lock.path, "");
  expect(holderOf().pid).toBe(process.pid);
});

test.each<[string, LockHolder | null]>([
  ["", null],
  ["{", null],
  ["[]", null],
  ["null", null],
  ['{"pid":"1"}', null],
  ['{"pid":7}', { pid: 7, startTicks: 0, since: 0 }],
  [
    '{"pid":7,"startTicks":1,"since":2,"command":3,"project":"p"}',
    { pid: 7, startTicks: 1, since: 2, project: "p" },
  ],
])("holder text %j", (text, expected) => {
  expect(parseHolder(text)).toEqual(expected);
});

test("/proc/locks: flocks on the inode only, waiters and foreign namespaces left out", () => {
  const locks = [
    "1: FLOCK  ADVISORY  WRITE 708 08:01:42 0 EOF",
    "1: -> FLOCK  ADVISORY  WRITE 709 08:01:42 0 EOF",
    "2: POSIX  ADVISORY  WRITE 710 08:01:42 0 EOF",
    "3: FLOCK  ADVISORY  WRITE 711 08:01:421 0 EOF",
    "4: FLOCK  ADVISORY  WRITE 0 08:01:42 0 EOF",
    "",
  ].join("\n");
  expect(lockingPids(locks, 42)).toEqual([708]);
});
