import { describe, expect, test } from "bun:test";
import { group, groupDetailed } from "../../../src/core/judge/group.ts";
import { emptyHistory, jobMarked, jobStopped } from "../../../src/core/judge/history.ts";
import type { ProcessSample } from "../../../src/core/process/process.ts";
import { unproven } from "../../../src/core/judge/lineage.ts";
import { withDetails, type Details } from "../../../src/core/process/process.ts";
import { NO_TIES } from "../../../src/core/process/ties.ts";
import { Random, seed as runSeed } from "../../support/random.ts";
import { aHelper, aPolicy, aProcess, aSelf, aSnapshot, pidsOf, SHELL, World } from "../../support/build.ts";

const launcher = (pid: number, ppid = SHELL): ProcessSample =>
  aProcess({ pid, ppid, argv: ["bun", "run", "dev"] });
const script = (pid: number, ppid: number): ProcessSample => aProcess({ pid, ppid });
/** Pid 10 at that age, under that parent. */
const aged = (ageMs: number, ppid: number): ProcessSample => ({ ...script(10, ppid), ageMs });
const shell = (pid: number, ppid: number): ProcessSample => aHelper({ pid, ppid });
const agent = (pid: number, ppid = SHELL): ProcessSample =>
  aProcess({ pid, ppid, runtime: "compiled", argv: ["agent"] });
const monitor = (pid: number, ppid = SHELL): ProcessSample =>
  aProcess({ pid, ppid, argv: ["bun", "scripts/bun-monitor-service.ts"] });

const jobsOf = (...processes: readonly ProcessSample[]): readonly (readonly number[])[] =>
  pidsOf(group(aSnapshot(processes), emptyHistory, aSelf({ ancestors: [900, 1] })));

const zombie = (pid: number, threads: number): ProcessSample =>
  aProcess({ pid, ppid: 10, state: "zombie", threads });

describe("what was launched once is one job (Z23)", () => {
  test.each<[string, readonly ProcessSample[], readonly (readonly number[])[]]>([
    ["a script", [script(10, SHELL)], [[10]]],
    ["a launcher and its script", [launcher(10), script(11, 10)], [[10, 11]]],
    ["nested launchers", [launcher(10), launcher(11, 10), script(12, 11)], [[10, 11, 12]]],
    [
      "a & b, through a shell",
      [launcher(10), shell(11, 10), script(12, 11), script(13, 11)],
      [[10, 11, 12, 13]],
    ],
    [
      "through node (npm run)",
      [launcher(10), aHelper({ pid: 11, ppid: 10, argv: ["node", "npm"] }), script(12, 11)],
      [[10, 11, 12]],
    ],
    [
      "non-Bun descendants",
      [launcher(10), aHelper({ pid: 11, ppid: 10 }), aHelper({ pid: 12, ppid: 11 })],
      [[10, 11, 12]],
    ],
    ["two launches from one shell", [script(10, SHELL), script(11, SHELL)], [[10], [11]]],
    [
      "bun test --parallel",
      [
        aProcess({ pid: 10, argv: ["bun", "test", "--parallel=2"] }),
        aProcess({ pid: 11, ppid: 10, argv: ["bun", "test", "--test-worker"] }),
        aProcess({ pid: 12, ppid: 10, argv: ["bun", "test", "--test-worker"] }),
      ],
      [[10, 11, 12]],
    ],
    [
      "what an agent launches",
      [agent(10), shell(11, 10), script(12, 11), script(13, 10)],
      [[10, 11], [12], [13]],
    ],
    [
      "an agent behind bunx",
      [aProcess({ pid: 10, argv: ["bunx", "agent"] }), agent(11, 10), script(12, 11)],
      [[10, 11], [12]],
    ],
    ["an agent below a job", [script(10, SHELL), agent(11, 10)], [[10], [11]]],
    [
      "what this product launches",
      [launcher(10), monitor(11, 10), launcher(12, 11), script(13, 12)],
      [
        [10, 11],
        [12, 13],
      ],
    ],
    [
      "an ancestor of the watchdog",
      [script(900, SHELL), script(901, 900), monitor(902, 900)],
      [[900], [901], [902]],
    ],
  ])("%s", (_, processes, jobs) => expect(jobsOf(...processes)).toEqual(jobs));

  test("a zombie without threads is no member; one whose threads live is", () => {
    expect(jobsOf(script(10, SHELL), zombie(11, 1), zombie(12, 2))).toEqual([[10, 12]]);
  });

  test("a reused parent pid makes nobody a relative", () => {
    const reused = aProcess({ pid: 10, startTicks: 500 });
    const older = aProcess({ pid: 20, ppid: 10, startTicks: 400 });
    expect(jobsOf(reused, older)).toEqual([[20], [10]]);
  });

  test("parents that form a loop end the walk", () =>
    expect(
      jobsOf(aProcess({ pid: 10, ppid: 11, startTicks: 5 }), aProcess({ pid: 11, ppid: 10, startTicks: 5 })),
    ).toBeArray());
});

const signature = (world: World): string | undefined => world.history.processes.get("10:10")?.signature;

describe("jobs outlive their launcher", () => {
  test("the script stays in the job, under its id, and the job is orphaned by name", () => {
    const world = new World().see(0, [launcher(10), script(11, 10)]);
    const id = world.jobs[0]?.id;
    world.see(1_000, [script(11, 1)]);
    expect(world.jobs[0]).toMatchObject({ id, generation: 0, orphanOf: { pid: 10, command: "bun run dev" } });
    expect(pidsOf(world.jobs)).toEqual([[11]]);
  });

  test("two scripts of a dead launcher stay one job, and so does what they start later", () => {
    const world = new World().see(0, [launcher(10), shell(11, 10), script(12, 11), script(13, 11)]);
    world.see(1_000, [script(12, 1), script(13, 1)]);
    world.see(2_000, [script(12, 1), script(13, 1), script(14, 13)]);
    expect(pidsOf(world.jobs)).toEqual([[12, 13, 14]]);
  });

  test("being first seen at pid 1 is not being orphaned", () => {
    const world = new World().see(0, [script(10, 1)]).see(1_000, [script(10, 1)]);
    expect(world.jobs[0]?.orphanOf).toBeNull();
  });

  test("who was let go right after its start is no orphan, then and later", () => {
    const world = new World().see(0, [aged(5, SHELL)]).see(10_000, [aged(10_005, 1)]);
    expect(world.jobs[0]?.orphanOf).toBeNull();
    world.see(20_000, [aged(20_005, 1)]);
    expect(world.jobs[0]?.orphanOf).toBeNull();
  });

  test("who kept its parent for a while is one, however late that is noticed", () => {
    const world = new World().see(0, [aged(5, SHELL)]).see(2_000, [aged(2_005, SHELL)]);
    world.see(12_000, [aged(12_005, 1)]);
    expect(world.jobs[0]?.orphanOf).toEqual({ pid: SHELL, command: null });
  });

  test("a reaper other than pid 1 makes an orphan just as well", () => {
    const world = new World().see(0, [script(10, SHELL)]).see(1_000, [script(10, 777)]);
    expect(world.jobs[0]?.orphanOf).toEqual({ pid: SHELL, command: null });
    expect(world.history.reapers.has(777)).toBe(true);
  });

  test("a helper that loses its shell does not orphan the job it is in", () => {
    const world = new World().see(0, [script(10, SHELL), shell(11, 10), script(12, 11)]);
    world.see(1_000, [script(10, SHELL), script(12, 1)]);
    expect(world.jobs[0]).toMatchObject({ root: { id: { pid: 10 } }, orphanOf: null });
    expect(pidsOf(world.jobs)).toEqual([[10, 12]]);
  });

  test("a shell of an agent that execs into Bun becomes a job of its own", () => {
    const world = new World().see(0, [agent(10), shell(11, 10)]);
    world.see(1_000, [agent(10), script(11, 10)]);
    expect(pidsOf(world.jobs)).toEqual([[10], [11]]);
  });

  test("a helper that outlives its root hands its job on", () => {
    const world = new World().see(0, [script(10, SHELL), shell(11, 10)]);
    world.see(1_000, [shell(11, 1), script(12, 11)]);
    expect(world.jobs).toMatchObject([{ id: "10:10", root: { id: { pid: 12 } } }]);
  });

  test("everybody who takes in orphans is known, whoever was known before", () => {
    const world = new World().see(0, [script(10, SHELL), script(20, SHELL)]);
    world.see(1_000, [script(10, 1), script(20, 777)]);
    expect([...world.history.reapers]).toEqual([1, 777]);
  });

  test("whoever has become another program is in nobody's job but its own", () => {
    const world = new World().see(0, [script(10, SHELL), shell(11, 10)]).see(1_000, [script(11, 1)]);
    expect(world.jobs).toMatchObject([{ id: "11:11", generation: 0 }]);
  });

  test("a title that a program gives itself is no other command", () => {
    const world = new World().see(0, [script(10, SHELL)]);
    const before = signature(world);
    world.see(1_000, [aProcess({ pid: 10, argv: ["my title"] })]);
    expect(signature(world)).toBe(before);
  });

  test("an orphan stays one when it is proven to go on in another process", () => {
    const world = new World().see(0, [launcher(10), script(11, 10)]).see(1_000, [script(11, 1)]);
    world.history = jobMarked(world.history, "10:10");
    world.see(11_000, [aProcess({ pid: 12, ppid: 1, ageMs: 50, marks: WATCHED })]);
    expect(world.jobs).toMatchObject([{ id: "10:10", generation: 1, orphanOf: { pid: 10 } }]);
  });

  test("a young script that an old program leaves behind has its own age", () => {
    const tool = aProcess({ pid: 10, argv: ["bun", "tool.ts"], ageMs: 3_600_000 });
    const world = new World().see(0, [tool, { ...script(11, 10), ageMs: 5_000 }]);
    world.see(1_000, [{ ...script(11, 1), ageMs: 6_000 }]);
    expect(world.jobs).toMatchObject([{ id: "10:10", ageMs: 6_000, generation: 0 }]);
    expect(world.verdict(11, "timeout")?.decision).toBe("ok");
  });

  test("what was beside our script under one launcher becomes a job of its own", () => {
    const world = new World().see(0, [launcher(10), script(11, 10)]);
    world.see(1_000, [launcher(10), script(11, 10), monitor(12, 10)]);
    expect(pidsOf(world.jobs)).toEqual([[10, 12], [11]]);
  });

  test("a launcher is seen before the script that makes it ours", () => {
    const world = new World()
      .see(0, [launcher(10)])
      .see(1_000, [launcher(10), monitor(11, 10), script(12, 11)]);
    expect(pidsOf(world.jobs)).toEqual([[10, 11], [12]]);
  });
});

const WATCHED = { watched: true, stopped: false };
const UNMARKED = { watched: false, stopped: false };

const hydra = (pid: number, facts: Partial<ProcessSample> = {}): ProcessSample => ({
  ...aProcess({ pid, ppid: 1, sid: pid, argv: ["bun", "hydra.ts"], ageMs: 50 }),
  ...facts,
});

/** One head after the other, ten seconds apart. */
const heads = (count: number, facts: Partial<ProcessSample> = {}, policy = aPolicy()): World => {
  const world = new World(policy);
  for (let tick = 0; tick < count; tick++) world.see(tick * 10_000, [hydra(100 + tick, facts)]);
  return world;
};

const suspects = (world: World) => unproven(world.judge(), world.history, world.policy);

describe("a job goes on in another process by proof alone (Z13)", () => {
  test("whatever comes one after the other at a reaper: each has its own age, the succession has another", () => {
    const world = heads(40);
    expect(world.jobs).toMatchObject([
      { id: "139:139", generation: 0, ageMs: 50, after: { sinceMs: -50, isMarked: false } },
    ]);
    expect(world.verdict(139, "timeout")?.decision).toBe("ok");
  });

  test("a succession that has lasted for longer than one may run is to be marked, once", () => {
    expect(suspects(heads(30))).toEqual([]);
    const world = heads(40);
    expect(suspects(world)).toMatchObject([{ jobId: "139:139" }]);
    world.history = jobMarked(world.history, "139:139");
    expect(suspects(world)).toEqual([]);
  });

  test("who comes after a marked head and bears its mark goes on with its job", () => {
    const world = heads(40);
    world.history = jobMarked(world.history, "139:139");
    world.see(400_000, [hydra(140, { marks: WATCHED })]);
    world.see(410_000, [hydra(141, { marks: WATCHED })]);
    expect(world.jobs).toMatchObject([{ id: "139:139", generation: 2, ageMs: 410_050 }]);
  });

  test("a look that finds nobody, or somebody else, between the two changes nothing", () => {
    const world = heads(40);
    world.history = jobMarked(world.history, "139:139");
    world.see(400_000, []);
    // its parent is about to end, and is no reaper
    world.see(400_500, [hydra(140, { ppid: 77, marks: WATCHED })]);
    world.see(401_000, [hydra(141, { marks: WATCHED })]);
    expect(world.jobs).toMatchObject([{ id: "139:139", generation: 1 }]);
    world.see(430_000, []);
    world.see(431_000, [hydra(142, { marks: WATCHED })]);
    expect(world.jobs).toMatchObject([{ id: "139:139", generation: 2 }]);
  });

  test("an unread mark is no proof, nor is one that another job's head has left", () => {
    const world = heads(1);
    world.see(10_000, [hydra(101, { marks: WATCHED })]);
    expect(world.jobs).toMatchObject([{ id: "101:101", after: { sinceMs: -50, isMarked: false } }]);
    world.history = jobMarked(world.history, "101:101");
    world.see(20_000, [hydra(102)]);
    expect(world.jobs).toMatchObject([{ id: "102:102", after: { sinceMs: -50, isMarked: true } }]);
  });

  test("nobody's head is marked where nobody is stopped", () =>
    expect(suspects(heads(40, {}, aPolicy({ mode: "observe" })))).toEqual([]));

  test("a head without a mark that goes on by birth has the age of its own job", () => {
    const world = heads(40);
    world.see(400_000, [hydra(139, { ageMs: 10_050 }), hydra(140, { ppid: 139 })]);
    world.see(410_000, [hydra(140, { ageMs: 10_050 })]);
    expect(world.jobs).toMatchObject([{ id: "139:139", generation: 1, ageMs: 20_050 }]);
  });

  test("who bears none was started by somebody else, and the succession begins anew", () => {
    const world = heads(40);
    world.history = jobMarked(world.history, "139:139");
    world.see(400_000, [hydra(140, { marks: UNMARKED })]);
    expect(world.jobs).toMatchObject([{ id: "140:140", ageMs: 50, after: null }]);
    world.see(410_000, [hydra(141)]);
    expect(world.jobs).toMatchObject([{ after: { sinceMs: 399_950, isMarked: false } }]);
  });

  test("the job that goes on has the age of all of its heads", () => {
    const world = new World().see(0, [hydra(10)]);
    world.history = jobMarked(world.history, "10:10");
    for (let tick = 1; tick <= 31; tick++) world.see(tick * 10_000, [hydra(10 + tick, { marks: WATCHED })]);
    expect(world.verdict(41, "timeout")).toMatchObject({
      decision: "runaway",
      evidence: "has run for 5.2 min in 32 processes, one after the other (limit 5 min)",
    });
  });

  test("a head that was born in the job, and seen there, goes on with it", () => {
    const world = new World().see(0, [hydra(10, { ageMs: 290_000 })]);
    world.see(10_000, [hydra(10, { ageMs: 300_000 }), hydra(11, { ppid: 10 })]);
    world.see(20_000, [hydra(11)]);
    expect(world.jobs).toMatchObject([{ id: "10:10", generation: 1, ageMs: 310_000 }]);
  });

  test("one sample that falls between two pids does not end a succession", () => {
    const world = new World()
      .see(0, [hydra(10)])
      .see(10_000, [])
      .see(10_100, [hydra(12)]);
    expect(world.jobs[0]).toMatchObject({ after: { sinceMs: -50 } });
  });

  test.each<[string, Partial<ProcessSample>]>([
    ["the same command in a shell is a second launch", { ppid: SHELL }],
    ["another argument is another job", { argv: ["bun", "hydra.ts", "2"] }],
    ["another directory is another job", { cwd: "/elsewhere" }],
    ["another session is another job", { sid: 77 }],
  ])("%s", (_, facts) => {
    const world = new World().see(0, [hydra(10)]);
    world.history = jobMarked(world.history, "10:10");
    world.see(10_000, [hydra(11, { marks: WATCHED, ...facts })]);
    expect(world.jobs[0]).toMatchObject({ id: "11:11", generation: 0, after: null });
  });

  test("not while the first one lives", () => {
    const world = new World().see(0, [hydra(10)]).see(10_000, [hydra(10), hydra(11)]);
    expect(world.jobs).toMatchObject([
      { id: "10:10", after: null },
      { id: "11:11", after: null },
    ]);
  });

  test("two successors do not share one predecessor", () => {
    const world = new World().see(0, [hydra(10)]);
    world.history = jobMarked(world.history, "10:10");
    world.see(10_000, [hydra(11, { marks: WATCHED }), hydra(12, { marks: WATCHED })]);
    expect(world.jobs.map(({ id }) => id)).toEqual(["10:10", "12:12"]);
  });

  test("what got away when we stopped its job is of that job; what was started since is not", () => {
    const stopped = (marks: typeof WATCHED): World => {
      const world = new World().see(0, [hydra(10)]);
      world.history = jobStopped(jobMarked(world.history, "10:10"), "10:10", 900);
      return world.see(1_000, [hydra(11, { marks })]);
    };
    expect(stopped(WATCHED).jobs[0]).toMatchObject({ id: "10:10", generation: 1 });
    expect(stopped(UNMARKED).jobs[0]).toMatchObject({ id: "11:11", after: null });
  });

  test("what was started after we stopped a job comes after nothing", () => {
    const world = new World().see(0, [hydra(10)]);
    world.history = jobStopped(world.history, "10:10", 900);
    expect(world.see(1_000, [hydra(11)]).jobs[0]).toMatchObject({ id: "11:11", after: null });
  });

  test("not long after it ended", () => {
    const world = new World()
      .see(0, [hydra(10)])
      .see(10_000, [])
      .see(20_000, [])
      .see(30_000, [hydra(11)]);
    expect(world.jobs[0]?.after).toBeNull();
    expect([...world.history.jobs.keys()]).toEqual(["11:11"]);
  });
});

test("every living Bun process is in exactly one job, whatever the tree (seeded)", () => {
  let seed = 20_240_607;
  const random = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed % below;
  };
  for (let round = 0; round < 200; round++) {
    const world = new World();
    const born: ProcessSample[] = [];
    for (let tick = 0; tick < 4; tick++) {
      for (let n = 0; n < 5; n++) {
        const pid = 10 + born.length;
        const ppid = random(3) === 0 ? SHELL : 10 + random(born.length + 1);
        const made = [script, launcher, shell, agent, monitor][random(5)] ?? script;
        born.push(made(pid, ppid === pid ? SHELL : ppid));
      }
      const gone = new Set(born.filter(() => random(4) === 0).map(({ id }) => id.pid));
      const living = born
        .filter(({ id }) => !gone.has(id.pid))
        .map((process) => (gone.has(process.ppid) ? Object.assign({}, process, { ppid: 1 }) : process));
      world.see(tick * 1_000, living);
      const members = pidsOf(world.jobs).flat();
      expect(new Set(members).size).toBe(members.length);
      for (const { id, runtime } of living) if (runtime !== "other") expect(members).toContain(id.pid);
      expect(new Set(world.jobs.map(({ id }) => id)).size).toBe(world.jobs.length);
    }
  }
});

test("jobs with the costlier readings put in are the jobs that a grouping of all that would find", () => {
  const random = new Random(runSeed());
  const ties: readonly Details[] = [
    { ties: NO_TIES, listeners: [] },
    { ties: { ...NO_TIES, adoptedBy: 1 }, listeners: null },
    { ties: { ...NO_TIES, input: { kind: "gone", above: [] } }, listeners: [] },
    { demandNs: 7, demandAtMs: 1 },
    { marks: { watched: true, stopped: false } },
    { marks: null },
  ];
  for (let round = 0; round < 300; round++) {
    const world = new World();
    for (let look = 0; look < 4; look++) {
      const processes = Array.from({ length: random.whole(1, 8) }, (_, at) => {
        const facts = { pid: 10 + at, ppid: random.pick([1, SHELL, 9 + at]), startTicks: random.whole(1, 2) };
        return random.chance(0.3) ? aHelper(facts) : aProcess({ ...facts, argv: ["bun", `${at % 2}.ts`] });
      });
      const atMs = 10_000 + look * 500;
      const bare = aSnapshot(processes, atMs);
      const details = new Map<number, Details>();
      for (const { id } of processes) if (random.chance(0.4)) details.set(id.pid, random.pick(ties));
      const detailed = withDetails(bare, details);
      const jobs = group(bare, world.history, world.self);
      const found = groupDetailed(jobs, details, detailed, world.history, world.self);
      expect(found).toEqual(group(detailed, world.history, world.self));
      world.see(atMs, [...detailed.processes.values()]);
      for (const { id } of found) if (random.chance(0.3)) world.history = jobMarked(world.history, id);
    }
  }
});
