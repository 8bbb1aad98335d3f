/** A machine that never was, second by second, as `status --json` shows it: what screenshots and tests of the page look at. */
import type {
  JobDocument,
  ProcessDocument,
  StatusDocument,
  VerdictDocument,
} from "../../../src/http/page/model/documents.ts";

const MB = 1_024 ** 2;
const GB = 1_024 ** 3;
const SHOP = "/home/mara/shop";
const SITE = "/home/mara/site";

export interface Program {
  readonly pid: number;
  readonly ppid?: number;
  readonly job?: number;
  readonly command: string;
  readonly cwd?: string;
  readonly kind?: ProcessDocument["kind"];
  readonly ageMs: number;
  readonly cpu: number;
  readonly mb: number;
  readonly exempt?: readonly [rule: string, evidence: string];
  readonly owner?: JobDocument["owner"];
  readonly protected?: string;
  readonly verdicts?: (second: number) => readonly VerdictDocument[];
}

const MINUTE = 60_000;

const verdict = (
  facts: Pick<VerdictDocument, "rule" | "limit" | "value" | "decision" | "evidence"> &
    Partial<VerdictDocument>,
): VerdictDocument => ({
  heldMs: 0,
  holdMs: 0,
  ...facts,
});

const spinning = (second: number): readonly VerdictDocument[] => {
  const heldS = Math.min(60, 41 + second);
  return [
    verdict({
      rule: "cpu",
      limit: 80,
      value: 99.4,
      heldMs: heldS * 1_000,
      holdMs: 60_000,
      decision: heldS < 60 ? "suspect" : "runaway",
      evidence: `uses 99 % of a core for ${heldS} s (limit 80 % for 60 s) without reading or writing anything and without page faults`,
    }),
    verdict({ rule: "memory", limit: GB, value: 61 * MB, decision: "ok", evidence: "61 MB (limit 1 GB)" }),
    verdict({
      rule: "timeout",
      limit: 5 * MINUTE,
      value: 108_000 + second * 1_000,
      decision: "ok",
      evidence: `runs for ${108 + second} s (limit 5 min)`,
    }),
  ];
};

const leaking = (second: number): readonly VerdictDocument[] => [
  verdict({
    rule: "memory",
    limit: GB,
    value: (812 + second) * MB,
    decision: "ok",
    evidence: `${812 + second} MB (limit 1 GB)`,
  }),
  verdict({
    rule: "leak",
    limit: GB,
    value: (812 + second) * MB,
    heldMs: 300_000,
    holdMs: 120_000,
    decision: "suspect",
    evidence: "has grown by 298 MB in 5 min, steadily; at this rate it reaches its limit of 1 GB in 3.2 min",
  }),
];

const serves = (port: number): NonNullable<Program["exempt"]> => ["servers", `listens on tcp ${port}`];

export const PROGRAMS: readonly Program[] = [
  {
    pid: 48_211,
    command: "bun jobs/import-orders.ts --since 2026-11-01",
    ageMs: 108_000,
    cpu: 99,
    mb: 61,
    verdicts: spinning,
  },
  { pid: 47_930, command: "bun run dev", ageMs: 49 * MINUTE, cpu: 0.4, mb: 28, exempt: serves(3_000) },
  {
    pid: 47_934,
    ppid: 47_930,
    job: 47_930,
    command: "/usr/local/bin/bun --hot src/server.ts",
    ageMs: 49 * MINUTE,
    cpu: 3.1,
    mb: 188,
    exempt: serves(3_000),
    kind: "hot",
  },
  {
    pid: 47_951,
    ppid: 47_934,
    job: 47_930,
    command: "/usr/local/bin/bun src/worker/thumbnails.ts",
    ageMs: 48 * MINUTE,
    cpu: 11.8,
    mb: 812,
    exempt: serves(3_000),
    verdicts: leaking,
  },
  { pid: 48_302, command: "bun test --watch src/cart", ageMs: 3 * MINUTE, cpu: 34, mb: 142, kind: "test" },
  {
    pid: 48_310,
    ppid: 48_302,
    job: 48_302,
    command: "bun test src/cart/total.test.ts",
    ageMs: 4_000,
    cpu: 61,
    mb: 96,
    kind: "test-worker",
  },
  {
    pid: 40_118,
    command: "bun run --cwd /home/mara/site preview",
    cwd: SITE,
    ageMs: 3 * 60 * MINUTE,
    cpu: 0.1,
    mb: 74,
    exempt: serves(4_173),
  },
  {
    pid: 39_001,
    command: "bun api.ts",
    cwd: "/srv/api",
    ageMs: 26 * 60 * MINUTE,
    cpu: 6.2,
    mb: 231,
    owner: { kind: "manager", pid: 1_204, name: "api", jobId: "m1" },
  },
  {
    pid: 39_002,
    command: "bun api.ts",
    cwd: "/srv/api",
    ageMs: 26 * 60 * MINUTE,
    cpu: 5.7,
    mb: 224,
    owner: { kind: "manager", pid: 1_204, name: "api", jobId: "m2" },
  },
  {
    pid: 31_007,
    command: "claude",
    cwd: SHOP,
    ageMs: 95 * MINUTE,
    cpu: 2.2,
    mb: 388,
    kind: "compiled",
    protected: "a compiled program, which is nobody's runaway while its starter lives",
  },
];

const named = (pid: number, command: string): Program => ({ pid, command, ageMs: MINUTE, cpu: 1, mb: 30 });

/** Names that a process may have chosen for itself, and that nobody has made harmless before the page gets them. */
export const HOSTILE: readonly Program[] = [
  named(1_001, "<img src=x onerror=alert(1)><b>bold</b><script>alert(2)</script>"),
  named(1_002, "bun \u202Egnp.exe\u202C \u2066x\u2069"),
  named(1_003, "bun \u001B[31mred\u001B[0m\u0007\r\nsecond line"),
  named(1_004, `bun ${"x".repeat(10_240)}`),
  named(1_005, "bun \u05E9\u05DC\u05D5\u05DD \u0645\u0631\u062D\u0628\u0627.ts"),
  named(1_006, "constructor"),
  named(1_007, "__proto__"),
];

export interface WorldOptions {
  readonly programs?: readonly Program[];
  readonly startMs: number;
  /** So many more of no interest. */
  readonly more?: number;
}

/** Returns what is seen so many seconds after the start. */
export function worldOf({
  programs = PROGRAMS,
  startMs,
  more = 0,
}: WorldOptions): (second: number) => StatusDocument {
  const all = [...programs, ...Array.from({ length: more }, (_, at) => filler(at))];
  return (second) => {
    const processes = all.map((program) => processAt(program, second, startMs));
    const jobs = jobsOf(all);
    return {
      schemaVersion: 1,
      at: new Date(startMs + second * 1_000).toISOString(),
      scope: "nearest",
      mode: "enforce",
      project: SHOP,
      config: `${SHOP}/.kiro/bun-process-config.json`,
      monitor: 1_180,
      limits: { concurrency: 3, cpuPercent: 80, memoryBytes: GB, timeoutMs: 5 * MINUTE },
      projects: [],
      elsewhere: null,
      totals: {
        processes: processes.length,
        jobs: jobs.length,
        memoryBytes: processes.reduce((sum, { memoryBytes }) => sum + (memoryBytes ?? 0), 0),
        cpuPercent: processes.reduce((sum, { cpuPercent }) => sum + (cpuPercent ?? 0), 0),
      },
      jobs,
      processes,
    };
  };
}

const filler = (at: number): Program => ({
  pid: 60_000 + at,
  command: `bun packages/part-${at}/build.ts --out dist/${at}`,
  cwd: `${SHOP}/packages/part-${at}`,
  kind: "build",
  ageMs: 1_000 * (at + 1),
  cpu: (at * 37) % 70,
  mb: 30 + ((at * 53) % 400),
});

/** It breathes a little, and is the same each time. */
const wave = (pid: number, second: number): number =>
  Math.sin(second / 3 + pid) * 0.5 + Math.sin(second * 1.7 + pid * 3) * 0.5;

function processAt(program: Program, second: number, startMs: number): ProcessDocument {
  const { pid, ppid = 900, job = pid, command, cwd = SHOP, kind = "run", cpu, mb, exempt } = program;
  const ageMs = program.ageMs + second * 1_000;
  const cpuPercent = Math.max(
    0,
    cpu > 95 ? Math.min(100, cpu + wave(pid, second)) : cpu * (1 + wave(pid, second) * 0.4),
  );
  const memoryBytes = Math.round((mb + (program.verdicts === leaking ? second : wave(pid, second))) * MB);
  const startTimeMs = startMs - program.ageMs;
  return {
    id: `${pid}-${idTicks(startTimeMs)}`,
    pid,
    startTimeMs,
    ppid,
    user: "mara",
    command,
    cwd,
    kind,
    job: `${job}:1`,
    state: cpuPercent > 30 ? "running" : "sleeping",
    ageMs,
    cpuPercent,
    memoryBytes,
    rssBytes: memoryBytes + 38 * MB,
    protected: program.protected ?? null,
    exempt: exempt === undefined ? [] : ["timeout", "concurrency"],
    verdicts: program.verdicts?.(second) ?? calm(cpuPercent, memoryBytes),
  };
}

const idTicks = (startTimeMs: number): number => Math.floor(startTimeMs / 10) % 100_000_000;

const calm = (cpuPercent: number, memoryBytes: number): readonly VerdictDocument[] => [
  verdict({
    rule: "cpu",
    limit: 80,
    value: cpuPercent,
    holdMs: 60_000,
    decision: "ok",
    evidence: `uses ${Math.round(cpuPercent)} % of a core (limit 80 %)`,
  }),
  verdict({
    rule: "memory",
    limit: GB,
    value: memoryBytes,
    decision: "ok",
    evidence: `${Math.round(memoryBytes / MB)} MB (limit 1 GB)`,
  }),
];

function jobsOf(programs: readonly Program[]): JobDocument[] {
  const byJob = Map.groupBy(programs, ({ pid, job = pid }) => job);
  return [...byJob].map(([root, members]): JobDocument => {
    const [first] = members;
    const exempt = first?.exempt;
    return {
      id: `${root}:1`,
      project: (first?.cwd ?? SHOP).startsWith(SHOP) ? SHOP : null,
      governed: (first?.cwd ?? SHOP).startsWith(SHOP),
      root,
      pids: members.map(({ pid }) => pid),
      orphanOf: null,
      owner: first?.owner ?? null,
      exempt:
        exempt === undefined
          ? []
          : (["timeout", "concurrency"] as const).map((limit) => ({
              limit,
              rule: exempt[0],
              evidence: exempt[1],
            })),
      told: [],
    };
  });
}
