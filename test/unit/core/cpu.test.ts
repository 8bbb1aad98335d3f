import { describe, expect, test } from "bun:test";
import type { ProcessSample } from "../../../src/core/process/process.ts";
import type { Verdict } from "../../../src/core/judge/verdict.ts";
import { aPolicy, aProcess, World, type ProcessFacts } from "../../support/build.ts";

/** What a process does per second; sampled every ten for as long as asked. */
interface Behaviour {
  readonly cpuPercent: number;
  readonly demandPercent?: number;
  readonly bytes?: number;
  readonly calls?: number;
  readonly faults?: number;
  /** Not readable at all. */
  readonly io?: null;
}

const TICK_S = 10;

function after(seconds: number, does: Behaviour, facts: Partial<ProcessFacts> = {}): World {
  const world = new World();
  for (let at = 0; at <= seconds; at += TICK_S) world.see(at * 1_000, [sampleAt(at, does, facts)]);
  return world;
}

const sampleAt = (seconds: number, does: Behaviour, facts: Partial<ProcessFacts> = {}): ProcessSample =>
  aProcess({
    pid: 10,
    ageMs: seconds * 1_000 + 100,
    cpuMs: seconds * does.cpuPercent * 10,
    faults: seconds * (does.faults ?? 0),
    demandNs: seconds * (does.demandPercent ?? does.cpuPercent) * 1e7,
    ioBytes: does.io === null ? null : seconds * (does.bytes ?? 0),
    ioCalls: does.io === null ? null : seconds * (does.calls ?? 0),
    ...facts,
  });

const verdict = (world: World): Verdict => {
  const found = world.verdict(10, "cpu");
  if (found === undefined) throw new Error("no CPU verdict");
  return found;
};

const SPIN: Behaviour = { cpuPercent: 100 };
const BUILD: Behaviour = { cpuPercent: 160, bytes: 5e6, calls: 1_000, faults: 100_000 };

describe("over the limit for the whole hold, and without progress", () => {
  test("the evidence of a spin, in a sentence", () => {
    const spun = verdict(after(60, SPIN));
    expect(spun).toMatchObject({
      decision: "runaway",
      limit: 80,
      value: 100,
      heldMs: 60_000,
      holdMs: 60_000,
    });
    expect(spun.evidence).toBe(
      "uses 100 % of a core for 60 s (limit 80 % for 60 s) without reading or writing anything and without page faults",
    );
  });

  test.each<[string, number, Behaviour, Verdict["decision"]]>([
    ["one sample decides nothing", 0, SPIN, "ok"],
    ["a spin is suspect until its hold is full", 50, SPIN, "suspect"],
    ["then it is a runaway", 60, SPIN, "runaway"],
    ["exactly at the limit is within it", 120, { cpuPercent: 80 }, "ok"],
    ["a build makes progress, however long", 600, BUILD, "suspect"],
    ["page faults alone are progress", 120, { cpuPercent: 100, faults: 26 }, "suspect"],
    ["a storm of writes that move nothing is none (Z05)", 60, { cpuPercent: 100, calls: 200_000 }, "runaway"],
    ["nor are wake-ups of eight bytes", 60, { cpuPercent: 100, calls: 50_000, bytes: 400_000 }, "runaway"],
    ["unreadable I/O is no evidence", 600, { cpuPercent: 100, io: null }, "suspect"],
    ["demand counts under contention (Z28)", 60, { cpuPercent: 18, demandPercent: 100 }, "runaway"],
    ["waiting a little is not contention", 600, { cpuPercent: 18, demandPercent: 30 }, "ok"],
  ])("%s (%d s)", (_, seconds, does, decision) =>
    expect(verdict(after(seconds, does)).decision).toBe(decision),
  );

  test("a dip ends the hold", () => {
    const world = after(50, SPIN);
    world.see(60_000, [{ ...sampleAt(60, SPIN), cpuMs: 51_000, demandNs: 51e9 }]);
    world.see(70_000, [{ ...sampleAt(70, SPIN), cpuMs: 61_000, demandNs: 61e9 }]);
    expect(verdict(world)).toMatchObject({ decision: "suspect", heldMs: 10_000 });
  });

  test("work that turns into a spin is a runaway one hold later, not at once and not never", () => {
    const world = after(60, BUILD);
    const done = sampleAt(60, BUILD);
    const decisions: string[] = [];
    for (let at = 70; at <= 120; at += TICK_S) {
      const cpuMs = done.cpuMs + (at - 60) * 1_000;
      world.see(at * 1_000, [{ ...done, ageMs: at * 1_000, cpuMs, demandNs: cpuMs * 1e6 }]);
      decisions.push(verdict(world).decision);
    }
    expect(decisions).toEqual(["suspect", "suspect", "suspect", "suspect", "suspect", "runaway"]);
  });

  test("a burst that then idles is ok, though its lifetime average is high", () => {
    const world = after(50, SPIN);
    for (const at of [60, 70])
      world.see(at * 1_000, [{ ...sampleAt(at, SPIN), cpuMs: 50_000, demandNs: 50e9 }]);
    expect(verdict(world).decision).toBe("ok");
  });

  test("a reused pid starts anew (Z20)", () => {
    const world = after(60, SPIN);
    world.see(70_000, [sampleAt(70, SPIN, { startTicks: 77 })]);
    expect(verdict(world)).toMatchObject({ decision: "ok", value: null });
  });

  test("the second look of a tick, milliseconds later, says the same", () => {
    const world = after(60, SPIN);
    const first = verdict(world);
    const { ioBytes: _bytes, ioCalls: _calls, demandNs: _demand, ...plain } = sampleAt(60, SPIN);
    world.see(60_004, [plain]);
    expect(verdict(world)).toMatchObject({ decision: "runaway", value: first.value });
    expect(verdict(world).evidence).toContain("without reading or writing anything");
  });

  test.each([
    ["alone", []],
    ["beside a rule for another limit", [{ name: "slow", match: {}, limits: { timeoutMs: 1e9 } }]],
  ])("a rule's own limit holds, %s", (_, others) => {
    const roomy = { name: "roomy", match: { command: "script" }, limits: { cpuPercent: 400 } };
    const world = new World(aPolicy({ rules: [roomy, ...others] }));
    for (let at = 0; at <= 70; at += TICK_S) world.see(at * 1_000, [sampleAt(at, SPIN)]);
    expect(verdict(world)).toMatchObject({ decision: "ok", limit: 400 });
  });

  test("a limit that changed begins a new hold", () => {
    const world = after(60, SPIN);
    const stricter = new World(aPolicy({ limits: { ...aPolicy().limits, cpuPercent: 50 } }));
    stricter.history = world.history;
    stricter.see(70_000, [sampleAt(70, SPIN)]);
    expect(verdict(stricter)).toMatchObject({ decision: "suspect", heldMs: 10_000, limit: 50 });
  });
});

const logging: Behaviour = { cpuPercent: 100, faults: 300, bytes: 9_000, calls: 100 };
const written = (seconds: number): Partial<ProcessFacts> => ({
  writtenBytes: seconds * 9_000,
  writeCalls: seconds * 100,
});

const spared = (
  does: Behaviour,
  facts: Partial<ProcessFacts> = {},
  seconds = 310,
  name = "watch and hot reload",
): Verdict => {
  const world = new World(
    aPolicy({ rules: [{ name, match: { args: "--watch" }, limits: { timeoutMs: null } }] }),
  );
  for (let at = 0; at <= seconds; at += TICK_S)
    world.see(at * 1_000, [sampleAt(at, does, { argv: ["bun", "--watch", "x.ts"], ...facts })]);
  return verdict(world);
};

test("what a rule of the user's own spares from the timeout is left to the user", () =>
  expect(
    spared({ cpuPercent: 100, faults: 300 }, { writtenBytes: 0, writeCalls: 0 }, 310, "mine").decision,
  ).toBe("suspect"));

describe("spared from the timeout by a rule, at full CPU for longer than it", () => {
  test("garbage alone is a runaway then, and says what it is spared from", () => {
    const found = spared({ cpuPercent: 100, faults: 300 }, { writtenBytes: 0, writeCalls: 0 });
    expect(found.decision).toBe("runaway");
    expect(found.evidence).toContain("as long as the timeout, 5 min, which a rule spares it from");
  });

  test("not before that, whatever the hold is", () =>
    expect(spared({ cpuPercent: 100, faults: 300 }, { writtenBytes: 0, writeCalls: 0 }, 290).decision).toBe(
      "suspect",
    ));

  test("nor for the time before it was over its limit", () => {
    const world = new World(
      aPolicy({ rules: [{ name: "watched", match: {}, limits: { timeoutMs: null } }] }),
    );
    for (let at = 0; at <= 400; at += TICK_S) {
      const busy = Math.max(0, at - 300);
      const facts = { cpuMs: busy * 1_000, demandNs: busy * 1e9, faults: busy * 300 };
      world.see(at * 1_000, [sampleAt(at, { cpuPercent: 0 }, { writtenBytes: 0, writeCalls: 0, ...facts })]);
    }
    expect(verdict(world)).toMatchObject({ decision: "suspect", heldMs: 100_000 });
  });

  test("whom no rule spares is left to its timeout", () =>
    expect(
      verdict(after(400, { cpuPercent: 100, faults: 300 }, { writtenBytes: 0, writeCalls: 0 })),
    ).toMatchObject({ decision: "suspect" }));

  test("a person who sits before it decides", () =>
    expect(
      spared({ cpuPercent: 100, faults: 300 }, { writtenBytes: 0, writeCalls: 0, foreground: true }),
    ).toMatchObject({ decision: "suspect" }));

  test("output is no talk with anybody", () => {
    const world = new World(
      aPolicy({ rules: [{ name: "watch and hot reload", match: {}, limits: { timeoutMs: null } }] }),
    );
    for (let at = 0; at <= 310; at += TICK_S) world.see(at * 1_000, [sampleAt(at, logging, written(at))]);
    expect(verdict(world).decision).toBe("runaway");
  });

  test("what is read, or cannot be read, spares it", () => {
    expect(spared({ ...logging, bytes: 90_000 }, { writtenBytes: 0, writeCalls: 0 }).decision).toBe(
      "suspect",
    );
    expect(
      spared({ cpuPercent: 100, faults: 300 }, { writtenBytes: 0, writeCalls: 0, traffic: null }).decision,
    ).toBe("suspect");
  });
});

describe("the sentences", () => {
  test.each<[string, Behaviour, string]>([
    [
      "a storm of calls",
      { cpuPercent: 100, calls: 200_000 },
      "uses 100 % of a core for 60 s (limit 80 % for 60 s) making 200,000 read and write calls a second that move nothing and without page faults",
    ],
    [
      "contention",
      { cpuPercent: 18, demandPercent: 100 },
      "wants 100 % of a core and gets 18 % for 60 s (limit 80 % for 60 s) without reading or writing anything and without page faults",
    ],
    [
      "progress",
      BUILD,
      "uses 160 % of a core for 60 s (limit 80 % for 60 s), but makes progress: 47.7 MB read or written and 1,000,000 page faults in the last 10 s; the timeout decides",
    ],
    [
      "unreadable",
      { cpuPercent: 100, io: null },
      "uses 100 % of a core for 60 s (limit 80 % for 60 s), and whether it gets anywhere cannot be told: its reads and writes could not be read; the timeout decides",
    ],
    ["nothing to say", { cpuPercent: 7 }, "uses 7 % of a core (limit 80 %)"],
  ])("%s", (_, does, sentence) => expect(verdict(after(60, does)).evidence).toBe(sentence));

  test("of what talks over connections that could not be read", () =>
    expect(verdict(after(60, SPIN, { traffic: null })).evidence).toContain(
      "cannot be told: its connections could not be read; the timeout decides",
    ));

  test("of a first sample", () =>
    expect(verdict(after(0, SPIN)).evidence).toBe("its CPU use is known from its second sample on"));
});

describe("one-shot: two samples a second apart, and the life before them", () => {
  const look = (ageS: number, usedS: number, now: Behaviour): Verdict | undefined => {
    const world = new World();
    for (const second of [0, 1]) {
      const { cpuMs, demandNs, ...rest } = sampleAt(second, now);
      const before = usedS * 1_000;
      world.see(second * 1_000, [
        {
          ...rest,
          ageMs: (ageS + second) * 1_000,
          cpuMs: before + cpuMs,
          demandNs: before * 1e6 + (demandNs ?? 0),
        },
      ]);
    }
    return world.verdict(10, "cpu", "one-shot");
  };

  test.each<[string, number, number, Behaviour, Verdict["decision"]]>([
    ["old, always over, over now", 120, 120, SPIN, "runaway"],
    ["too young", 30, 30, SPIN, "suspect"],
    ["exactly at the limit on average", 120, 95.8, SPIN, "suspect"],
    ["idle for most of its life", 600, 60, SPIN, "suspect"],
    ["was over, idles now", 120, 119, { cpuPercent: 0 }, "ok"],
    ["always over, at work", 120, 180, BUILD, "suspect"],
  ])("%s", (_, ageS, usedS, now, decision) => expect(look(ageS, usedS, now)?.decision).toBe(decision));

  test("says what it is based on", () =>
    expect(look(719, 719, SPIN)?.evidence).toBe(
      "has used 100 % of a core on average since it started 12 min ago and uses 100 % of a core now (limit 80 % for 60 s) without reading or writing anything and without page faults",
    ));

  test("the look right before acting, without the costlier readings, says the same under contention", () => {
    const starved: Behaviour = { cpuPercent: 40, demandPercent: 100 };
    const world = new World();
    for (const second of [120, 121]) world.see(second * 1_000, [sampleAt(second, starved)]);
    const { ioBytes: _bytes, ioCalls: _calls, demandNs: _demand, ...plain } = sampleAt(121, starved);
    world.see(121_004, [plain]);
    expect(world.verdict(10, "cpu", "one-shot")?.decision).toBe("runaway");
  });

  test("a monitor does not take the life before it for a hold", () => {
    const world = new World();
    for (const at of [0, 10]) world.see(at * 1_000, [{ ...sampleAt(at, SPIN), ageMs: 600_000 }]);
    expect(verdict(world).decision).toBe("suspect");
  });
});
