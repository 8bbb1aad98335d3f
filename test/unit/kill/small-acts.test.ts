/** What is done to a single process outside of the kill protocol: a mark, a thaw, the end of a monitor that is silent. */
import { describe, expect, test } from "bun:test";
import type { ProcessId } from "../../../src/core/process/process.ts";
import { endSilent } from "../../../src/kill/end-silent.ts";
import { hasFromElsewhere } from "../../../src/kill/successors.ts";
import { leaveMark } from "../../../src/kill/leave-mark.ts";
import { thaw } from "../../../src/kill/thaw.ts";
import { Beings, type Nature } from "./beings.ts";
import { sample } from "../launch/samples.ts";

const { id } = sample(10, 1);

function one(nature: Nature = {}): Beings {
  const world = new Beings();
  world.add(sample(10, 1), nature);
  return world;
}

describe("a monitor that does not answer", () => {
  test("one that was stopped is asked, continued, and ends in order", async () => {
    const world = one();
    world.all.get(10)!.state = "stopped";
    expect(await endSilent(id, world.ports.control, 0)).toBe("it was continued, and ended as asked");
    expect(world.sentTo(10)).toEqual(["SIGTERM 10", "SIGCONT 10"]);
  });

  test.each([
    [5_000, "it was continued, and ended as asked"],
    [20_000, "it did not end when asked, and was killed"],
  ])("it gets its grace to settle what it had begun: it takes %p ms", async (takesMs, how) => {
    const world = one({ isDeaf: true });
    world.all.get(10)!.state = "stopped";
    world.after(takesMs, () => world.end(10));
    expect(await endSilent(id, world.ports.control, 5_000)).toBe(how);
  });

  test("one that hangs is killed", async () => {
    const world = one({ isDeaf: true });
    expect(await endSilent(id, world.ports.control, 0)).toBe("it did not end when asked, and was killed");
    expect(world.sentTo(10).at(-1)).toBe("SIGKILL 10");
    expect(world.held).toBe(0);
  });

  test("one that is still there is not said to be dead", async () => {
    const world = one({ isDeaf: true, diesAfterMs: Infinity });
    expect(await endSilent(id, world.ports.control, 0)).toBeNull();
  });

  test("whoever has its pid by now hears nothing", async () => {
    const world = one();
    const before = { ...id, startTicks: id.startTicks - 1 };
    expect(await endSilent(before, world.ports.control, 0)).toBe("it had ended by itself");
    expect(world.sentTo(10)).toEqual([]);
  });
});

const burning = (): never => {
  throw new Error("/proc is on fire");
};

describe("a mark on the head of a succession", () => {
  test("is left once: one that was there proves nothing", () => {
    const world = one();
    expect(leaveMark(world.ports.control, id)).toBe(true);
    expect(world.all.get(10)?.marks).toEqual({ watched: true, stopped: false });
    expect(leaveMark(world.ports.control, id)).toBe(false);
    expect(world.held).toBe(0);
  });

  test("is not left on somebody else, nor where there is no descriptor for it", () => {
    const world = one();
    expect(leaveMark(world.ports.control, { ...id, startTicks: 1 })).toBe(false);
    world.descriptors = 0;
    expect(leaveMark(world.ports.control, id)).toBe(false);
    expect(world.all.get(10)?.marks).toEqual({ watched: false, stopped: false });
  });

  test("any other failure is one", () => {
    expect(() => leaveMark({ pin: burning }, id)).toThrow("on fire");
  });
});

test("a start continues who is stopped and recorded, as whatever program it is; nobody else, and only once", () => {
  const world = new Beings();
  for (const pid of [10, 20, 30]) world.add(sample(pid, 1)).state = "stopped";
  world.add(sample(40, 1));
  const changed = world.all.get(20)!;
  changed.sample = { ...changed.sample, id: { ...changed.sample.id, exe: "8:2" } };
  let entries: readonly ProcessId[] = [10, 20, 30, 40].map((pid) =>
    pid === 30 ? { pid, startTicks: 1, exe: "8:1" } : sample(pid, 1).id,
  );
  const frozen = {
    add: () => undefined,
    remove: (ids: readonly ProcessId[]) => void (entries = entries.filter((each) => !ids.includes(each))),
    entries: () => entries,
    reserve: () => new DisposableStack(),
  };
  expect(thaw({ ...world.ports, frozen, describe: () => null }).map(({ pid }) => pid)).toEqual([10, 20]);
  expect(world.log).toEqual(["SIGCONT 10", "SIGCONT 20", "thawed"]);
  expect(entries).toEqual([]);
  expect(world.held).toBe(0);
});

test.each([
  ["nobody above it bears one", [30, 1], [], false],
  ["who came out of the victim does", [30, 1], [30], false],
  ["the victim does, which is ending", [10, 1], [10], false],
  ["who was there before the victim does", [5, 1], [5], true],
  ["who is gone by now did", [6, 1], [6], false],
])("a look-alike's mark is from elsewhere: %s", (_name, ancestors, marked, expected) => {
  const victim = sample(10, 1);
  const startTicks = (pid: number): number => victim.id.startTicks + pid - 10;
  const from = hasFromElsewhere(
    { ancestors: () => ancestors },
    {
      identify: (pid) => (pid === 6 ? null : { pid, startTicks: startTicks(pid), exe: null }),
      marks: (pid) => ({ watched: false, stopped: marked.includes(pid) }),
    },
  );
  expect(from(sample(40, 1), victim, "stopped")).toBe(expected);
});
