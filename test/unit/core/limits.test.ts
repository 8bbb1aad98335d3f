import { describe, expect, test } from "bun:test";
import { AskedJob } from "../../../src/core/judge/evidence/evidence.ts";
import type { LimitName, Match, Policy, Rule } from "../../../src/core/judge/policy.ts";
import { defaultRules } from "../../../src/core/judge/default-rules.ts";
import { NO_TIES } from "../../../src/core/process/ties.ts";
import { limitsUnder, type JobLimits } from "../../../src/core/judge/limits.ts";
import { matcherOf } from "../../../src/core/judge/match.ts";
import type { ProcessSample } from "../../../src/core/process/process.ts";
import { aHelper, aPolicy, aProcess, SHELL, World } from "../../support/build.ts";

const LISTENS = [{ protocol: "tcp", address: "3000" }] as const;

const seen = (processes: readonly ProcessSample[], rules: readonly Rule[] = []): World =>
  new World(aPolicy({ rules })).see(0, processes);

function only(world: World): AskedJob {
  const [job] = world.jobs;
  if (job === undefined) throw new Error("no job");
  return new AskedJob(job, world.history);
}

const limitsFor = (world: World, policy: Policy): JobLimits => limitsUnder(policy)(only(world));
const matches = (match: Match, world: World) => matcherOf(match)(only(world));

/** What the default rules say, once the evidence of all members is known: what no test names is not there. */
function judged(processes: readonly ProcessSample[], world = seen([])): JobLimits {
  const known = processes.map((process) => ({
    ...process,
    listeners: process.listeners ?? [],
    ties: process.ties ?? NO_TIES,
  }));
  world.see(1_000, known);
  return limitsFor(world, aPolicy({ rules: defaultRules }));
}

/** Limits that the default rules switch off. */
const sparedFrom = (processes: readonly ProcessSample[], world = seen([])): readonly LimitName[] =>
  judged(processes, world).exempt.map(({ limit }) => limit);

const line = (text: string, facts: Partial<ProcessSample> = {}): ProcessSample =>
  aProcess({ pid: 10, argv: text.split(" "), ...facts });

const BOTH: readonly LimitName[] = ["concurrency", "timeout"];

describe("spared from timeout and concurrency by default", () => {
  test.each<[string, readonly ProcessSample[]]>([
    ["a server", [line("bun server.ts", { listeners: LISTENS })]],
    [
      "a dev server: the launcher's node child listens",
      [line("bun run dev"), aHelper({ pid: 11, ppid: 10, argv: ["node", "vite"], listeners: LISTENS })],
    ],
    ["--watch", [line("bun --watch x.ts")]],
    ["--hot", [line("bun --hot server.ts")]],
    ["bun test --watch", [line("bun test --watch")]],
    ["a terminal's foreground job", [line("bun x.ts", { foreground: true, terminal: true })]],
    ["install", [line("bun install")]],
    ["add", [line("bun add left-pad")]],
    ["create", [line("bun create vite")]],
    ["publish", [line("bun publish")]],
    ["upgrade", [line("bun upgrade")]],
    ["--inspect", [line("bun --inspect x.ts")]],
    ["--inspect-brk=9229", [line("bun --inspect-brk=9229 x.ts")]],
    ["a language server", [line("bun /opt/bin/typescript-language-server --stdio")]],
    ["put aside with Ctrl-Z", [line("bun x.ts", { terminal: true, state: "stopped" })]],
    ["a job with a terminal, in its background", [line("bun x.ts", { terminal: true })]],
    [
      "a server that runs a test",
      [line("bun server.ts", { listeners: LISTENS }), aProcess({ pid: 11, ppid: 10, argv: ["bun", "test"] })],
    ],
    [
      "a server below a launcher that runs a build through a shell",
      [
        line("bun run dev"),
        line("bun server.ts", { id: { pid: 11, startTicks: 11, exe: "8:1" }, ppid: 10, listeners: LISTENS }),
        aHelper({ pid: 12, ppid: 11 }),
        aProcess({ pid: 13, ppid: 12, argv: ["bun", "build", "x.ts"] }),
      ],
    ],
    [
      "a terminal's program that runs a test",
      [line("bun x.ts", { terminal: true }), aProcess({ pid: 11, ppid: 10, argv: ["bun", "test"] })],
    ],
    [
      "a dev server of node that runs a test",
      [
        line("bun run dev"),
        aHelper({ pid: 11, ppid: 10, argv: ["node", "/srv/vite/bin/vite.js"], listeners: LISTENS }),
        aProcess({ pid: 12, ppid: 11, argv: ["bun", "test"] }),
      ],
    ],
  ])("%s", (_, processes) => expect(sparedFrom(processes)).toEqual(BOTH));

  test.each<[string, readonly ProcessSample[]]>([
    ["a plain script", [line("bun x.ts")]],
    ["a test that listens", [line("bun test", { listeners: LISTENS })]],
    ["a build that listens", [line("bun build x.ts", { listeners: LISTENS })]],
    [
      "a script whose test has started a server",
      [
        line("bun x.ts"),
        aProcess({ pid: 11, ppid: 10, argv: ["bun", "test"] }),
        aProcess({ pid: 12, ppid: 11, argv: ["bun", "server.ts"], listeners: LISTENS }),
      ],
    ],
    ["a test in a terminal", [line("bun test", { terminal: true, foreground: true })]],
    [
      "a test that is launched through a shell, in a terminal",
      [
        line("bun run test", { terminal: true }),
        aHelper({ pid: 11, ppid: 10 }),
        aProcess({ pid: 12, ppid: 11, argv: ["bun", "test"], listeners: LISTENS }),
      ],
    ],
    [
      "a script whose test listens",
      [line("bun all.ts"), aProcess({ pid: 11, ppid: 10, argv: ["bun", "test"], listeners: LISTENS })],
    ],
    [
      "a test whose server listens",
      [line("bun test"), aProcess({ pid: 11, ppid: 10, argv: ["bun", "server.ts"], listeners: LISTENS })],
    ],
    ["a name alone", [line("bun mcp-server.ts")]],
    ["the words as arguments", [line("bun x.ts mcp lsp")]],
  ])("not %s", (_, processes) => expect(sparedFrom(processes)).toEqual([]));

  test.each<[string, ProcessSample]>([
    ["a server", line("bun server.ts", { listeners: LISTENS })],
    ["--watch", line("bun --watch x.ts")],
    ["a language server", line("bun lsp.ts --stdio")],
  ])("an exemption ends when the job is orphaned: %s", (_, process) => {
    const world = new World(aPolicy({ rules: defaultRules })).see(0, [process]);
    expect(sparedFrom([{ ...process, ppid: 1 }], world)).toEqual([]);
  });

  test("a service that pid 1 started is not orphaned", () =>
    expect(sparedFrom([line("bun server.ts", { ppid: 1, listeners: LISTENS })])).toEqual(BOTH));

  test("memory and CPU still apply", () => {
    const world = seen([line("bun --hot server.ts")]);
    const { limits } = limitsFor(world, aPolicy({ rules: defaultRules }));
    expect(limits).toEqual({ ...aPolicy().limits, concurrency: null, timeoutMs: null });
  });
});

const rule = (name: string, match: Match, limits: Rule["limits"]): Rule => ({ name, match, limits });

describe("the first rule that matches decides, for each limit by itself", () => {
  const slow = rule("slow", { command: "x\\.ts" }, { timeoutMs: 900_000 });
  const free = rule("free", { command: "bun" }, { timeoutMs: null, memoryBytes: null });

  test.each<
    [string, readonly Rule[], { timeoutMs: number | null; memoryBytes: number | null }, readonly string[]]
  >([
    ["no rule", [], { timeoutMs: 300_000, memoryBytes: 1_024 ** 3 }, []],
    [
      "an override, then a wider one",
      [slow, free],
      { timeoutMs: 900_000, memoryBytes: null },
      ["memory by free"],
    ],
    [
      "the other way round",
      [free, slow],
      { timeoutMs: null, memoryBytes: null },
      ["memory by free", "timeout by free"],
    ],
    [
      "one that does not match",
      [rule("other", { command: "^node" }, { timeoutMs: null })],
      { timeoutMs: 300_000, memoryBytes: 1_024 ** 3 },
      [],
    ],
  ])("%s", (_, rules, limits, exempt) => {
    const world = seen([line("bun x.ts")], rules);
    const found = limitsFor(world, world.policy);
    expect(found.limits).toMatchObject(limits);
    expect(found.exempt.map(({ limit, rule: name }) => `${limit} by ${name}`)).toEqual([...exempt]);
  });

  test("what cannot be read leaves the limit undecided", () => {
    const world = seen([line("bun x.ts", { listeners: null })]);
    const found = limitsFor(world, aPolicy({ rules: defaultRules }));
    expect(found.undecided).toEqual([
      { limit: "concurrency", rule: "servers" },
      { limit: "timeout", rule: "servers" },
    ]);
  });

  test("unless a rule before it has decided", () => {
    const world = seen([line("bun x.ts", { listeners: null })]);
    const found = limitsFor(world, aPolicy({ rules: [slow, ...defaultRules] }));
    expect(found.undecided).toEqual([{ limit: "concurrency", rule: "servers" }]);
  });

  test("the words of a rule are those of the evidence that it asks for", () => {
    const rules = [rule("by name", { command: "x" }, { timeoutMs: null }), ...defaultRules];
    const world = seen([line("bun x.ts", { listeners: LISTENS, ties: NO_TIES })]);
    expect(limitsFor(world, aPolicy({ rules })).exempt).toEqual([
      { limit: "concurrency", rule: "servers", evidence: "listens on tcp 3000" },
      { limit: "timeout", rule: "by name" },
    ]);
  });

  test("also where a rule behind it has another value for it", () => {
    const world = seen([line("bun x.ts", { listeners: null })]);
    const found = limitsFor(world, aPolicy({ rules: [...defaultRules, slow] }));
    expect(found.limits.timeoutMs).toBe(900_000);
    expect(found.undecided).toContainEqual({ limit: "timeout", rule: "servers" });
  });

  test("unless a later rule spares the job anyway", () => {
    const world = seen([line("bun --watch x.ts", { listeners: null })]);
    const found = limitsFor(world, aPolicy({ rules: defaultRules }));
    expect(found).toMatchObject({ undecided: [], exempt: [{ rule: "watch and hot reload" }, {}] });
  });

  test("a listener is remembered when it is not asked for again", () => {
    const world = seen([line("bun server.ts", { listeners: LISTENS })]).see(1_000, [line("bun server.ts")]);
    expect(matches({ listening: true }, world)).toBe(true);
  });
});

describe("matching is judged over the whole job", () => {
  const world = seen([
    line("bun run dev", { listeners: [] }),
    aHelper({
      pid: 11,
      ppid: 10,
      argv: ["node", "/srv/vite/bin/vite.js"],
      cwd: "/srv/web",
      listeners: LISTENS,
    }),
    aProcess({ pid: 12, ppid: 10, argv: ["bun", "test"], cwd: null, listeners: null }),
  ]);

  test.each<[Match, boolean | null]>([
    [{ kind: ["launcher"] }, true],
    [{ kind: ["build", "hot"] }, false],
    [{ notKind: ["test"] }, true],
    [{ notKind: ["test"], cwd: "/srv/web" }, true],
    [{ notKind: ["test"], args: "^test$" }, false],
    [{ notKind: ["launcher"] }, false],
    [{ notKind: ["build"] }, true],
    [{ command: "^node .*vite" }, true],
    [{ command: "^vite" }, false],
    [{ args: "^dev$" }, true],
    [{ args: "^run dev$" }, false],
    [{ cwd: "/srv/web" }, true],
    [{ cwd: "/srv" }, true],
    [{ cwd: "/srv/we" }, false],
    [{ cwd: "/" }, true],
    [{ name: "^vite\\.js$" }, true],
    [{ name: "^bun$" }, true],
    [{ listening: true }, true],
    [{ listening: false }, false],
    [{ foreground: true }, false],
    [{ foreground: false }, true],
    [{ parentAlive: true }, true],
    [{ orphaned: false }, true],
    [{ orphaned: true }, false],
    [{ kind: ["launcher"], command: "nothing like it" }, false],
    [{}, true],
  ])("%p → %p", (match, answer) => expect(matches(match, world)).toBe(answer));

  test("at a reaper nobody's parent is alive, though nobody was seen to lose one", () => {
    const adopted = seen([line("bun x.ts", { ppid: 1 })]);
    expect(matches({ parentAlive: true }, adopted)).toBe(false);
    expect(matches({ orphaned: false }, adopted)).toBe(true);
  });

  test("a pattern that cannot be told in time is no denial", () => {
    const hostile = seen([aProcess({ pid: 10, argv: ["bun", `${"a".repeat(5_000)}!`], listeners: [] })]);
    expect(matches({ command: "(a+)+\\1$" }, hostile)).toBeNull();
  });

  test.each<[string, Match, boolean | null]>([
    ["unknown alone", { listening: true }, null],
    ["unknown, and refuted otherwise", { listening: true, command: "^node" }, false],
    ["neither is its absence known", { listening: false }, null],
  ])("%s", (_, match, answer) => {
    const unread = seen([line("bun x.ts", { ppid: SHELL })]);
    expect(matches(match, unread)).toBe(answer);
  });
});
