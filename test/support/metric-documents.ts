/** What metrics are made of, made by hand: a monitor, three jobs, an app, and a history. */
import type { Documents } from "../../src/http/metrics/metric.ts";
import type { AppDocument, AppsDocument } from "../../src/wire/manager.ts";
import type { Policy } from "../../src/core/judge/policy.ts";
import { watchTotals } from "../../src/wire/documents/totals.ts";
import type { Report } from "../../src/wire/reports.ts";
import type { ProcessSample } from "../../src/core/process/process.ts";
import { aPolicy, aProcess, MB, World } from "./build.ts";
import { anApp, anInstance, RUNNING_AT_MS } from "./running-apps.ts";

/** A look at these processes, after one a second before. */
export function aReport(processes: readonly ProcessSample[], policy: Policy = aPolicy()): Report {
  const world = new World(policy).see(1_000_000, processes);
  const later = processes.map((each) => ({ ...each, cpuMs: each.cpuMs + 500, ageMs: each.ageMs + 1_000 }));
  const judgement = world.see(1_001_000, later).judge();
  const breaker = { isOpen: false, killsLastMinute: 2 };
  const watch = { ticks: 40, ticksTookMs: 100, breaker };
  return { atMs: 1_700_000_000_500, policy, config: null, judgement, monitorPid: 9_999, watch };
}

export const someApps = (...apps: readonly AppDocument[]): AppsDocument => ({
  schemaVersion: 1,
  at: RUNNING_AT_MS,
  manager: { pid: 7, version: "1", sinceMs: 1_699_999_000_000 },
  apps,
  failures: [],
});

const SHOP = "/srv/shop";

export const somePolicy = (): Policy => {
  const policy = aPolicy({ scope: "nearest", projectRoot: SHOP });
  const elsewhere = aPolicy({
    limits: { concurrency: null, memoryBytes: null, timeoutMs: null, cpuPercent: 100 },
  });
  return {
    ...policy,
    governance: { projects: [{ root: SHOP, config: null, policy }], elsewhere, harmOnly: true },
  };
};

export const someProcesses = (): readonly ProcessSample[] => [
  aProcess({ pid: 20, argv: ["bun", "run", "dev"], cwd: SHOP, memoryBytes: 10 * MB }),
  aProcess({ pid: 21, ppid: 20, argv: ["bun", "server.ts"], cwd: SHOP, memoryBytes: 500 * MB }),
  aProcess({ pid: 30, argv: ["bun", "test"], cwd: SHOP, ageMs: 149_000 }),
  aProcess({ pid: 40, argv: ["bun", "alone.ts"], cwd: "/tmp", memoryBytes: null }),
];

export const someDocuments = (changes: Partial<Documents> = {}): Documents => ({
  version: "0.2.0",
  monitorSinceMs: 1_699_999_900_000,
  totals: watchTotals(aReport(someProcesses(), somePolicy()), 1_234),
  counts: {
    steps: { cpu: 3, memory: 1 },
    ends: { "cpu gone": 4, "memory survived": 1 },
    events: { started: 2, breaker: 1 },
  },
  apps: someApps(
    anApp("web", anInstance(0, { restarts: 4 }), anInstance(1, { number: 1, state: "waiting" })),
  ),
  tests: new Map([
    [
      SHOP,
      new Map([
        ["src/cart.test.ts", { tookMs: 1_500, flakyRuns: 2, lastFlakyMs: 5 }],
        ["src/pay.test.ts", { tookMs: 500, flakyRuns: 0, lastFlakyMs: null }],
      ]),
    ],
  ]),
  ...changes,
});
