/** The kill protocol where there are fewer descriptors than targets. */
import { describe, expect, test } from "bun:test";
import { Beings } from "./beings.ts";
import { sample } from "../launch/samples.ts";
import { SHELL, stepFor, stop, words } from "./steps.ts";

const crowd = (descriptors: number, count = 20): Beings => {
  const world = new Beings();
  world.descriptors = descriptors;
  for (let pid = 10; pid < 10 + count; pid++)
    world.add(sample(pid, SHELL, { argv: ["bun", `${pid}.ts`] }), { isDeaf: true });
  return world;
};

const pids = (count = 20): number[] => Array.from({ length: count }, (_, at) => 10 + at);

describe("more of them than descriptors", () => {
  test("all of them end, a few at a time, with descriptors to spare for everything else", async () => {
    const world = crowd(12);
    const spare: number[] = [];
    world.onSignal = (signal) => {
      if (signal === "SIGKILL") spare.push(world.descriptors - world.held);
    };
    const outcome = await stop(world, stepFor(world, pids()), { graceMs: 10 });
    expect(pids().filter((pid) => world.isAlive(pid))).toEqual([]);
    expect(words(outcome).filter((word) => word === "gone")).toHaveLength(20);
    expect(outcome.outcomes).toHaveLength(20);
    // as long as others wait
    expect(spare[0]).toBeGreaterThanOrEqual(8);
    expect(world.held).toBe(0);
  });

  test("who is found later waits too", async () => {
    const world = crowd(4, 3);
    world.onSignal = (signal, pid) => {
      if (signal !== "SIGSTOP" || pid !== 10 || world.all.has(40)) return;
      for (const born of [40, 41, 42])
        world.add(sample(born, 10, { argv: ["bun", `${born}.ts`] }), { isDeaf: true });
    };
    const outcome = await stop(world, stepFor(world, pids(3)), { graceMs: 10 });
    expect([...world.all.keys()].filter((pid) => world.isAlive(pid) && pid >= 10)).toEqual([]);
    expect(outcome.outcomes).toHaveLength(6);
  });

  test("whom there never is one for is a survivor", async () => {
    const world = crowd(0, 2);
    const outcome = await stop(world, stepFor(world, pids(2)), { graceMs: 10 });
    expect(words(outcome)).toEqual(["survived", "survived"]);
    expect(world.events[0]).toMatchObject({
      type: "intent",
      targets: [{ id: { pid: 10 } }, { id: { pid: 11 } }],
    });
  });

  test("a zombie whose descriptor went to others is a zombie still, until it is reaped", async () => {
    const world = crowd(12);
    for (const pid of pids()) world.all.set(pid, { ...world.all.get(pid)!, staysZombie: true });
    const outcome = await stop(world, stepFor(world, pids()), { graceMs: 10 });
    expect(new Set(words(outcome))).toEqual(new Set(["zombie"]));
    expect(outcome.outcomes).toHaveLength(20);
  });
});
