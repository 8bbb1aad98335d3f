import { describe, expect, test } from "bun:test";
import { defaultRules } from "../../../src/core/default-rules.ts";
import type { ProcessSample } from "../../../src/core/process.ts";
import { aPolicy, aProcess, aSelf, GB, World, type ProcessFacts } from "../../support/build.ts";

const MINUTE = 60_000;

/** Four jobs, the higher pid the younger; each is busy with something unless said otherwise. */
const job = (pid: number, facts: Partial<ProcessFacts> = {}): ProcessSample =>
  aProcess({ pid, ageMs: (20 - pid) * 10_000, argv: ["bun", `${pid}.ts`], ...facts });

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

const withSpinner = (seconds: number): readonly ProcessSample[] => [
  job(10),
  { ...job(11), cpuMs: seconds * 1_000, faults: seconds * 1_000, ioBytes: 0, ioCalls: 0 },
  job(12),
  job(13),
];

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
      [11, "is one of 4 jobs (limit 3) and the first to go: it makes no progress"],
    ]));

  test("rather one that is over another limit", () => {
    const world = new World();
    const [[pid, evidence] = []] = victims(world.see(0, withSpinner(0)).see(10_000, withSpinner(10)));
    expect(pid).toBe(11);
    expect(evidence).toStartWith(
      "is one of 4 jobs (limit 3) and the first to go: it is over another limit as well: it uses 100 % of a core",
    );
  });

  test("rather an orphan", () => {
    const world = new World();
    world.see(-10_000, four);
    const orphaned = four.map((process) => (process.id.pid === 10 ? { ...process, ppid: 1 } : process));
    expect(victims(crowd(orphaned, [11], world))).toEqual([
      [10, "is one of 4 jobs (limit 3) and the first to go: it has lost its parent, pid 500"],
    ]);
  });

  test("the youngest of those that share a reason", () =>
    expect(victims(crowd(four, [10, 11, 12])).map(([pid]) => pid)).toEqual([12]));

  test("nothing is held against a job that was seen once", () =>
    expect(victims(new World().see(0, four))[0]?.[1]).toEndWith("it is the youngest"));

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
    ["an MCP server", { argv: ["bun", "mcp.ts"] }],
    ["a coding agent", { runtime: "compiled", argv: ["agent"] }],
    ["this product", { argv: ["bun", "scripts/bunctl.ts"] }],
    ["a container's process", { nested: true }],
  ];
  test.each(spared)("%s does not count", (_, facts) => {
    const world = new World(aPolicy({ rules: defaultRules }));
    const known = four.slice(1).map((process) => Object.assign({}, process, { listeners: [] }));
    crowd([...known, job(14, { listeners: [], ...facts })], [], world);
    expect(victims(world)).toEqual([]);
    expect(world.job(14).counts).toBe(false);
    expect(world.job(13).counts).toBe(true);
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

  test("nobody, when all are in the foreground", () => {
    const shown = four.map((process) => Object.assign({}, process, { foreground: true }));
    expect(victims(crowd(shown))).toEqual([]);
  });

  test("a job that another limit stops costs no second one its life", () => {
    expect(victims(crowd([job(10, { ageMs: 6 * MINUTE }), job(11), job(12), job(13)]))).toEqual([]);
    expect(victims(crowd([job(10, { memoryBytes: 2 * GB }), job(11), job(12), job(13)]))).toEqual([]);
  });

  test("never in a git hook", () =>
    expect(victims(crowd(four, [], new World(aPolicy(), aSelf({ hook: true }))))).toEqual([]));

  test("not the command that the monitor was started for", () => {
    const world = crowd(four, [], new World(aPolicy(), aSelf({ commandPid: 13 })));
    expect(victims(world)).toEqual([]);
    expect(world.job(13).counts).toBe(false);
  });

  test("no limit, no victim", () => {
    const limits = { ...aPolicy().limits, concurrency: null };
    expect(victims(crowd(four, [], new World(aPolicy({ limits }))))).toEqual([]);
  });
});
