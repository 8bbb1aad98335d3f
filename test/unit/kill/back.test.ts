/** The kill protocol where a victim comes back, or becomes another program. */
import { describe, expect, test } from "bun:test";
import type { ProcessSample } from "../../../src/core/process/process.ts";
import { Beings } from "./beings.ts";
import { other, sample } from "../launch/samples.ts";
import { resultOf, SHELL, stepFor, stop, words } from "./steps.ts";

/** Each head ends at the first signal and leaves the next one, in its own session, `afterMs` later. */
function hydra(heads: number, afterMs: number): Beings {
  const world = new Beings();
  world.add(other(SHELL, 1));
  world.add(sample(10, SHELL));
  let last = 10;
  const end = world.end.bind(world);
  world.end = (pid) => {
    const { marks } = world.all.get(pid)!;
    end(pid);
    if (pid !== last || pid >= 10 + heads) return;
    last = pid + 1;
    const next = sample(last, 1, { sid: last });
    const born = (): void => void (world.add(next).marks = marks);
    if (afterMs === 0) born();
    else world.after(afterMs, born);
  };
  return world;
}

/** The shell starts the same again as soon as the victim has ended. */
function supervised(again: ProcessSample = sample(30, SHELL, { sid: 30, ageMs: 0 })): Beings {
  const world = new Beings();
  world.add(other(SHELL, 1, { command: "sh serve.sh" }));
  world.add(sample(10, SHELL));
  world.onSignal = (signal, pid) => {
    if (signal === "SIGTERM" && pid === 10) world.add(again).marks = { watched: false, stopped: false };
  };
  return world;
}

/** At SIGTERM. */
function hopping(into: Partial<ProcessSample>): Beings {
  const world = new Beings();
  world.add(other(SHELL, 1));
  const being = world.add(sample(10, SHELL), { isDeaf: true });
  world.onSignal = (signal) => {
    if (signal === "SIGTERM")
      being.sample = {
        ...being.sample,
        id: { ...being.sample.id, exe: "8:2" },
        argv: ["bun", "x.ts"],
        ...into,
      };
  };
  return world;
}

describe("who comes back", () => {
  test("as long as there are heads they are pursued", async () => {
    const world = hydra(3, 0);
    const outcome = await stop(world, stepFor(world, [10]));
    expect([10, 11, 12, 13].map((pid) => world.isAlive(pid))).toEqual([false, false, false, false]);
    expect(new Set(words(outcome))).toEqual(new Set(["gone"]));
  });

  test("one quiet look is not enough", async () => {
    const world = hydra(1, 210);
    await stop(world, stepFor(world, [10]));
    expect(world.all.has(11)).toBe(true);
    expect(world.isAlive(11)).toBe(false);
  });

  test("a successor that may not be killed is left alone, and named", async () => {
    const world = hydra(1, 0);
    const outcome = await stop(world, stepFor(world, [10]), { mayKill: ({ id }) => id.pid !== 11 });
    expect(world.sentTo(11)).toEqual([]);
    expect(outcome.left.map(({ id }) => id.pid)).toEqual([11]);
  });

  test("who starts it again is named, and the new one left alone", async () => {
    const world = supervised();
    const outcome = await stop(world, stepFor(world, [10]));
    expect(resultOf(outcome, 10)).toEqual({
      outcome: "respawned",
      by: SHELL,
      byCommand: "sh serve.sh",
      pid: 30,
    });
    expect(world.isAlive(30)).toBe(true);
  });

  test("a twin that was there before did not come back, however young it was", async () => {
    const world = supervised();
    world.add(sample(31, SHELL, { sid: 31, ageMs: 1 }));
    world.onSignal = () => undefined;
    const before = world.ports.sampler.sample();
    const outcome = await stop(world, stepFor(world, [10]), { before });
    expect(resultOf(outcome, 10)).toEqual({ outcome: "gone" });
  });
});

describe("who becomes another program", () => {
  test("another Bun: it is stopped as that, and told of once, with all that was sent", async () => {
    const world = hopping({});
    const outcome = await stop(world, stepFor(world, [10]), { graceMs: 100 });
    expect(world.isAlive(10)).toBe(false);
    expect(outcome.outcomes).toMatchObject([
      { result: { outcome: "gone" }, signals: ["SIGTERM", "SIGSTOP", "SIGKILL"] },
    ]);
    expect(world.held).toBe(0);
  });

  test("something else: it is left alone, and not called dead", async () => {
    const world = hopping({ runtime: "other", command: "sleep 1000" });
    const outcome = await stop(world, stepFor(world, [10]), { graceMs: 100 });
    expect(world.sentTo(10)).toEqual(["SIGTERM 10"]);
    expect(outcome.outcomes.map(({ result }) => result)).toEqual([
      { outcome: "identity-changed", as: "sleep 1000" },
    ]);
  });

  test("another Bun that may not be killed is left alone", async () => {
    const world = hopping({});
    const outcome = await stop(world, stepFor(world, [10]), {
      graceMs: 100,
      mayKill: ({ argv }) => argv?.[1] !== "x.ts",
    });
    expect(world.isAlive(10)).toBe(true);
    expect(words(outcome)).toEqual(["identity-changed"]);
  });
});
