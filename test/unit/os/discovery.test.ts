/** Whom a pass reads again, and whom not, told on a directory that stands for /proc. */
import { expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Discovery } from "../../../src/os/linux/sample/discovery.ts";
import { Errno } from "../../../src/os/linux/ffi.ts";
import { Identifier } from "../../../src/os/linux/proc/identify.ts";
import { ENTRY, ProcFiles } from "../../../src/os/linux/proc/proc-files.ts";
import { Class } from "../../../src/os/linux/sample/roster.ts";

const MS_PER_TICK = 10;
const SOMETHING_ELSE = import.meta.path;

function machine() {
  const root = mkdtempSync(join(tmpdir(), "bun-watchdog-discovery-"));
  const proc = new ProcFiles(root);
  const discovery = new Discovery(proc, new Identifier(proc), MS_PER_TICK, () => true);
  const { roster } = discovery;
  return {
    proc,
    pass: (bootMs: number) => discovery.pass(bootMs),
    appear: (pid: number) => mkdirSync(join(root, String(pid))),
    stat: (pid: number, parent: number, bornMs: number) => {
      const rest = [parent, ...Array<number>(17).fill(0), bornMs / MS_PER_TICK, ...Array<number>(30).fill(0)];
      writeFileSync(join(root, String(pid), "stat"), `${pid} (program) S ${rest.join(" ")}\n`);
    },
    runs: (pid: number, executable: string) => {
      const exe = join(root, String(pid), "exe");
      rmSync(exe, { force: true });
      symlinkSync(executable, exe);
    },
    end: (pid: number) => rmSync(join(root, String(pid)), { recursive: true }),
    classOf: (pid: number) => roster.now.class[roster.indexOf(pid)],
    parentOf: (pid: number) => roster.now.parent[roster.indexOf(pid)],
    [Symbol.dispose]: () => {
      discovery[Symbol.dispose]();
      proc[Symbol.dispose]();
      rmSync(root, { recursive: true });
    },
  };
}

/** Neither is its turn in the first passes. */
const [PID, PARENT] = [60, 50];

test.each([
  ["young: at once", 29_000, true],
  ["older: not before its turn", 31_000, false],
])("a process that begins to run Bun is seen, %s", (_, ageMs, isSeen) => {
  using it = machine();
  it.appear(PID);
  it.stat(PID, 1, 100_000);
  it.runs(PID, SOMETHING_ELSE);
  expect(it.pass(100_000)).toBe(true);
  expect(it.classOf(PID)).toBe(Class.other);
  it.runs(PID, process.execPath);
  expect(it.pass(100_000 + ageMs)).toBe(isSeen);
  expect(it.classOf(PID)).toBe(isSeen ? Class.bun : Class.other);
});

test("an older one is seen in its turn", () => {
  using it = machine();
  it.appear(PID);
  it.stat(PID, 1, 0);
  it.runs(PID, SOMETHING_ELSE);
  it.pass(100_000);
  it.runs(PID, process.execPath);
  const seenIn = Array.from({ length: 64 }, (_pass, at) => it.pass(110_000 + at)).indexOf(true) + 1;
  expect(seenIn).toBe(PID);
});

test("whose parent ended has another", () => {
  using it = machine();
  for (const [pid, parent] of [
    [PARENT, 1],
    [PID, PARENT],
  ] as const) {
    it.appear(pid);
    it.stat(pid, parent, 0);
    it.runs(pid, SOMETHING_ELSE);
  }
  it.pass(100_000);
  it.end(PARENT);
  it.stat(PID, 7, 0);
  expect(it.pass(110_000)).toBe(true);
  expect(it.parentOf(PID)).toBe(7);
});

test("one that could not be read is tried again, one that is hidden is somebody else's", () => {
  using it = machine();
  it.appear(PID);
  it.runs(PID, process.execPath);
  it.pass(100_000);
  expect(it.classOf(PID)).toBe(Class.unknown);
  it.stat(PID, 1, 0);
  it.pass(110_000);
  expect(it.classOf(PID)).toBe(Class.bun);

  using hiding = machine();
  const read = hiding.proc.read.bind(hiding.proc);
  for (const errno of [Errno.EPERM, Errno.EACCES]) {
    hiding.proc.read = (pid, name) => (name === ENTRY.stat ? -errno : read(pid, name));
    hiding.appear(errno);
    hiding.pass(100_000);
    expect(hiding.classOf(errno)).toBe(Class.other);
    hiding.end(errno);
    hiding.pass(110_000);
  }
});
