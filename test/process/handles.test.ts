/** What is made of a handle's and a reading's answers, those included that no kernel gives on demand. */
import { expect, test } from "bun:test";
import { openDirectoryHandle, openHandle, type Handle } from "../../src/os/linux/pin/pidfd.ts";
import { strike } from "../../src/os/linux/contain/strike.ts";
import { writeMark, readMarks } from "../../src/os/linux/proc/marks.ts";
import { identify, openPin } from "../../src/os/linux/pin/pin.ts";
import { ProcFiles } from "../../src/os/linux/proc/proc-files.ts";
import type { Pin } from "../../src/ports/control.ts";
import { requireNamespace } from "../support/namespace.ts";
import { isAlive, readStat, until } from "../support/ready.ts";
import { reusePid } from "../support/reuse-pid.ts";
import { linux, needs, root } from "../support/skip.ts";

requireNamespace();

const proc = new ProcFiles();
const [EPERM, ESRCH, EMFILE, ENFILE, ENOMEM] = [1, 3, 24, 23, 12] as const;
const SIGKILL = 9;

/** A child, who it is, and a way to pin it by a handle that answers otherwise in some things. */
function aChild() {
  const child = Bun.spawn(["sleep", "1000"], { stdio: ["ignore", "ignore", "ignore"] });
  const id = identify(proc, child.pid);
  if (id === null) throw new Error("the child has ended");
  let closed = 0;
  const opening =
    (more: Partial<Handle>) =>
    (pid: number): Handle => {
      const handle = openHandle(pid);
      if (typeof handle === "number") throw new Error(`errno ${-handle}`);
      return {
        ...handle,
        close: () => {
          closed++;
          handle.close();
        },
        ...more,
      };
    };
  return {
    child,
    id,
    opening,
    closed: () => closed,
    [Symbol.dispose]: () => child.kill("SIGKILL"),
  };
}

const held = (pin: Pin | string): Pin => {
  if (typeof pin === "string") throw new Error(`not pinned: ${pin}`);
  return pin;
};

test("a reading says nothing of whom the handle means, when that is reaped by then", () => {
  using each = aChild();
  let isReaped = true;
  const open = each.opening({ reaped: () => isReaped });
  expect(openPin(proc, each.id, open)).toBe("gone");
  isReaped = false;
  using pin = held(openPin(proc, each.id, open));
  expect(pin.status()?.ppid).toBe(process.pid);
  isReaped = true;
  expect(pin.send("SIGTERM")).toBe("gone");
  expect(pin.status()).toBeNull();
  expect(isAlive(each.id)).toBe(true);
});

test("a handle is closed with its pin, and where there is none", () => {
  using each = aChild();
  const open = each.opening({});
  held(openPin(proc, each.id, open))[Symbol.dispose]();
  expect(each.closed()).toBe(1);
  expect(openPin(proc, { ...each.id, exe: "1:1" }, open)).toBe("identity-changed");
  expect(openPin(proc, { ...each.id, startTicks: 1 }, open)).toBe("identity-changed");
  expect(each.closed()).toBe(3);
  expect(openPin(proc, each.id, each.opening({ reaped: () => true, close: () => undefined }))).toBe("gone");
});

test("not permitted is an answer, anything unknown is not", () => {
  using each = aChild();
  using refused = held(openPin(proc, each.id, each.opening({ signal: () => -EPERM })));
  expect(refused.send("SIGTERM")).toBe("not-permitted");
  using broken = held(openPin(proc, each.id, each.opening({ signal: () => -ENOMEM })));
  expect(() => broken.send("SIGTERM")).toThrow(/SIGTERM to pid \d+ failed with ENOMEM/);
});

test.each([EMFILE, ENFILE, ENOMEM])(
  "a reading that cannot be made (errno %p) says nobody is dead",
  (errno) => {
    using each = aChild();
    const exhausted = new ProcFiles();
    using pin = held(openPin(exhausted, each.id));
    exhausted.read = () => -errno;
    expect(() => identify(exhausted, each.id.pid)).toThrow(/Reading \/proc\/\d+\/stat failed/);
    expect(() => pin.status()).toThrow(/failed/);
    expect(() => pin.send("SIGTERM")).toThrow(/failed/);
    expect(() => openPin(exhausted, each.id)).toThrow(/failed/);
  },
);

needs(root)("a directory stands in for a handle: who has the pid by now gets nothing", async () => {
  using each = aChild();
  const handle = openDirectoryHandle(each.id.pid);
  if (typeof handle === "number") throw new Error(`errno ${-handle}`);
  each.child.kill("SIGKILL");
  await each.child.exited;
  const stranger = await reusePid(each.id.pid);
  expect([handle.reaped(), handle.ended(), handle.signal(SIGKILL)]).toEqual([true, true, -ESRCH]);
  expect(isAlive({ pid: stranger.pid, startTicks: readStat(stranger.pid)?.startTicks ?? 0 })).toBe(true);
  handle.close();
  stranger.kill("SIGKILL");
});

test("a mark goes to nobody else", () => {
  using each = aChild();
  const before = readMarks(proc, each.id.pid);
  expect(before).toEqual({ watched: false, stopped: false });
  expect(writeMark(proc, each.id.pid, "watched", () => false)).toBe(false);
  expect(readMarks(proc, each.id.pid)).toEqual(before);
  expect(writeMark(proc, each.id.pid, "watched", () => true)).toBe(true);
  expect(readMarks(proc, each.id.pid)).toEqual({ watched: true, stopped: false });
});

needs(
  linux,
  "bash",
  "setpriv",
)("no plain account takes a mark off again", async () => {
  const unmarking =
    "read -r _; ulimit -x unlimited; ulimit -x 1; echo 0x33 > /proc/self/coredump_filter; echo done; read -r _";
  // root could: it is made one that may not
  const plain = process.getuid?.() === 0 ? ["setpriv", "--bounding-set", "-sys_resource"] : [];
  const child = Bun.spawn([...plain, "bash", "-c", unmarking], {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "ignore",
  });
  expect(await until(() => readStat(child.pid)?.comm === "bash")).toBe(true);
  expect(writeMark(proc, child.pid, "watched", () => true)).toBe(true);
  void child.stdin.write("\n");
  await child.stdin.flush();
  await child.stdout.getReader().read();
  expect(readMarks(proc, child.pid)?.watched).toBe(true);
  child.kill("SIGKILL");
  await child.exited;
});

test("the last resort kills members, and neither itself nor who has a member's pid by now", async () => {
  using stranger = aChild();
  using member = aChild();
  const own = { pid: process.pid, startTicks: readStat(process.pid)!.startTicks, exe: null };
  let looks = 0;
  const isStruck = strike(() =>
    looks++ < 2 ? [own, { ...stranger.id, startTicks: stranger.id.startTicks - 1 }, member.id] : [],
  );
  expect(isStruck).toBe(true);
  expect(await until(() => !isAlive(member.id))).toBe(true);
  expect(isAlive(stranger.id)).toBe(true);
});
