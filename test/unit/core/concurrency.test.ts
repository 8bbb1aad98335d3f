import { describe, expect, test } from "bun:test";
import { NO_TIES } from "../../../src/core/process/ties.ts";
import { defaultRules } from "../../../src/core/judge/default-rules.ts";
import { evaluate } from "../../../src/core/judge/evaluate.ts";
import { countedLaunches } from "../../../src/core/judge/starter.ts";
import type { ProcessSample } from "../../../src/core/process/process.ts";
import type { Outside } from "../../../src/core/judge/remember.ts";
import { aPolicy, aProcess, aSelf, GB, World, type ProcessFacts } from "../../support/build.ts";

const MINUTE = 60_000;

/** Four jobs, the higher pid the younger; each is busy with something unless said otherwise. */
const job = (pid: number, facts: Partial<ProcessFacts> = {}): ProcessSample =>
  aProcess({ pid, ageMs: (30 - pid) * 10_000, argv: ["bun", `${pid}.ts`], ...facts });

/** Everybody moves between the samples but those listed. */
function crowd(
  processes: readonly ProcessSample[],
  idle: readonly number[] = [],
  world = new World(),
): World {
  world.see(0, processes);
  return world.see(
    10_000,
    processes.map((process) =>
      Object.assign({}, process, {
        ageMs: process.ageMs + 10_000,
        faults: idle.includes(process.id.pid) ? process.faults : 10_000,
        ioBytes: 0,
        ioCalls: 0,
      }),
    ),
  );
}

/** At the third look 13 is quiet, too. */
const faults = (pid: number): number => (pid === 11 ? 0 : pid === 13 ? 10_000 : 20_000);

const victims = (world: World): readonly (readonly [number, string])[] =>
  world
    .judge()
    .jobs.flatMap(({ processes }) => processes)
    .flatMap(({ process, verdicts }) =>
      verdicts
        .filter(({ rule }) => rule === "concurrency")
        .map(({ evidence }) => [process.id.pid, evidence] as const),
    );

const four = [job(10), job(11), job(12), job(13)];

/** 11 computes, and touches memory; the others rest. */
const withSpinner = (seconds: number): readonly ProcessSample[] => [
  job(10),
  { ...job(11), cpuMs: seconds * 1_000, faults: seconds * 1_000, ioBytes: 0, ioCalls: 0 },
  job(12),
  job(13),
];

/** 11 rests; 14, below it, moves until the second look. */
const resting = (look: number): readonly ProcessSample[] =>
  [...four, job(14, { ppid: 11 })].map((process) => {
    const moved = process.id.pid === 11 ? 0 : process.id.pid === 14 ? Math.min(1, look) : look;
    const ageMs = process.ageMs + look * 10_000;
    return Object.assign({}, process, { ageMs, faults: moved * 10_000, ioBytes: 0, ioCalls: 0 });
  });

describe("one victim, and why this one", () => {
  test("nobody at the limit", () => expect(victims(crowd(four.slice(1)))).toEqual([]));

  test("the youngest", () =>
    expect(victims(crowd(four))).toEqual([
      [13, "is one of 4 jobs (limit 3) and the first to go: it is the youngest"],
    ]));

  test("exactly one, however many there are too many", () => {
    const many = [10, 11, 12, 13, 14, 15, 16].map((pid) => job(pid));
    expect(victims(crowd(many))).toHaveLength(1);
  });

  test("rather one without progress", () =>
    expect(victims(crowd(four, [11]))).toEqual([
      [11, "is one of 4 jobs (limit 3) and the first to go: it makes no progress, for 10 s now"],
    ]));

  test("the one without progress for longest, whoever is younger", () => {
    const world = crowd(four, [11]);
    const later = four.map((process) =>
      Object.assign({}, process, { ageMs: process.ageMs + 20_000, ioBytes: 0, ioCalls: 0 }),
    );
    world.see(
      20_000,
      later.map((process) => Object.assign({}, process, { faults: faults(process.id.pid) })),
    );
    expect(victims(world)).toEqual([
      [11, "is one of 4 jobs (limit 3) and the first to go: it makes no progress, for 20 s now"],
    ]);
  });

  test("what is only suspect and at work stays, while an idler goes", () => {
    const world = new World().see(0, withSpinner(0)).see(10_000, withSpinner(10));
    expect(world.verdict(11, "cpu")?.decision).toBe("suspect");
    expect(victims(world).map(([pid]) => pid)).toEqual([13]);
  });

  test("rather one with a runaway in it", () => {
    const leak = job(14, { ppid: 11, memoryBytes: 2 * GB });
    expect(victims(crowd([...four, leak], [12]))).toEqual([
      [
        11,
        "is one of 4 jobs (limit 3) and the first to go: a process of it uses 2 GB of memory (limit 1 GB)",
      ],
    ]);
  });

  test("the same from tick to tick, in whatever order they are listed", () => {
    const world = crowd(four, [10, 11]);
    const [[first] = []] = victims(world);
    for (let tick = 2; tick < 6; tick++) {
      const shown = four.map((process) =>
        Object.assign({}, process, {
          ageMs: process.ageMs + tick * 10_000,
          faults: process.id.pid < 12 ? 0 : tick * 10_000,
          ioBytes: 0,
          ioCalls: 0,
        }),
      );
      world.see(tick * 10_000, tick % 2 === 0 ? shown.toReversed() : shown);
      expect(victims(world).map(([pid]) => pid)).toEqual([first ?? 0]);
    }
  });

  test("nor does the order matter in which they are given, where their ages are the same", () => {
    const { jobs, history, policy, self } = crowd(
      four.map((process) => Object.assign({}, process, { ageMs: 100_000 })),
    );
    const chosen = [jobs, jobs.toReversed()].map((listed) =>
      evaluate(listed, history, policy, self)
        .jobs.filter(({ processes }) =>
          processes.some(({ verdicts }) => verdicts.some(({ rule }) => rule === "concurrency")),
        )
        .map(({ job: { id } }) => id),
    );
    expect(chosen).toEqual([["10:10"], ["10:10"]]);
  });

  test("one whose worker moves makes progress", () =>
    expect(victims(crowd([...four, job(14, { ppid: 11 })], [11])).map(([pid]) => pid)).toEqual([13]));

  test("rather an orphan", () => {
    const world = new World();
    world.see(-10_000, four);
    const orphaned = four.map((process) => (process.id.pid === 10 ? { ...process, ppid: 1 } : process));
    expect(victims(crowd(orphaned, [11], world))).toEqual([
      [10, "is one of 4 jobs (limit 3) and the first to go: it is orphaned: its parent, pid 500, is gone"],
    ]);
  });

  test("the youngest of those that share a reason", () =>
    expect(victims(crowd(four, [10, 11, 12])).map(([pid]) => pid)).toEqual([12]));

  test("nobody who was seen once", () => expect(victims(new World().see(0, four))).toEqual([]));

  test("nobody who is younger than a minute, and nobody else in their place", () => {
    const young = four.map((process) =>
      Object.assign({}, process, { ageMs: process.id.pid === 10 ? 600_000 : 40_000 }),
    );
    const world = crowd(
      young.map((process) => Object.assign({}, process, { ageMs: Math.min(process.ageMs, 200_000) })),
    );
    expect(victims(world)).toEqual([]);
    world.see(
      30_000,
      young.map((process) => Object.assign({}, process, { ageMs: 70_000 })),
    );
    expect(victims(world)).toHaveLength(1);
  });

  test("who is a minute old may be one", () =>
    expect(
      victims(crowd(four.map((process) => Object.assign({}, process, { ageMs: 50_000 })))).map(
        ([pid]) => pid,
      ),
    ).toEqual([10]));

  test("nobody while there are no more than the limit of those that are old enough", () =>
    expect(victims(crowd([...four.slice(0, 3), job(13, { ageMs: 20_000 })]))).toEqual([]));

  test("one whose worker moved later than itself has made no progress since that", () => {
    const world = new World();
    for (const look of [0, 1, 2]) world.see(look * 10_000, resting(look));
    expect(victims(world)).toEqual([
      [11, "is one of 4 jobs (limit 3) and the first to go: it makes no progress, for 10 s now"],
    ]);
  });

  test("both tops of a job whose launcher is gone", () => {
    const world = new World();
    world.see(-10_000, [
      ...four,
      job(14, { argv: ["bun", "run", "dev"] }),
      job(15, { ppid: 14 }),
      job(16, { ppid: 14 }),
    ]);
    world.see(0, [...four, job(15, { ppid: 1 }), job(16, { ppid: 1 })]);
    expect(victims(world).map(([pid]) => pid)).toEqual([15, 16]);
  });
});

describe("who counts, and who is never the victim", () => {
  const spared: readonly [string, Partial<ProcessFacts>][] = [
    ["a server", { listeners: [{ protocol: "tcp", address: "3000" }] }],
    ["--hot", { argv: ["bun", "--hot", "x.ts"] }],
    ["an install", { argv: ["bun", "install"] }],
    ["a language server", { argv: ["bun", "lsp.ts", "--stdio"] }],
    ["a coding agent", { runtime: "compiled", argv: ["agent"] }],
    ["this product", { argv: ["bun", "scripts/bunctl.ts"] }],
    ["a container's process", { nested: true }],
  ];
  test.each(spared)("%s does not count", (_, facts) => {
    const world = new World(aPolicy({ rules: defaultRules }));
    const known = four
      .slice(1)
      .map((process) => Object.assign({}, process, { listeners: [], ties: NO_TIES }));
    crowd([...known, job(14, { listeners: [], ties: NO_TIES, ...facts })], [], world);
    expect(victims(world)).toEqual([]);
    expect(world.job(14).counts).toBe(false);
    expect(world.job(13).counts).toBe(true);
  });

  test.each([
    ["concurrency", false],
    ["timeout", true],
  ] as const)("who is only told of its %s counts: %p", (limit, counts) => {
    const told = { name: "told", match: {}, limits: {}, suspectOnly: [limit] };
    expect(crowd(four, [], new World(aPolicy({ rules: [told] }))).job(13).counts).toBe(counts);
  });

  test("nor does who may be spared by what cannot be read", () => {
    const world = new World(aPolicy({ rules: defaultRules }));
    crowd(
      four.map((process) => Object.assign({}, process, { listeners: null, ties: NO_TIES })),
      [],
      world,
    );
    expect(world.job(13)).toMatchObject({ counts: false, exempt: [] });
    expect(victims(world)).toEqual([]);
  });

  test("a launcher, its script and its workers count once", () => {
    const chain = [job(13, { argv: ["bun", "run", "dev"] }), job(14, { ppid: 13 }), job(15, { ppid: 14 })];
    expect(victims(crowd([job(10), job(11), ...chain]))).toEqual([]);
  });

  test("a terminal's foreground job is never the victim, also where the rules that spare it are off", () => {
    const world = crowd([job(10), job(11), job(12), job(13, { foreground: true, terminal: true })]);
    expect(world.job(13).counts).toBe(true);
    expect(victims(world).map(([pid]) => pid)).toEqual([12]);
  });

  test("nor one of which a single member is in it", () => {
    const child = job(14, { ppid: 13, foreground: true, terminal: true });
    expect(victims(crowd([...four, child])).map(([pid]) => pid)).toEqual([12]);
  });

  test("nobody, when all are in the foreground", () => {
    const shown = four.map((process) => Object.assign({}, process, { foreground: true }));
    expect(victims(crowd(shown))).toEqual([]);
  });

  test("a job that another limit stops costs no second one its life", () => {
    expect(victims(crowd([job(10, { ageMs: 6 * MINUTE }), job(11), job(12), job(13)]))).toEqual([]);
    expect(victims(crowd([job(10, { memoryBytes: 2 * GB }), job(11), job(12), job(13)]))).toEqual([]);
    const old = [job(10, { ageMs: 6 * MINUTE }), job(14, { ppid: 10 })];
    expect(victims(crowd([...old, job(11), job(12), job(13)]))).toEqual([]);
  });

  test("never in a git hook", () =>
    expect(victims(crowd(four, [], new World(aPolicy(), aSelf({ hook: true }))))).toEqual([]));

  test("not the command that the monitor was started for", () => {
    const world = crowd(four, [], new World(aPolicy(), aSelf({ commandPids: new Set([13]) })));
    expect(victims(world)).toEqual([]);
    expect(world.job(13).counts).toBe(false);
  });

  test("no limit, no victim", () => {
    const limits = { ...aPolicy().limits, concurrency: null };
    expect(victims(crowd(four, [], new World(aPolicy({ limits }))))).toEqual([]);
  });
});

const outside = (commands: Readonly<Record<number, string>>, ancestors: readonly number[]): Outside => ({
  describe: (pid) => commands[pid] ?? null,
  ancestors: () => ancestors,
});

const pairs = (facts: Readonly<Record<number, Partial<ProcessFacts>>> = {}): World => {
  const processes = [10, 11, 12, 13, 14, 15, 16, 17].map((pid) =>
    job(pid, { ppid: 600 + Math.floor(pid / 2), ...facts[pid] }),
  );
  const runners: Outside = {
    describe: (pid) => (pid === 1 ? null : `make -C ${pid}`),
    ancestors: (pid) => [600 + Math.floor(pid / 2), 1],
  };
  return crowd(processes, [], new World(aPolicy(), aSelf(), runners));
};

describe("what a task runner starts is one job of its starter (a05)", () => {
  const six = [10, 11, 12, 13, 14, 15].map((pid) => job(pid, { ppid: 600 }));

  test.each<[string, Readonly<Record<number, string>>]>([
    ["make -j", { 600: "/bin/sh -c bun build.ts", 601: "make -j6" }],
    ["xargs -P", { 600: "xargs -P6 -I{} bun build.ts {}", 601: "bash ci.sh" }],
    [
      "turbo",
      {
        600: "/app/node_modules/turbo-linux-64/bin/turbo run test",
        601: "node /app/node_modules/.bin/turbo run test",
      },
    ],
    ["npm-run-all", { 600: "sh -c bun a.ts", 601: "node /app/node_modules/.bin/run-p a b" }],
    ["pnpm -r", { 600: "sh -c bun build", 601: "node /usr/lib/node_modules/pnpm/bin/pnpm.cjs -r build" }],
    [
      "concurrently",
      { 600: "/bin/sh -c bun a.ts", 601: "node /app/node_modules/concurrently/dist/bin/concurrently.js a b" },
    ],
    ["make, behind wrappers", { 600: "timeout 60 bun a.ts", 601: "make -j6" }],
    [
      "pnpm, behind cross-env",
      { 600: "node /app/node_modules/.bin/cross-env A=1 bun a.ts", 601: "pnpm -r build" },
    ],
    ["GNU parallel", { 600: "/bin/bash -c bun a.ts", 601: "perl /usr/bin/parallel bun" }],
  ])("%s", (_, commands) => {
    const world = crowd(six, [], new World(aPolicy(), aSelf(), outside(commands, [600, 601, 1])));
    expect(victims(world)).toEqual([]);
    expect(countedLaunches(world.judge().jobs)).toBe(1);
  });

  test.each<[string, Readonly<Record<number, string>>]>([
    ["a shell at a prompt", { 600: "-zsh" }],
    ["a script", { 600: "bash start-all.sh" }],
    ["a process manager", { 600: "PM2 v6.0.5: God Daemon (/root/.pm2)" }],
    ["supervisord", { 600: "/usr/bin/python3 /usr/bin/supervisord -n" }],
    ["an agent whose command runs it", { 600: "zsh -c bun a.ts", 601: "node /usr/bin/claude" }],
    ["a task runner above what it is no part of", { 600: "node server.js", 601: "npm start" }],
  ])("but each of %s counts", (_, commands) => {
    const world = crowd(six, [], new World(aPolicy(), aSelf(), outside(commands, [600, 601, 1])));
    expect(victims(world)).toHaveLength(1);
    expect(countedLaunches(world.judge().jobs)).toBe(6);
  });

  test("all of it goes, or none", () => {
    expect(victims(pairs()).map(([pid]) => pid)).toEqual([16, 17]);
    expect(victims(pairs())[0]?.[1]).toStartWith("is one of 4 jobs (limit 3)");
  });

  test("is as old as its oldest", () =>
    expect(victims(pairs({ 11: { ageMs: 70_000 } })).map(([pid]) => pid)).toEqual([16, 17]));

  test("counts while one of it is old enough, and goes when all are", () =>
    expect(victims(pairs({ 17: { ageMs: 40_000 } })).map(([pid]) => pid)).toEqual([14, 15]));

  test("one of them in a terminal's foreground spares them all", () =>
    expect(victims(pairs({ 16: { foreground: true } })).map(([pid]) => pid)).toEqual([14, 15]));

  test("whose input nobody holds is no orphan as long as its starter is there", () => {
    const GONE = { listeners: [], ties: { ...NO_TIES, input: { kind: "gone", above: [] } } } as const;
    const world = pairs({ 10: GONE, 11: GONE });
    expect(world.job(10).job.orphanOf).toMatchObject({ how: "stdin" });
    expect(victims(world).map(([pid]) => pid)).toEqual([16, 17]);
  });

  test("whose starter is gone counts by itself", () => {
    const world = new World(aPolicy(), aSelf(), outside({ 600: "make -j6" }, [600, 1]));
    world.see(-10_000, six);
    crowd(
      six.map((process) => Object.assign({}, process, { ppid: 1 })),
      [],
      world,
    );
    expect(countedLaunches(world.judge().jobs)).toBe(6);
  });
});
