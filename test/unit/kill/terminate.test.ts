/** The kill protocol step by step: what is done, to whom, and in which order. */
import { describe, expect, test } from "bun:test";
import { terminate } from "../../../src/kill/terminate.ts";
import { Beings } from "./beings.ts";
import { other, sample } from "../launch/samples.ts";
import { resultOf, SHELL, stepFor, stop, words } from "./steps.ts";

/** A victim with a child, both of which hear nothing. */
function deafPair(): Beings {
  const world = new Beings();
  world.add(other(SHELL, 1));
  world.add(sample(10, SHELL), { isDeaf: true });
  world.add(sample(11, 10, { argv: ["bun", "child.ts"] }), { isDeaf: true });
  return world;
}

test("everything in its order: intent, SIGTERM, guard and record, SIGSTOP, SIGKILL to children first, outcome", async () => {
  const world = deafPair();
  const outcome = await stop(world, stepFor(world, [10, 11]));
  expect(words(outcome)).toEqual(["gone", "gone"]);
  expect(world.log).toEqual([
    "intent",
    "SIGTERM 10",
    "record 10 11",
    "watch 10 11",
    "freezing",
    "SIGSTOP 10",
    "SIGSTOP 11",
    "SIGKILL 11",
    "SIGKILL 10",
    "forget 10 11",
    "let go",
    "outcome",
  ]);
  expect(world.held).toBe(0);
});

test("the grace is waited for, and no longer than it takes", async () => {
  const world = new Beings();
  world.add(sample(10, SHELL), { isDeaf: true });
  const startMs = world.machine.nowMs;
  world.after(2_000, () => world.end(10));
  const outcome = await stop(world, stepFor(world, [10]));
  expect(outcome.outcomes).toMatchObject([
    { result: { outcome: "gone" }, signals: ["SIGTERM"], tookMs: 2_000 },
  ]);
  expect(world.machine.nowMs - startMs).toBeLessThan(5_000);
});

test("who stands still hears SIGTERM when it is continued", async () => {
  const world = new Beings();
  world.add(sample(10, SHELL)).state = "stopped";
  const outcome = await stop(world, stepFor(world, [10]));
  expect(outcome.outcomes).toMatchObject([{ result: { outcome: "gone" }, signals: ["SIGTERM", "SIGCONT"] }]);
});

test("immediately: no SIGTERM", async () => {
  const world = deafPair();
  await stop(world, stepFor(world, [10, 11], { immediate: true }));
  expect(world.sentTo(10)).toEqual(["SIGSTOP 10", "SIGKILL 10"]);
});

test("nobody is killed before it stands still", async () => {
  const world = new Beings();
  const being = world.add(sample(10, SHELL), { stopsAfterMs: 30 });
  const states: string[] = [];
  world.onSignal = (signal) => {
    if (signal === "SIGKILL") states.push(being.state);
  };
  await stop(world, stepFor(world, [10], { immediate: true }));
  expect(states).toEqual(["stopped"]);
});

test("who was born right before its parent stood still is found before that dies", async () => {
  const world = deafPair();
  world.onSignal = (signal, pid) => {
    if (signal === "SIGSTOP" && pid === 10)
      world.add(sample(12, 10, { argv: ["bun", "late.ts"] }), { isDeaf: true });
  };
  const outcome = await stop(world, stepFor(world, [10, 11], { immediate: true }));
  expect([10, 11, 12].map((pid) => world.isAlive(pid))).toEqual([false, false, false]);
  expect(words(outcome)).toEqual(["gone", "gone", "gone"]);
  expect(world.at("SIGKILL 12")).toBeLessThan(world.at("SIGKILL 10"));
});

/** A Bun process below another program that left the session; in the middle of its exec for the first looks. */
function changing(looks: number): Beings {
  const world = deafPair();
  world.add(other(20, 10, { sid: 20 }));
  world.add(sample(21, 20, { sid: 20, argv: ["bun", "deep.ts"], ageMs: 1 }), { isDeaf: true });
  world.show = (process, nth) => (process.id.pid === 21 && nth <= looks ? { ...process, argv: [] } : process);
  return world;
}

test("who is in the middle of its exec is looked for again before anybody dies", async () => {
  // as long as it lasts the others stand still, and nobody is killed yet
  const world = changing(8);
  const outcome = await stop(
    world,
    stepFor(world, [10, 11], { immediate: true, left: [world.all.get(20)!.sample] }),
  );
  expect(world.isAlive(21)).toBe(false);
  expect(world.isAlive(20)).toBe(true);
  expect(outcome.left.map(({ id }) => id.pid)).toEqual([20]);
});

test("a young one that turns out to be somebody else gets no signal", async () => {
  const world = changing(0);
  world.show = (process, nth) =>
    process.id.pid === 21 && nth % 2 === 0 ? { ...process, argv: ["bun", "a stranger's.ts"] } : process;
  await stop(world, stepFor(world, [10, 11], { immediate: true, left: [world.all.get(20)!.sample] }));
  expect(world.sentTo(21)).toEqual([]);
  expect(world.isAlive(21)).toBe(true);
  expect(world.held).toBe(0);
});

test("a young one that was planned for and is somebody else by now gets no signal, and is said to be that", async () => {
  const world = new Beings();
  world.add(sample(10, SHELL, { ageMs: 1 }));
  const step = stepFor(world, [10]);
  world.show = (process) => ({ ...process, argv: ["bun", "a stranger's.ts"] });
  const outcome = await stop(world, step);
  expect(world.sentTo(10)).toEqual([]);
  expect(resultOf(outcome, 10)).toEqual({ outcome: "identity-changed" });
  expect(world.held).toBe(0);
});

test("who was gone when we came is told of as that", async () => {
  const world = deafPair();
  const step = stepFor(world, [10, 11]);
  world.end(11);
  const outcome = await stop(world, step);
  expect(outcome.outcomes).toMatchObject([
    { id: { pid: 11 }, result: { outcome: "gone" }, signals: [] },
    { id: { pid: 10 }, result: { outcome: "gone" } },
  ]);
});

const mute = async () => ({
  watch: () => Promise.reject(new Error("does not answer")),
  [Symbol.asyncDispose]: () => Promise.resolve(),
});

describe("freezing", () => {
  test.each(["record", "guard"])(
    "without a %s nobody is stopped, and all the same everybody dies",
    async (part) => {
      const world = deafPair();
      const fail = (): never => {
        throw new Error(`no ${part}`);
      };
      const { control, frozen } = world.ports;
      const ports =
        part === "guard"
          ? { ...world.ports, control: { ...control, guard: fail } }
          : { ...world.ports, frozen: { ...frozen, add: fail } };
      const outcome = await terminate(stepFor(world, [10, 11]), ports, { graceMs: 0, mayKill: () => true });
      expect(words(outcome)).toEqual(["gone", "gone"]);
      expect(world.log.filter((line) => line.startsWith("SIGSTOP"))).toEqual([]);
    },
  );

  test("a guard that does not take them: nobody is stopped", async () => {
    const world = deafPair();
    const ports = { ...world.ports, control: { ...world.ports.control, guard: mute } };
    const outcome = await terminate(stepFor(world, [10, 11]), ports, { graceMs: 0, mayKill: () => true });
    expect(words(outcome)).toEqual(["gone", "gone"]);
    expect(world.log.filter((line) => line.startsWith("SIGSTOP"))).toEqual([]);
  });

  test("who survives is continued, forgotten, and named", async () => {
    const world = deafPair();
    world.all.set(10, { ...world.all.get(10)!, diesAfterMs: Infinity, status: { state: "uninterruptible" } });
    const outcome = await stop(world, stepFor(world, [10, 11]), { graceMs: 0, verifyMs: 50 });
    expect(resultOf(outcome, 10)).toEqual({ outcome: "uninterruptible", where: "an uninterruptible wait" });
    expect(resultOf(outcome, 11)).toEqual({ outcome: "gone" });
    const end = world.log.slice(world.at("SIGKILL 10") + 1);
    expect(end).toEqual(
      ["SIGCONT 10", "forget 10 11", "let go", "outcome"].filter((line) => end.includes(line)),
    );
    expect(end).toContain("SIGCONT 10");
    expect(end).toContain("forget 10 11");
    expect(end).toContain("let go");
  });

  test("a reader of our own output is killed as it runs", async () => {
    const world = deafPair();
    world.readers.add(11);
    await stop(world, stepFor(world, [10, 11], { immediate: true }));
    expect([world.sentTo(10), world.sentTo(11)]).toEqual([["SIGSTOP 10", "SIGKILL 10"], ["SIGKILL 11"]]);
  });
});

describe("what is not dead is not called dead", () => {
  test.each<[string, object, object]>([
    ["nothing is known of it", {}, { outcome: "survived" }],
    [
      "it waits, and SIGKILL has not reached it",
      { state: "uninterruptible", pendingKill: false },
      { outcome: "survived" },
    ],
    ["it is in a frozen group", { frozen: true }, { outcome: "uninterruptible", where: "a frozen cgroup" }],
  ])("%s", async (_name, status, expected) => {
    const world = new Beings();
    world.add(sample(10, SHELL), {
      isDeaf: true,
      diesAfterMs: Infinity,
      status: { pendingKill: false, ...status },
    });
    if ("frozen" in status) Object.assign(world.all.get(10)!.status!, { pendingKill: true });
    const outcome = await stop(world, stepFor(world, [10]), { graceMs: 0, verifyMs: 50 });
    expect(resultOf(outcome, 10)).toEqual(expected);
  });

  test("another account's is named, tried once, and keeps nobody waiting", async () => {
    const world = deafPair();
    world.all.set(10, { ...world.all.get(10)!, isForeign: true });
    const startMs = world.machine.nowMs;
    const outcome = await stop(world, stepFor(world, [10, 11], { signalled: [10, 11] }), { graceMs: 500 });
    expect(resultOf(outcome, 10)).toEqual({ outcome: "not-permitted", uid: 1_000 });
    expect(resultOf(outcome, 11)).toEqual({ outcome: "gone" });
    expect(world.sentTo(10)).toEqual(["refused SIGTERM 10"]);
    expect(world.machine.nowMs - startMs).toBeLessThan(5_000);
  });

  test("a zombie is dead, and its parent named", async () => {
    const world = new Beings();
    world.add(other(SHELL, 1));
    world.add(sample(10, SHELL), { staysZombie: true });
    const outcome = await stop(world, stepFor(world, [10]));
    expect(resultOf(outcome, 10)).toEqual({ outcome: "zombie", parent: SHELL, parentCommand: "sleep 9" });
  });
});

const dying = (status: object) => {
  const world = new Beings();
  world.add(sample(10, SHELL), { isDeaf: true, diesAfterMs: 20_000, status });
  return world;
};

describe("dead and not torn down yet", () => {
  test.each([
    [
      "it gives back what it holds",
      { isExiting: true, pendingKill: false, state: "uninterruptible" } as const,
    ],
    ["SIGKILL reaches it as soon as it runs", { pendingKill: true } as const],
  ])("%s: it is waited for, however short the wait for others", async (_name, status) => {
    const world = dying(status);
    const outcome = await stop(world, stepFor(world, [10]), { graceMs: 0, verifyMs: 50 });
    expect(resultOf(outcome, 10)).toEqual({ outcome: "gone" });
  });

  test("who is frozen is not waited for", async () => {
    const world = dying({ pendingKill: true, frozen: true });
    const outcome = await stop(world, stepFor(world, [10]), { graceMs: 0, verifyMs: 50 });
    expect(resultOf(outcome, 10)).toEqual({ outcome: "uninterruptible", where: "a frozen cgroup" });
  });

  test("and what takes a second is waited for anyhow", async () => {
    const world = new Beings();
    world.add(sample(10, SHELL), { isDeaf: true, diesAfterMs: 1_000, status: { pendingKill: false } });
    const outcome = await stop(world, stepFor(world, [10]), { graceMs: 0 });
    expect(resultOf(outcome, 10)).toEqual({ outcome: "gone" });
  });
});
