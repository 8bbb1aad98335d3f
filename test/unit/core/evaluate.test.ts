import { jobMarked } from "../../../src/core/judge/history.ts";
import { describe, expect, test } from "bun:test";
import { defaultRules } from "../../../src/core/judge/default-rules.ts";
import { NO_TIES } from "../../../src/core/process/ties.ts";
import type { ProcessSample } from "../../../src/core/process/process.ts";
import type { Outside } from "../../../src/core/judge/remember.ts";
import type { Decision } from "../../../src/core/judge/verdict.ts";
import {
  aHelper,
  aPolicy,
  aProcess,
  aSelf,
  GB,
  MB,
  SHELL,
  World,
  type ProcessFacts,
} from "../../support/build.ts";

const MINUTE = 60_000;

const decided = (processes: readonly ProcessSample[]) => {
  const world = new World(aPolicy({ rules: defaultRules })).see(0, processes);
  return [10, 11].map((pid) => world.verdict(pid, "timeout")?.decision);
};

const unmarkedHead = (tick: number) =>
  aProcess({
    pid: 100 + tick,
    ppid: 1,
    sid: 100 + tick,
    ageMs: 50,
    marks: { watched: false, stopped: false },
  });

const timeouts = (world: World) => [12, 14].map((pid) => world.verdict(pid, "timeout")?.decision);

describe("timeout", () => {
  test.each<[number, Decision, string]>([
    [2 * MINUTE, "ok", "has run for 2 min (limit 5 min)"],
    [5 * MINUTE, "ok", "has run for 5 min (limit 5 min)"],
    [6 * MINUTE, "runaway", "has run for 6 min (limit 5 min)"],
  ])("a job of %d ms is %s", (ageMs, decision, evidence) => {
    const world = new World().see(0, [aProcess({ pid: 10, ageMs })]);
    const heldMs = Math.max(0, ageMs - 5 * MINUTE);
    expect(world.verdict(10, "timeout")).toMatchObject({
      decision,
      evidence,
      value: ageMs,
      limit: 300_000,
      heldMs,
    });
  });

  test("a hydra is as old as its lineage (Z13)", () => {
    const marks = { watched: true, stopped: false };
    const head = (tick: number) => aProcess({ pid: 100 + tick, ppid: 1, sid: 100 + tick, ageMs: 50, marks });
    const world = new World().see(0, [head(0)]);
    world.history = jobMarked(world.history, "100:100");
    for (let tick = 1; tick <= 31; tick++) world.see(tick * 10_000, [head(tick)]);
    expect(world.verdict(131, "timeout")).toMatchObject({
      decision: "runaway",
      evidence: "has run for 5.2 min in 32 processes, one after the other (limit 5 min)",
    });
  });

  describe("a test below a spared server is judged by itself", () => {
    const listeners = [{ protocol: "tcp", address: "3000" }] as const;
    const known = { listeners: [], ties: NO_TIES };
    const server = (facts: Partial<ProcessSample> = {}) => ({
      ...aProcess({ pid: 10, ageMs: 60 * MINUTE, argv: ["bun", "server.ts"], ...known, listeners }),
      ...facts,
    });
    const below = (ageMs: number) => aProcess({ pid: 11, ppid: 10, argv: ["bun", "test"], ageMs, ...known });

    test("at work", () => expect(decided([server(), below(MINUTE)])).toEqual([undefined, "ok"]));
    test("hanging", () => expect(decided([server(), below(6 * MINUTE)])).toEqual([undefined, "runaway"]));
    test("not below an installation, which it would break", () =>
      expect(
        decided([server({ argv: ["bun", "install"], kind: "install", listeners: [] }), below(6 * MINUTE)]),
      ).toEqual([undefined, undefined]));
    test("inspected", () =>
      expect(
        decided([server(), { ...below(6 * MINUTE), ties: { ...NO_TIES, inspectedBy: "is inspected" } }]),
      ).toEqual([undefined, undefined]));
  });

  test("a succession whose next head does not bear the mark is told, and not stopped", () => {
    const world = new World().see(0, [unmarkedHead(0)]);
    world.history = jobMarked(world.history, "100:100");
    for (let tick = 1; tick <= 40; tick++) world.see(tick * 10_000, [unmarkedHead(tick)]);
    expect(world.verdict(140, "timeout")?.decision).toBe("ok");
    expect(world.verdict(140, "restarts")).toMatchObject({ decision: "suspect", heldMs: 400_050 });
  });

  test("who became Bun a moment ago is young, whatever its pid was before", () => {
    const process = { ...aProcess({ pid: 10, ageMs: 60 * MINUTE }), bunForMs: MINUTE };
    const world = new World().see(0, [process]);
    expect(world.verdict(10, "timeout")).toMatchObject({ decision: "ok", value: MINUTE });
    expect(world.jobs[0]?.ageMs).toBe(MINUTE);
    world.see(5 * MINUTE, [{ ...process, ageMs: 65 * MINUTE, bunForMs: 6 * MINUTE }]);
    expect(world.verdict(10, "timeout")).toMatchObject({ decision: "runaway", value: 6 * MINUTE });
  });

  test("a young worker of an old job is young", () => {
    const world = new World().see(0, [
      aProcess({ pid: 10, ageMs: 6 * MINUTE }),
      aProcess({ pid: 11, ppid: 10, ageMs: MINUTE }),
    ]);
    expect(world.verdict(11, "timeout")?.decision).toBe("ok");
  });

  test("suspended time does not count: ages come from the sampler, durations from the monotonic clock", () => {
    const world = new World().see(0, [aProcess({ pid: 10, ageMs: MINUTE })]);
    world.see(MINUTE, [aProcess({ pid: 10, ageMs: 2 * MINUTE })]);
    expect(world.jobs[0]?.ageMs).toBe(2 * MINUTE);
  });

  test("what may be spared by something unreadable is suspect, and it is said", () => {
    const world = new World(aPolicy({ rules: defaultRules }));
    world.see(0, [aProcess({ pid: 10, ageMs: 6 * MINUTE, listeners: null })]);
    expect(world.verdict(10, "timeout")).toMatchObject({
      decision: "suspect",
      evidence: 'has run for 6 min (limit 5 min); whether "servers" spares it cannot be read',
    });
  });

  describe("`monitor -- npm test`: all below the command is spared from age and number", () => {
    const COMMAND = 400;
    const below: Outside = { describe: () => null, ancestors: () => [SHELL, COMMAND, 1] };
    const outside: Outside = { describe: () => null, ancestors: () => [SHELL, 1] };
    const old = { ageMs: 6 * MINUTE };
    const seen = (from: Outside): World =>
      new World(aPolicy(), aSelf({ commandPids: new Set([COMMAND]) }), from).see(0, [
        aProcess({ pid: 12, argv: ["bun", "test"], ...old }),
        aHelper({ pid: 13, ppid: 12 }),
        aProcess({ pid: 14, ppid: 13, argv: ["bun", "worker.ts"], ...old }),
      ]);
    test("whatever stands in between", () => {
      expect(timeouts(seen(below))).toEqual([undefined, undefined]);
      expect(seen(below).job(12).counts).toBe(false);
    });

    test("and nobody else", () => {
      expect(timeouts(seen(outside))).toEqual(["runaway", "runaway"]);
      expect(seen(outside).job(12).counts).toBe(true);
    });

    test("nor what has left it", () => {
      const world = seen(below).see(10_000, [
        aProcess({ pid: 12, ppid: 1, argv: ["bun", "test"], ...old }),
        aHelper({ pid: 13, ppid: 12 }),
        aProcess({ pid: 14, ppid: 13, argv: ["bun", "worker.ts"], ...old }),
      ]);
      expect(timeouts(world)).toEqual(["runaway", "runaway"]);
    });

    test("a runaway below it is one all the same", () =>
      expect(
        new World(aPolicy(), aSelf({ commandPids: new Set([COMMAND]) }), below)
          .see(0, [aProcess({ pid: 12, memoryBytes: 2 * GB })])
          .verdict(12, "memory")?.decision,
      ).toBe("runaway"));
  });
});

describe("memory", () => {
  test.each<[string, Partial<ProcessFacts>, Decision, string]>([
    ["under", { memoryBytes: 512 * MB }, "ok", "uses 512 MB of memory (limit 1 GB)"],
    ["at", { memoryBytes: GB }, "ok", "uses 1 GB of memory (limit 1 GB)"],
    ["over", { memoryBytes: 1.5 * GB }, "runaway", "uses 1.5 GB of memory (limit 1 GB)"],
    [
      "a mapped file (L16)",
      { memoryBytes: 2 * MB, rssBytes: 890 * MB },
      "ok",
      "uses 2 MB of memory (limit 1 GB)",
    ],
    [
      "shared pages are split",
      { memoryBytes: 1.5 * GB, pssBytes: 600 * MB },
      "ok",
      "uses 600 MB of memory, common pages shared out (limit 1 GB)",
    ],
    [
      "a larger PSS is none of it",
      { memoryBytes: 900 * MB, pssBytes: 2 * GB },
      "ok",
      "uses 900 MB of memory (limit 1 GB)",
    ],
    [
      "an unreadable PSS",
      { memoryBytes: 2 * GB, pssBytes: null },
      "runaway",
      "uses 2 GB of memory (limit 1 GB)",
    ],
    ["unreadable", { memoryBytes: null }, "ok", "its memory cannot be read"],
  ])("%s", (_, facts, decision, evidence) => {
    const world = new World().see(0, [aProcess({ pid: 10, ...facts })]);
    expect(world.verdict(10, "memory")).toMatchObject({ decision, evidence });
  });

  test("unreadable is null, not zero", () => {
    const world = new World().see(0, [aProcess({ pid: 10, memoryBytes: null })]);
    expect(world.verdict(10, "memory")?.value).toBeNull();
  });

  test("is per process, and only of Bun processes", () => {
    const world = new World().see(0, [
      aProcess({ pid: 10, memoryBytes: 700 * MB }),
      aProcess({ pid: 11, ppid: 10, memoryBytes: 700 * MB }),
      aHelper({ pid: 12, ppid: 10, memoryBytes: 4 * GB }),
    ]);
    expect(world.job(10).processes.map(({ process }) => process.id.pid)).toEqual([10, 11]);
    expect(world.verdict(10, "memory")?.decision).toBe("ok");
  });
});

const grown = (bytesAt: (minute: number) => number, minutes = 5): World => {
  const world = new World();
  for (let tick = 0; tick <= minutes * 6; tick++)
    world.see(tick * 10_000, [aProcess({ pid: 10, memoryBytes: bytesAt(tick / 6) })]);
  return world;
};

describe("a leak is a warning", () => {
  test("that says when the limit falls", () =>
    expect(grown((minute) => (100 + 24 * minute) * MB).verdict(10, "leak")).toMatchObject({
      decision: "suspect",
      evidence:
        "has grown by 120 MB in 5 min, steadily; at this rate it reaches its limit of 1 GB in 33.5 min",
    }));

  test.each<[string, (minute: number) => number]>([
    ["flat", () => 500 * MB],
    ["a heap that is collected", (minute) => (300 + 200 * ((minute * 1.7) % 1)) * MB],
    ["a start that settles", (minute) => Math.min(400, 100 + 900 * minute) * MB],
    ["too slow to matter", (minute) => (100 + minute) * MB],
    ["hours from its limit", (minute) => (100 + 7 * minute) * MB],
    ["shrinking", (minute) => (900 - 50 * minute) * MB],
  ])("not: %s", (_, bytesAt) => expect(grown(bytesAt).verdict(10, "leak")).toBeUndefined());

  test("not before two minutes", () =>
    expect(grown((minute) => (100 + 100 * minute) * MB, 1).verdict(10, "leak")).toBeUndefined());
});

const supervised = (pid: number, facts: Partial<ProcessFacts> = {}): ProcessSample =>
  aProcess({ pid, ppid: 700, argv: ["bun", "crash.ts"], ...facts });

describe("restarts name the supervisor (Z09)", () => {
  const named = { describe: (pid: number) => (pid === 700 ? "pm2" : null), ancestors: () => [700, 1] };
  const restarted = (times: number, facts: Partial<ProcessFacts> = {}, outside: Outside = named): World => {
    const world = new World(aPolicy(), aSelf(), outside);
    for (let start = 0; start < times; start++) {
      world.see(start * 20_000, [supervised(10 + start, facts)]);
      // a supervisor may wait before it starts the next
      world.see(start * 20_000 + 10_000, []);
    }
    return world.see(times * 20_000, [supervised(10 + times, facts)]);
  };

  test("after the third replacement", () =>
    expect(restarted(3).verdict(13, "restarts")).toMatchObject({
      decision: "suspect",
      value: 3,
      evidence: "was replaced 3 times in 60 s: pm2 (pid 700) starts it again, so that is what to stop",
    }));

  test("not before", () => expect(restarted(2).verdict(12, "restarts")).toBeUndefined());
  test("a person at a terminal may repeat a command", () =>
    expect(restarted(9, { terminal: true }).verdict(19, "restarts")).toBeUndefined());
  test("so may an agent, and pid 1 takes in whoever has lost its parent", () => {
    const agent = { describe: () => "node /usr/bin/claude", ancestors: () => [700, 1] };
    expect(restarted(9, {}, agent).verdict(19, "restarts")).toBeUndefined();
    expect(restarted(9, { ppid: 1 }).verdict(19, "restarts")).toBeUndefined();
  });
  test("starts that are long ago are forgotten", () => {
    const world = restarted(3).see(700_000, [supervised(13)]);
    expect(world.verdict(13, "restarts")).toBeUndefined();
  });
  test("a pool of workers with one command is not a restart", () => {
    const pool = [11, 12, 13, 14, 15].map((pid) => supervised(pid));
    const world = new World(aPolicy(), aSelf(), named).see(0, pool).see(10_000, pool);
    expect(world.verdict(15, "restarts")).toBeUndefined();
  });
});

const worker = (pid: number, ageMs: number, facts: Partial<ProcessFacts> = {}): ProcessSample =>
  aProcess({ pid, ppid: 10, argv: ["bun", "worker.ts"], ageMs, ...facts });

describe("leftovers of --watch (Z29)", () => {
  const watch = aProcess({ pid: 10, argv: ["bun", "--watch", "x.ts"], ageMs: 100_000 });
  test("the older of two children with one command", () => {
    const world = new World().see(0, [watch, worker(11, 90_000), worker(12, 30_000)]);
    expect(world.verdict(11, "leftover")).toMatchObject({
      decision: "suspect",
      evidence:
        "is a leftover of bun --watch x.ts (pid 10): pid 12 runs the same command, started 60 s later",
    });
    expect(world.verdict(12, "leftover")).toBeUndefined();
  });

  test.each<[string, readonly ProcessSample[]]>([
    ["workers that started together", [watch, worker(11, 90_000), worker(12, 89_900)]],
    ["different commands", [watch, worker(11, 90_000), worker(12, 1_000, { argv: ["bun", "other.ts"] })]],
    [
      "a script that is not watched",
      [aProcess({ pid: 10, ageMs: 100_000 }), worker(11, 90_000), worker(12, 1_000)],
    ],
  ])("not: %s", (_, processes) =>
    expect(new World().see(0, processes).verdict(11, "leftover")).toBeUndefined(),
  );

  test("a child that lost its parent, next to its successor", () => {
    const root = aProcess({ pid: 10, ageMs: 100_000 });
    const world = new World().see(0, [
      root,
      aProcess({ pid: 11, ppid: 10 }),
      worker(12, 10_000, { ppid: 11 }),
    ]);
    world.see(60_000, [root, worker(12, 70_000, { ppid: 1 }), worker(13, 1_000)]);
    expect(world.verdict(12, "leftover")).toMatchObject({ decision: "suspect" });
  });
});

describe("scope", () => {
  const mine = aProcess({ pid: 10 });
  const elsewhere = aProcess({ pid: 11, cwd: "/home/someone/other" });
  const theirs = aProcess({ pid: 12, uid: 2_000, user: "other" });

  test.each<["user" | "project" | "machine", readonly number[]]>([
    ["user", [10, 11]],
    ["project", [10]],
    ["machine", [10, 11, 12]],
  ])("%s", (scope, pids) => {
    const world = new World(aPolicy({ scope })).see(0, [mine, elsewhere, theirs]);
    expect(world.judge().jobs.map(({ job }) => job.root.id.pid)).toEqual([...pids]);
  });

  test("one Bun process that works in the project does", () => {
    const members = [elsewhere, aProcess({ pid: 13, ppid: 11 })];
    const world = new World(aPolicy({ scope: "project" })).see(0, members);
    expect(world.judge().jobs).toHaveLength(1);
  });

  test("a helper that works in the project does not bring its job into it", () => {
    const helper = aHelper({ pid: 13, ppid: 11 });
    const world = new World(aPolicy({ scope: "project" })).see(0, [elsewhere, helper]);
    expect(world.judge().jobs).toEqual([]);
  });
});

test("every verdict is a sentence with its limit in it", () => {
  const world = new World().see(0, [aProcess({ pid: 10 })]).see(10_000, [aProcess({ pid: 10, ppid: SHELL })]);
  const verdicts = world
    .judge()
    .jobs.flatMap(({ processes }) => processes.flatMap((judged) => judged.verdicts));
  expect(verdicts.map(({ rule }) => rule)).toEqual(["timeout", "memory", "cpu"]);
  for (const { evidence } of verdicts) expect(evidence).toMatch(/^(has|uses) .* \(limit .*\)$/);
});
