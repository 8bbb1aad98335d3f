/** What runs on the synthetic machine: servers that stay, tests and builds that come and go, some with a fault. */
import type { LimitName } from "../../src/core/judge/policy.ts";
import type { Kind } from "../../src/core/process/process.ts";

const [MINUTE, HOUR] = [60_000, 3_600_000];

export interface Program {
  readonly argv: readonly string[];
  readonly project: string;
  readonly kind: Kind;
  /** How often it is started, against the others. */
  readonly weight: number;
  readonly members: readonly [least: number, most: number];
  readonly lifeMs: readonly [least: number, most: number];
  readonly memoryMb: readonly [least: number, most: number];
  /** Of one core, while it works. */
  readonly cpuPercent: number;
  readonly exempt: readonly LimitName[];
  /** What one in so many of its jobs does wrong; null = nothing. */
  readonly fault: { readonly rule: LimitName; readonly oneIn: number } | null;
}

const server: readonly LimitName[] = ["timeout", "concurrency"];

export const PROGRAMS: readonly Program[] = [
  aProgram("bun run dev", "shop", "launcher", 2, [2, 4], [2 * HOUR, 30 * HOUR], [60, 300], 1, server),
  aProgram(
    "bun --watch src/api.ts",
    "api",
    "watch",
    2,
    [1, 2],
    [3 * HOUR, 40 * HOUR],
    [50, 200],
    0.5,
    server,
  ),
  aProgram("bun mcp-server.ts", "tools", "run", 4, [1, 1], [HOUR, 20 * HOUR], [40, 120], 0.1, server),
  aProgram("bun --hot worker.ts", "queue", "hot", 1, [1, 3], [6 * HOUR, 60 * HOUR], [80, 400], 2, server),
  aProgram("bun test", "shop", "test", 40, [1, 6], [4_000, 4 * MINUTE], [60, 400], 60, [], ["cpu", 120]),
  aProgram(
    "bun test --watch",
    "api",
    "test",
    3,
    [2, 5],
    [20 * MINUTE, 6 * HOUR],
    [80, 300],
    3,
    [],
    ["timeout", 6],
  ),
  aProgram(
    "bun build src/index.ts",
    "shop",
    "build",
    25,
    [1, 2],
    [3_000, 40_000],
    [100, 700],
    90,
    [],
    ["cpu", 150],
  ),
  aProgram("bun install", "api", "install", 6, [1, 1], [2_000, 60_000], [60, 250], 40, [
    "timeout",
    "concurrency",
  ]),
  aProgram("bunx eslint .", "queue", "bunx", 10, [2, 2], [5_000, 50_000], [150, 500], 80, []),
  aProgram(
    "bun scripts/import.ts",
    "queue",
    "run",
    8,
    [1, 1],
    [MINUTE, 4 * MINUTE],
    [100, 600],
    70,
    [],
    ["memory", 12],
  ),
  aProgram(
    "bun agent.ts",
    "tools",
    "run",
    6,
    [1, 5],
    [30_000, 5 * MINUTE],
    [90, 500],
    20,
    [],
    ["timeout", 9],
  ),
];

function aProgram(
  command: string,
  project: string,
  kind: Kind,
  weight: number,
  members: Program["members"],
  lifeMs: Program["lifeMs"],
  memoryMb: Program["memoryMb"],
  cpuPercent: number,
  exempt: readonly LimitName[],
  fault: readonly [rule: LimitName, oneIn: number] | null = null,
): Program {
  return {
    argv: command.split(" "),
    project: `/home/someone/${project}`,
    kind,
    weight,
    members,
    lifeMs,
    memoryMb,
    cpuPercent,
    exempt,
    fault: fault === null ? null : { rule: fault[0], oneIn: fault[1] },
  };
}
