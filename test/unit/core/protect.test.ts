import { describe, expect, test } from "bun:test";
import type { Policy, Self } from "../../../src/core/judge/policy.ts";
import { protectedProcess } from "../../../src/core/judge/protect.ts";
import {
  aHelper,
  aPolicy,
  aProcess,
  aSelf,
  nobody,
  SHELL,
  World,
  type ProcessFacts,
} from "../../support/build.ts";

const ROOT: Partial<Self> = { uid: 0 };

describe("never signalled (I1)", () => {
  test.each<[string, Partial<ProcessFacts>, string]>([
    ["pid 1", { pid: 1 }, "it is the system's first process"],
    ["pid 0", { pid: 0 }, "it is the system's first process"],
    ["itself", { pid: 9_999 }, "it is the watchdog itself"],
    ["an ancestor", { pid: 9_998 }, "the watchdog was started below it"],
    ["a kernel thread", { runtime: "other", exePath: null, argv: [], rssBytes: 0 }, "it is a kernel thread"],
    ["another process of this product", { argv: ["bun", "scripts/bunctl.ts"] }, "it belongs to bun-watchdog"],
    ["another user's", { uid: 2_000, user: "other" }, "it belongs to other"],
    ["an unreadable owner's", { uid: null, user: null }, "its owner cannot be read"],
    ["a container's", { nested: true }, "it runs in a container (enforceNested is off)"],
    ["one that may be a container's", { nested: null }, "whether it runs in a container cannot be read"],
    [
      "a coding agent",
      { runtime: "compiled", argv: ["agent"] },
      "it is a compiled program (enforceCompiled is off)",
    ],
  ])("%s", (_, facts, reason) =>
    expect(protectedProcess(aProcess({ pid: 10, ...facts }), aPolicy(), aSelf())).toBe(reason),
  );

  test.each<[string, Partial<ProcessFacts>, Partial<Policy>, Partial<Self>, boolean]>([
    ["an ordinary script may be", {}, {}, {}, true],
    [
      "a zombie, which looks like a kernel thread",
      { runtime: "other", exePath: null, argv: [], rssBytes: 0, state: "zombie" },
      {},
      {},
      true,
    ],
    ["another user's, by root", { uid: 2_000 }, {}, ROOT, false],
    ["another user's, by root with scope machine", { uid: 2_000 }, { scope: "machine" }, ROOT, true],
    ["another user's, with scope machine alone", { uid: 2_000 }, { scope: "machine" }, {}, false],
    ["a container's, when configured", { nested: true }, { enforceNested: true }, {}, true],
    ["a compiled program, when configured", { runtime: "compiled" }, { enforceCompiled: true }, {}, true],
    [
      "an ancestor, however configured",
      { pid: 9_998 },
      { scope: "machine", enforceCompiled: true },
      ROOT,
      false,
    ],
  ])("%s", (_, facts, policy, self, mayBe) => {
    const reason = protectedProcess(aProcess({ pid: 10, ...facts }), aPolicy(policy), aSelf(self));
    expect(reason === null).toBe(mayBe);
  });
});

const protectedBecause = (world: World, pid = 10): string | null => world.job(pid).protectedBecause;

describe("protection of whole jobs", () => {
  test("a launcher is protected with what it stands for", () => {
    const world = new World().see(0, [
      aProcess({ pid: 10, argv: ["bunx", "agent"] }),
      aProcess({ pid: 11, ppid: 10, runtime: "compiled", argv: ["agent"] }),
      aProcess({ pid: 12, ppid: 11 }),
    ]);
    expect([10, 12].map((pid) => protectedBecause(world, pid))).toEqual([
      "it is a compiled program (enforceCompiled is off)",
      null,
    ]);
  });

  test("by configuration, whichever member matches", () => {
    const policy = aPolicy({ protect: [{ name: "payments", match: { command: "payments" } }] });
    const world = new World(policy).see(0, [
      aProcess({ pid: 10, argv: ["bun", "run", "all"] }),
      aHelper({ pid: 11, ppid: 10, argv: ["node", "payments.js"] }),
      aProcess({ pid: 20 }),
    ]);
    expect(protectedBecause(world)).toBe('the configuration protects "payments"');
    expect(protectedBecause(world, 20)).toBeNull();
  });

  test("on a doubt too", () => {
    const policy = aPolicy({ protect: [{ name: "all servers", match: { listening: true } }] });
    const world = new World(policy).see(0, [aProcess({ pid: 10, listeners: null })]);
    expect(protectedBecause(world)).toContain("may protect");
  });

  test("everything below the git whose hook this is, and nothing else", () => {
    const ancestry = {
      ...nobody,
      ancestors: (pid: number) => (pid === 10 ? [600, 444, SHELL, 1] : [SHELL, 1]),
    };
    const self = aSelf({ gitPid: 444, hook: true });
    const world = new World(aPolicy(), self, ancestry);
    world.see(0, [aProcess({ pid: 10, ppid: 600 }), aProcess({ pid: 11, ppid: 10 }), aProcess({ pid: 20 })]);
    expect(protectedBecause(world, 11)).toBe("it runs below git (444), whose hook this is");
    expect(protectedBecause(world, 20)).toBeNull();
  });

  test("a command that delivers an alert, with what it starts, and only for as long", () => {
    const alertPids = new Set([10]);
    const world = new World(aPolicy(), aSelf({ alertPids }), {
      ...nobody,
      ancestors: (pid: number) => (pid === 10 ? [9_999, 1] : [1]),
    });
    world.see(0, [
      aHelper({ pid: 10, ppid: 9_999, argv: ["sh", "notify"] }),
      aProcess({ pid: 11, ppid: 10 }),
      aProcess({ pid: 20 }),
    ]);
    expect(protectedBecause(world, 11)).toBe("it delivers an alert");
    const itself = new World(aPolicy(), aSelf({ alertPids }));
    expect(protectedBecause(itself.see(0, [aProcess({ pid: 10, ppid: 9_999 })]))).toBe(
      "it delivers an alert",
    );
    expect(world.job(11).counts).toBe(false);
    expect(protectedBecause(world, 20)).toBeNull();
    alertPids.delete(10);
    expect(protectedBecause(world, 11)).toBeNull();
  });

  test("memory and CPU are judged all the same, the age is not", () => {
    const world = new World().see(0, [
      aProcess({ pid: 10, runtime: "compiled", argv: ["agent"], ageMs: 1e9, memoryBytes: 1e11 }),
    ]);
    expect(world.verdict(10, "memory")?.decision).toBe("runaway");
    expect(world.verdict(10, "timeout")).toBeUndefined();
  });
});
