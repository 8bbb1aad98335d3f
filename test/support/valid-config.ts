/** Random configurations that are right: none may be refused. */
import type { Random } from "./random.ts";

type Json = Record<string, unknown>;

const limits = (random: Random): Json => ({
  maxConcurrentProcesses: random.chance(0.2) ? null : random.whole(1, 100_000),
  maxCpuUsagePercent: random.chance(0.2) ? null : random.whole(10, 1_024_000) / 10,
  maxMemoryUsageMB: random.chance(0.2) ? null : random.whole(1, 67_108_864),
  processTimeoutMs: random.chance(0.2) ? null : random.whole(100, 31_536_000_000),
});

const KINDS = ["run", "launcher", "test", "test-worker", "build", "watch", "hot", "bunx", "install", "repl"];
const PATTERNS = [
  "^bun ",
  "my-server",
  "vite|next",
  String.raw`\.test\.ts$`,
  "größe",
  "(a|b){2,3}",
  String.raw`\p{L}+`,
];

function match(random: Random): Json {
  const all: Json = {
    kind: [random.pick(KINDS)],
    notKind: [random.pick(KINDS), "compiled"],
    command: random.pick(PATTERNS),
    args: random.pick(PATTERNS),
    cwd: random.pick(["packages/a", "~/work", "/srv", "ünïcode dir"]),
    name: random.pick(PATTERNS),
    listening: random.chance(0.5),
    foreground: random.chance(0.5),
    orphaned: random.chance(0.5),
    parentAlive: random.chance(0.5),
  };
  return { ...some(random, all), command: random.pick(PATTERNS) };
}

const some = (random: Random, all: Json): Json =>
  Object.fromEntries(Object.entries(all).filter(() => random.chance(0.5)));

const rule = (random: Random, index: number): Json => ({
  name: `rule ${index}`,
  match: match(random),
  ...some(random, { ...limits(random), maxConcurrentProcesses: null }),
  processTimeoutMs: null,
});

const protection = (random: Random, index: number): unknown =>
  random.chance(0.5) ? random.pick(PATTERNS) : { name: `kept ${index}`, match: match(random) };

export function validConfig(random: Random): Json {
  return some(random, {
    $schema: "../config/bun-process-config.schema.json",
    ...limits(random),
    monitoringIntervalMs: random.whole(50, 86_400_000),
    mode: random.pick(["enforce", "observe"]),
    scope: random.pick(["user", "project"]),
    killGraceMs: random.whole(0, 600_000),
    concurrencyMinAgeMs: random.whole(0, 86_400_000),
    cpuHoldMs: random.whole(100, 86_400_000),
    armTicks: random.whole(0, 1_000),
    defaultRules: random.chance(0.5),
    rules: Array.from({ length: random.whole(0, 5) }, (_, index) => rule(random, index)),
    protect: Array.from({ length: random.whole(0, 5) }, (_, index) => protection(random, index)),
    logging: some(random, { directory: "logs", level: "debug", maxDays: random.whole(1, 3_650) }),
    breaker: some(random, { maxKillsPerMinute: random.whole(1, 10_000) }),
    enforceCompiled: false,
    enforceNested: random.chance(0.5),
  });
}

/** The same, as text: plain, or with comments, trailing commas, a byte order mark, other line ends. */
export function validText(random: Random): string {
  const text = JSON.stringify(validConfig(random), null, random.pick([0, 2, 4]));
  switch (random.whole(0, 4)) {
    case 0:
      return `// mine\n${text.replace(/\{/u, "{ /* begins */ ")}\n// ends\n`;
    case 1:
      return `\uFEFF${text}`;
    case 2:
      return text.replaceAll("\n", "\r\n");
    case 3:
      return text.replace(/([\]}\w"])\s*\}$/u, "$1,}");
    default:
      return text;
  }
}
