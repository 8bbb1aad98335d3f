/** The programs of the demo, and the limits that they live under: those of a real project, in seconds instead of minutes. */

export interface Member {
  readonly file: string;
  readonly role: "runaway" | "innocent";
  /** For the screen: what it does, and what is expected to become of it. */
  readonly does: string;
  readonly expected: string;
  /** Between `bun` and the file. */
  readonly flags: readonly string[];
}

const runaway = (file: string, does: string, expected: string): Member => ({
  file,
  role: "runaway",
  does,
  expected,
  flags: [],
});

const innocent = (file: string, does: string, expected: string, flags: readonly string[] = []): Member => ({
  file,
  role: "innocent",
  does,
  expected,
  flags,
});

export const CAST: readonly Member[] = [
  runaway("endless-loop.ts", "burns a core, gets nowhere", "the CPU limit"),
  runaway("leak.ts", "keeps all the memory it takes", "the memory limit"),
  runaway("deaf.ts", "hangs, and ignores SIGTERM", "the timeout, SIGKILL"),
  runaway("family.ts", "replaces children that die", "the timeout, all four"),
  innocent("server.ts", "a bun --hot server, meant to stay", "a server is spared", ["--hot"]),
  innocent("worker.ts", "bundles a project all the time", "its rule allows a minute"),
];

/** The files that the programs consist of. */
export const PROGRAM_FILES: readonly string[] = ["bounds.ts", ...CAST.map(({ file }) => file)];

/** `.kiro/bun-process-config.json` of the demo's folder. */
export const LIMITS = {
  maxConcurrentProcesses: 10,
  maxCpuUsagePercent: 80,
  maxMemoryUsageMB: 200,
  processTimeoutMs: 18_000,
  monitoringIntervalMs: 500,
  cpuHoldMs: 5_000,
  killGraceMs: 2_000,
  armTicks: 0,
  rules: [
    {
      name: "the worker may take a minute",
      match: { name: String.raw`^worker\.ts$` },
      processTimeoutMs: 60_000,
    },
  ],
} as const;

/** From the start of the watchdog; what is not over by then has failed. The slowest machine seen took 25 s. */
export const LONGEST_MS = 60_000;
