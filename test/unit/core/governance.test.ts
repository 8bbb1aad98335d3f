import { describe, expect, test } from "bun:test";
import { reprieves, plan, type PlanContext } from "../../../src/core/plan/planning.ts";
import { closedBreaker } from "../../../src/core/plan/breaker.ts";
import { modeAround, modeOf, policyAt, termsOf } from "../../../src/core/judge/governance.ts";
import type { Governance, Limits, Mode, Policy } from "../../../src/core/judge/policy.ts";
import type { ProcessSample } from "../../../src/core/process/process.ts";
import { noRepeats } from "../../../src/core/judge/repeats.ts";
import type { Judgement } from "../../../src/core/judge/verdict.ts";
import { aPolicy, aProcess, aSelf, GB, MB, World, type ProcessFacts } from "../../support/build.ts";

const MINUTE = 60_000;
const SHOP = "/home/someone/shop";
const NESTED = "/home/someone/shop/packages/api";
const BLOG = "/home/someone/blog";
const NOWHERE = "/home/someone/elsewhere";

const HARM: Limits = { concurrency: null, memoryBytes: null, timeoutMs: null, cpuPercent: 80 };
const shop = aPolicy({ projectRoot: SHOP });
const api = aPolicy({ projectRoot: NESTED, limits: { ...shop.limits, timeoutMs: 1_000 } });
const blog = aPolicy({ projectRoot: BLOG, limits: { ...shop.limits, concurrency: 1 } });
const elsewhere = aPolicy({ projectRoot: "/home/someone", limits: HARM });

const governance: Governance = {
  projects: [
    { root: SHOP, config: `${SHOP}/c.json`, policy: shop },
    { root: NESTED, config: `${NESTED}/c.json`, policy: api },
    { root: BLOG, config: `${BLOG}/c.json`, policy: blog },
  ],
  elsewhere,
  harmOnly: true,
};
const inForce = (facts: Partial<Policy> = {}, terms: Partial<Governance> = {}): Policy => ({
  ...shop,
  scope: "nearest",
  governance: { ...governance, ...terms },
  ...facts,
});

const see = (processes: readonly ProcessFacts[], policy = inForce()): World =>
  new World(policy).see(
    0,
    processes.map((facts) => aProcess(facts)),
  );

describe("whose a job is", () => {
  test.each<[string, Partial<ProcessSample>, string | null]>([
    ["it works in a project", { cwd: SHOP }, SHOP],
    ["it works below one", { cwd: `${SHOP}/src` }, SHOP],
    ["the nearest of two", { cwd: `${NESTED}/src` }, NESTED],
    ["a name that only begins like one", { cwd: `${SHOP}-old` }, null],
    ["nobody's", { cwd: NOWHERE }, null],
    ["its script lies in one", { cwd: NOWHERE, scriptPath: `${BLOG}/run.ts` }, BLOG],
    ["it works in one, its script lies in another", { cwd: SHOP, scriptPath: `${BLOG}/run.ts` }, SHOP],
    ["but was started there", { cwd: SHOP, scriptPath: `${BLOG}/run.ts`, hasMoved: true }, BLOG],
    ["it was started nowhere", { cwd: SHOP, scriptPath: `${NOWHERE}/run.ts`, hasMoved: true }, SHOP],
    ["neither can be read", { cwd: null, scriptPath: null }, null],
  ])("%s", (_name, facts, project) => {
    const world = see([{ pid: 10, ...facts }]);
    expect(world.job(10)).toMatchObject({ project, harmOnly: project === null });
  });

  test("a member speaks for it where its root says nothing", () => {
    const world = see([
      { pid: 10, cwd: NOWHERE, argv: ["bun", "run", "dev"] },
      { pid: 11, ppid: 10, cwd: BLOG },
    ]);
    expect(world.job(10).project).toBe(BLOG);
  });

  test("but no helper does, which is where Bun's work has sent it", () => {
    const world = see([
      { pid: 10, cwd: NOWHERE },
      { pid: 11, ppid: 10, cwd: BLOG, runtime: "other", argv: ["git", "status"] },
    ]);
    expect(world.job(10).project).toBeNull();
  });

  test("its root before all other members, whatever their pids", () => {
    const world = see([
      { pid: 20, startTicks: 5, cwd: SHOP },
      { pid: 11, startTicks: 30, ppid: 20, cwd: BLOG },
    ]);
    expect(world.job(20).project).toBe(SHOP);
  });

  test("without a governance one policy is everybody's", () => {
    const world = see([{ pid: 10, cwd: NOWHERE }], aPolicy());
    expect(world.job(10)).toMatchObject({ project: null, harmOnly: false });
  });
});

describe("what is held against it", () => {
  const old = { ageMs: 6 * MINUTE, memoryBytes: 3 * GB };

  test("all limits of its project's file", () => {
    const world = see([{ pid: 10, cwd: SHOP, ...old }]);
    expect(world.verdict(10, "timeout")?.decision).toBe("runaway");
    expect(world.verdict(10, "memory")?.decision).toBe("runaway");
  });

  test("elsewhere neither age nor memory nor number", () => {
    const processes = [10, 11, 12, 13, 14].map((pid) => Object.assign({ pid, cwd: NOWHERE }, old));
    const world = see(processes);
    for (const { pid } of processes)
      expect(world.job(pid).processes[0]?.verdicts.map(({ rule }) => rule)).toEqual(["cpu"]);
  });

  test("elsewhere CPU without progress is stopped all the same, by its own limit and not the project's", () => {
    const lax = inForce(
      {},
      {
        projects: [
          { root: SHOP, config: null, policy: { ...shop, limits: { ...shop.limits, cpuPercent: 400 } } },
        ],
      },
    );
    const world = new World(lax);
    for (let at = 0; at <= 80_000; at += 10_000) {
      const spins = { ageMs: at + MINUTE, cpuMs: at, ioBytes: 0, ioCalls: 0, state: "running" } as const;
      world.see(at, [
        aProcess({ pid: 10, cwd: NOWHERE, ...spins }),
        aProcess({ pid: 11, cwd: SHOP, ...spins }),
      ]);
    }
    expect(world.verdict(10, "cpu")?.decision).toBe("runaway");
    expect(world.verdict(11, "cpu")).toMatchObject({ decision: "ok", limit: 400 });
  });

  test("each project counts its own jobs", () => {
    const everybody = [
      { pid: 10, cwd: SHOP },
      { pid: 11, cwd: SHOP },
      { pid: 12, cwd: SHOP },
      { pid: 20, cwd: BLOG },
      { pid: 21, cwd: BLOG },
      { pid: 30, cwd: NOWHERE },
    ];
    const world = see(everybody).see(
      10_000,
      everybody.map((facts) => aProcess({ ageMs: MINUTE, ...facts })),
    );
    const victims = world
      .judge()
      .jobs.filter(({ processes }) =>
        processes.some(({ verdicts }) => verdicts.some(({ rule }) => rule === "concurrency")),
      );
    expect(victims.map(({ project }) => project)).toEqual([BLOG]);
  });

  test("a project's protection protects its own", () => {
    const protecting = { ...shop, protect: [{ name: "all", match: { command: "." } }] };
    const policy = inForce({}, { projects: [{ root: SHOP, config: null, policy: protecting }] });
    const world = see(
      [
        { pid: 10, cwd: SHOP },
        { pid: 11, cwd: NOWHERE },
      ],
      policy,
    );
    expect(world.job(10).protectedBecause).toContain("the configuration protects");
    expect(world.job(11).protectedBecause).toBeNull();
  });
});

const context = (world: World, facts: Partial<PlanContext> = {}): PlanContext => ({
  policy: world.policy,
  self: aSelf(),
  history: world.history,
  nowMs: 0,
  inFlight: new Set(),
  reprieves: new Map(),
  repeats: noRepeats,
  breaker: closedBreaker,
  force: false,
  ...facts,
});

const leaks = (pid: number, cwd: string): ProcessFacts => ({ pid, cwd, memoryBytes: 3 * GB, rssBytes: MB });

const SPINS = {
  rule: "cpu",
  limit: 80,
  value: 100,
  heldMs: MINUTE,
  holdMs: MINUTE,
  decision: "runaway",
  evidence: "spins",
} as const;

/** Everybody spins as well. */
const harmed = (world: World): Judgement => ({
  jobs: world.judge().jobs.map((judged) =>
    Object.assign(judged, {
      processes: judged.processes.map(({ process, verdicts }) => ({
        process,
        cpuPercent: 100,
        verdicts: [...verdicts, SPINS],
      })),
    }),
  ),
});

const victims = (world: World, facts?: Partial<PlanContext>): readonly number[] =>
  plan(world.judge(), context(world, facts)).steps.map(({ victim }) => victim.id.pid);

describe("what is done about it", () => {
  test("a project that observes loses nobody, and it is said", () => {
    const policy = inForce(
      {},
      {
        projects: [
          { root: SHOP, config: null, policy: { ...shop, mode: "observe" } },
          { root: BLOG, config: null, policy: blog },
        ],
      },
    );
    const world = see([leaks(10, SHOP), leaks(11, BLOG)], policy);
    expect(modeOf(policy)).toBe("enforce");
    expect(victims(world)).toEqual([11]);
    expect(plan(world.judge(), context(world)).heldBack).toMatchObject([
      { victim: { id: { pid: 10 } }, because: `the mode of ${SHOP} is observe` },
    ]);
  });

  test("a clean-up in a project acts on it and on harm elsewhere, in a hook on it alone", () => {
    const world = see([leaks(10, SHOP), leaks(11, BLOG), leaks(12, NOWHERE)]);
    const only = { reach: { project: SHOP, harmElsewhere: false } };
    const wide = { reach: { project: SHOP, harmElsewhere: true } };
    expect(victims(world, wide)).toEqual([10]);
    const steps = plan(harmed(world), context(world, wide)).steps;
    expect(steps.map(({ victim, cause }) => [victim.id.pid, cause.rule])).toEqual([
      [10, "memory"],
      [11, "cpu"],
      [12, "cpu"],
    ]);
    expect(plan(harmed(world), context(world, only)).steps.map(({ victim }) => victim.id.pid)).toEqual([10]);
  });

  test("where one configuration is everybody's, a hook acts on what works in its project", () => {
    const world = see([leaks(10, `${SHOP}/src`), leaks(11, NOWHERE)], aPolicy());
    expect(victims(world, { reach: { project: SHOP, harmElsewhere: false } })).toEqual([10]);
  });

  test("limits that a running monitor takes over spare for a while who ran before that", () => {
    const projects = governance.projects.filter(({ root }) => root !== BLOG);
    const kept = { root: BLOG, config: null, policy: blog, sinceMs: 100_000 };
    const told = { ...governance, projects: [...projects, kept] };
    const world = see(
      [
        { pid: 10, cwd: BLOG },
        { pid: 11, cwd: SHOP },
      ],
      inForce({ governance: told }),
    );
    expect([...reprieves(world.jobs, null, 100_000, world.policy)]).toEqual([["10:10", 130_000]]);
    expect(reprieves(world.jobs, null, 130_000, world.policy).size).toBe(0);
  });
});

const unjudged = (world: World, facts?: Partial<PlanContext>) =>
  plan(world.judge(), context(world, facts)).unjudged?.map(({ verdict }) => [
    verdict.rule,
    verdict.ifProject,
  ]);
const reach = (project: string, harmElsewhere = true) => ({ reach: { project, harmElsewhere } });

describe("whoever shows neither where it works nor what it runs", () => {
  const hidden: ProcessFacts = { pid: 10, exe: null, cwd: null, scriptPath: null, ageMs: 10 * MINUTE };
  test("may be any project's: what each would hold against it is not judged", () => {
    const world = see([hidden]);
    expect(victims(world)).toEqual([]);
    expect(world.verdict(10, "timeout")).toMatchObject({
      decision: "suspect",
      evidence: `has run for 10 min (limit 5 min); its working directory cannot be read, so it may belong to ${SHOP} or not`,
    });
    expect(unjudged(world, reach(BLOG))).toEqual([["timeout", BLOG]]);
    expect(unjudged(world, reach("/home/someone/other"))).toBeUndefined();
    // a commit is about what is certainly its project's
    expect(unjudged(world, reach(SHOP, false))).toBeUndefined();
  });

  test.each<[string, Partial<ProcessSample> & { readonly exe?: string | null }]>([
    ["is young", { ageMs: MINUTE / 2 }],
    ["works elsewhere", { cwd: NOWHERE }],
    ["can be read, and has no folder any more", { exe: "8:1" }],
  ])("is not over a limit when it %s", (_name, facts) => {
    const policy = inForce({}, { projects: [{ root: SHOP, config: null, policy: shop }] });
    expect(unjudged(see([{ ...hidden, ...facts }], policy))).toBeUndefined();
  });

  test("is not in doubt while somebody of its job shows where it works", () => {
    const world = see([
      { pid: 9, cwd: NOWHERE },
      { ...hidden, ppid: 9 },
    ]);
    expect(world.job(10).job.members).toHaveLength(2);
    expect(unjudged(world)).toBeUndefined();
  });

  test("is not in doubt where its project protects it", () => {
    const policy = inForce(
      {},
      {
        projects: [
          {
            root: SHOP,
            config: null,
            policy: { ...shop, protect: [{ name: "all", match: { kind: ["run"] } }] },
          },
        ],
      },
    );
    expect(unjudged(see([{ ...hidden, memoryBytes: 3 * GB }], policy))).toBeUndefined();
  });
});

const modes = (first: Mode, second: Mode, others: Mode): Policy =>
  inForce(
    {},
    {
      projects: [
        { root: SHOP, config: null, policy: { ...shop, mode: first } },
        { root: BLOG, config: null, policy: { ...blog, mode: second } },
      ],
      elsewhere: { ...elsewhere, mode: others },
    },
  );

describe("the mode", () => {
  test.each<[Mode, Mode, Mode, Mode, Mode]>([
    ["observe", "observe", "observe", "observe", "observe"],
    ["enforce", "enforce", "enforce", "enforce", "enforce"],
    ["observe", "enforce", "observe", "enforce", "observe"],
    ["enforce", "observe", "observe", "enforce", "enforce"],
    ["observe", "observe", "enforce", "enforce", "enforce"],
  ])("shop %s, blog %s, elsewhere %s: the monitor's %s, a clean-up's in the shop %s", (...row) => {
    const [first, second, others, all, around] = row;
    expect(modeOf(modes(first, second, others))).toBe(all);
    expect(modeAround(SHOP, modes(first, second, others))).toBe(around);
  });

  test("of a policy that is everybody's is its own", () => {
    for (const mode of ["observe", "enforce"] as const) {
      const policy = aPolicy({ mode });
      expect([modeOf(policy), modeAround(SHOP, policy), policyAt(SHOP, policy)]).toEqual([
        mode,
        mode,
        policy,
      ]);
    }
  });
});

test("the same job under another policy has other terms", () => {
  const world = see([{ pid: 10, cwd: SHOP }]);
  const [job] = world.jobs;
  if (job === undefined) throw new Error("there is a job");
  expect(termsOf(job, world.policy).project).toBe(SHOP);
  expect(termsOf(job, aPolicy()).project).toBeNull();
});
