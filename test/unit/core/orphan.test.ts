import { describe, expect, test } from "bun:test";
import { defaultRules } from "../../../src/core/judge/default-rules.ts";
import { isAbandoned, mayBeOrphan, orphanWords } from "../../../src/core/judge/evidence/orphan.ts";
import { NO_TIES, type TiedProgram, type Ties } from "../../../src/core/process/ties.ts";
import type { Policy } from "../../../src/core/judge/policy.ts";
import type { ProcessSample } from "../../../src/core/process/process.ts";
import type { Decision } from "../../../src/core/judge/verdict.ts";
import { aPolicy, aProcess, SHELL, World } from "../../support/build.ts";

const MINUTE = 60_000;
const GONE = { kind: "gone", above: [] } as const;
const SERVES = { listeners: [{ protocol: "tcp", address: "3000" }] } as const;
const CONNECTED: Partial<Ties> = {
  connections: [{ protocol: "tcp", inode: 1, peer: "10.0.0.5:6379", peerInode: null }],
};

const one = (ties: Partial<Ties>, facts: Partial<ProcessSample> = {}): ProcessSample =>
  aProcess({ pid: 10, ageMs: 6 * MINUTE, listeners: [], ties: { ...NO_TIES, ...ties }, ...facts });

const worldOf = (process: ProcessSample, policy: Partial<Policy> = {}): World =>
  new World(aPolicy({ rules: defaultRules, ...policy })).see(0, [process]);

function jobOf(world: World) {
  const [job] = world.jobs;
  if (job === undefined) throw new Error("no job");
  return job;
}

describe("orphaned, though nobody saw it happen", () => {
  test.each<[string, ProcessSample, string | null]>([
    ["adopted by a reaper", one({ adoptedBy: 1 }, { ppid: 1 }), "whoever started it is gone"],
    ["nobody at its input", one({ input: GONE }), "nobody holds the other end of its standard input"],
    [
      "nobody at its input, below a shell",
      one({ input: { kind: "gone", above: [{ pid: 8, command: "sh", names: ["sh"], script: null }] } }),
      "nobody holds the other end of its standard input",
    ],
    [
      "a living node has closed its end",
      one({ input: { kind: "gone", above: [{ pid: 8, command: "node x", names: ["node"], script: "x" }] } }),
      null,
    ],
    ["nobody at its input, in a terminal: echo x | bun x.ts", one({ input: GONE }, { terminal: true }), null],
    [
      "left in a service unit, which the manager stops",
      one({ adoptedBy: 1, service: "worker.service" }),
      null,
    ],
    ["left in a login's unit", one({ adoptedBy: 1, service: "ssh.service" }), "whoever started it is gone"],
    ["at pid 1, which may have started it", one({}, { ppid: 1 }), null],
    ["nothing was read", aProcess({ pid: 10, ppid: 1 }), null],
  ])("%s", (_, process, words) => {
    const { orphanOf } = jobOf(worldOf(process));
    expect(orphanOf === null ? null : orphanWords(orphanOf)).toBe(words);
  });
});

describe("the parent that it was seen with is gone", () => {
  const alone = { ppid: 1, ties: NO_TIES };
  const adopted = { ppid: 1, ties: { ...NO_TIES, adoptedBy: 1 } };
  const young = 5;
  const settled = 1_200;

  test.each<[string, number, Partial<ProcessSample>, string | null]>([
    ["it was let go, and leads a session: setsid --fork", young, alone, null],
    // as if no look had fallen between
    ["it was let go, and another's session has it", young, adopted, "whoever started it is gone"],
    ["it had stood under it", settled, alone, `its parent, pid ${SHELL}, is gone`],
    ["the same, in another's session", settled, adopted, `its parent, pid ${SHELL}, is gone`],
  ])("%s", (_, seenAtAgeMs, facts, words) => {
    const world = new World().see(0, [one({}, { ageMs: seenAtAgeMs })]);
    for (const laterMs of [10_000, 20_000]) {
      world.see(laterMs, [one({}, { ageMs: seenAtAgeMs + laterMs, ...facts })]);
      const { orphanOf } = jobOf(world);
      expect(orphanOf === null ? null : orphanWords(orphanOf)).toBe(words);
    }
  });
});

function abandoned(ties: Partial<Ties>, facts: Partial<ProcessSample> = {}): boolean {
  const world = worldOf(one(ties, facts));
  return isAbandoned(jobOf(world), world.history);
}

test("abandoned: nobody at its input, and nobody above it but what passes away", () => {
  const agent: TiedProgram = { pid: 7, command: "agent", names: ["agent"], script: null };
  const shell: TiedProgram = { pid: 8, command: "sh", names: ["sh"], script: null };
  expect(abandoned({ input: GONE, adoptedBy: 1 }, { ppid: 1 })).toBe(true);
  expect(abandoned({ input: { kind: "gone", above: [shell] } })).toBe(true);
  expect(abandoned({ input: { kind: "gone", above: [shell, agent] } })).toBe(false);
  expect(abandoned({ adoptedBy: 1 }, { ppid: 1 })).toBe(false);
});

const decision = (process: ProcessSample) => worldOf(process).verdict(10, "timeout");

describe("what becomes of an orphan over its timeout", () => {
  test("a server is left to whoever left it, and it is said", () =>
    expect(decision(one({ adoptedBy: 1 }, { ppid: 1, ...SERVES }))).toMatchObject({
      decision: "suspect",
      evidence:
        "has run for 6 min (limit 5 min); not stopped for it: it is orphaned (whoever started it is gone) and listens on tcp 3000",
    }));

  test.each<[string, ProcessSample, Decision]>([
    [
      "a server with nobody at its input",
      one({ input: GONE, adoptedBy: 1 }, { ppid: 1, ...SERVES }),
      "suspect",
    ],
    ["a worker with a connection (nohup)", one({ ...CONNECTED, adoptedBy: 1 }, { ppid: 1 }), "suspect"],
    ["the same, abandoned by its agent", one({ ...CONNECTED, input: GONE }, { ppid: 1 }), "runaway"],
    ["one that watches files", one({ watchesFiles: true, adoptedBy: 1 }, { ppid: 1 }), "runaway"],
    ["one with nothing", one({ adoptedBy: 1 }, { ppid: 1 }), "runaway"],
  ])("%s: %s", (_, process, expected) => expect(decision(process)?.decision).toBe(expected));

  test("a suspect server does not count, and is no victim of the number limit", () => {
    const world = worldOf(one({ adoptedBy: 1 }, { ppid: 1, ...SERVES }));
    expect(world.job(10)).toMatchObject({ counts: false, exempt: [], told: [{ limit: "concurrency" }, {}] });
  });
});

const ORPHANS: Partial<Policy> = { enforceCompiled: "orphans" };
const agent = (facts: Partial<ProcessSample>): ProcessSample =>
  one({}, { runtime: "compiled", argv: ["agent"], kind: "compiled", exePath: "/opt/agent", ...facts });

/** 70 s at full speed, with nothing to show for it. */
function spun(facts: Partial<ProcessSample>, policy = ORPHANS): World {
  const world = new World(aPolicy({ rules: defaultRules, ...policy }));
  for (let second = 0; second <= 80; second += 10)
    world.see(second * 1_000, [
      agent({
        cpuMs: second * 1_000,
        faults: 0,
        ioBytes: 0,
        ioCalls: 0,
        writtenBytes: 0,
        writeCalls: 0,
        ...facts,
      }),
    ]);
  return world;
}

describe("compiled programs", () => {
  test("an orphan that spins is stopped for its CPU use, and for nothing else", () => {
    const world = spun({ ppid: 1 });
    expect(world.job(10)).toMatchObject({ protectedBecause: null, isLoose: true, counts: false });
    expect(world.verdict(10, "cpu")?.decision).toBe("runaway");
    expect(world.verdict(10, "timeout")).toBeUndefined();
    expect(world.verdict(10, "memory")).toBeUndefined();
  });

  test.each<[string, Partial<ProcessSample>]>([
    ["it has a parent", { ppid: SHELL }],
    ["it has a terminal", { ppid: 1, terminal: true }],
    ["it is a service", { ppid: 1, ties: { ...NO_TIES, service: "agent.service" } }],
    ["whether it is one cannot be read", { ppid: 1, ties: { ...NO_TIES, service: null } }],
  ])("protected when %s", (_, facts) =>
    expect(spun(facts).job(10).protectedBecause).toBe(
      "it is a compiled program, and no orphan that spins (enforceCompiled)",
    ),
  );

  test("an ordinary orphan that spins has all limits", () => {
    const world = spun({ ppid: 1, runtime: "bun", argv: ["bun", "x.ts"], kind: "run" });
    expect(world.job(10)).toMatchObject({ isLoose: false, counts: true });
    expect(world.verdict(10, "timeout")?.decision).toBe("runaway");
  });

  test("protected when nothing is enforced on them", () =>
    expect(spun({ ppid: 1 }, { enforceCompiled: false }).job(10).protectedBecause).toBe(
      "it is a compiled program (enforceCompiled is off)",
    ));

  test("protected as long as nobody has read what ties it to others", () => {
    const world = new World(aPolicy(ORPHANS));
    for (const second of [0, 10, 20, 70, 80])
      world.see(second * 1_000, [
        aProcess({ pid: 10, ppid: 1, runtime: "compiled", argv: ["agent"], cpuMs: second * 1_000 }),
      ]);
    expect(world.job(10).protectedBecause).toContain("no orphan that spins");
  });

  test("protected while it does not spin, whoever has started it", () => {
    const world = new World(aPolicy(ORPHANS)).see(0, [agent({ ppid: SHELL })]);
    world.see(10_000, [agent({ ppid: 1 })]);
    expect(mayBeOrphan(jobOf(world), world.history)).toBe(true);
    expect(world.job(10).protectedBecause).not.toBeNull();
    world.see(20_000, [agent({ ppid: 1, cpuMs: 10_000 })]);
    expect(world.job(10).protectedBecause).toBeNull();
  });
});

test("who computes in a terminal's foreground is told, not stopped", () => {
  const world = new World(aPolicy({ rules: defaultRules }));
  for (let second = 0; second <= 80; second += 10)
    world.see(second * 1_000, [
      one(
        {},
        {
          terminal: true,
          foreground: true,
          cpuMs: second * 1_000,
          ioBytes: 0,
          ioCalls: 0,
          writtenBytes: 0,
          writeCalls: 0,
        },
      ),
    ]);
  expect(world.verdict(10, "cpu")).toMatchObject({ decision: "suspect" });
  expect(world.verdict(10, "cpu")?.evidence).toEndWith(
    "not stopped for it: it is in the foreground of a terminal",
  );
});
