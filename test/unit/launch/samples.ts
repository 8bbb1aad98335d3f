/** Processes that never existed, for the pure parts of the kill protocol. */
import type { ProcessSample, Snapshot } from "../../../src/core/process/process.ts";

/** A Bun process of pid 1's session 1, old enough; override what the case is about. */
export const sample = (pid: number, ppid: number, more: Partial<ProcessSample> = {}): ProcessSample => ({
  id: { pid, startTicks: pid * 10, exe: "8:1" },
  ppid,
  pgid: 1,
  sid: 1,
  uid: 1000,
  user: "someone",
  runtime: "bun",
  kind: "run",
  exePath: "/usr/bin/bun",
  argv: ["bun", "work.ts"],
  command: "bun work.ts",
  cwd: "/project",
  nested: false,
  foreground: false,
  terminal: false,
  state: "sleeping",
  threads: 5,
  startTimeMs: 1_000,
  ageMs: 60_000,
  cpuMs: 0,
  rssBytes: 0,
  memoryBytes: 0,
  faults: 0,
  ...more,
});

export const other = (pid: number, ppid: number, more: Partial<ProcessSample> = {}): ProcessSample =>
  sample(pid, ppid, { runtime: "other", kind: "other", argv: ["sleep", "9"], command: "sleep 9", ...more });

export const snapshot = (...processes: readonly ProcessSample[]): Snapshot => ({
  atMs: 0,
  monotonicMs: 0,
  processes: new Map(processes.map((process) => [process.id.pid, process])),
  machine: { cpus: 2, availableBytes: 1e9 },
});
