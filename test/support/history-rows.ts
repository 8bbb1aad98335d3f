/** Rows of the history, made by hand. */
import {
  noRows,
  type ExitRow,
  type JobRow,
  type Rows,
  type TickRow,
} from "../../src/history/chronicle/rows.ts";

export const aTick = (atMs: number, facts: Partial<TickRow> = {}): TickRow => ({
  atMs,
  spanMs: 60_000,
  looks: 6,
  processes: 3,
  jobs: 2,
  counted: 1,
  memoryBytes: 1_000,
  cpuPercent: 10,
  cpuPercentMax: 20,
  availableBytes: 5_000,
  ...facts,
});

export const anExit = (pid: number, atMs: number): ExitRow => ({
  pid,
  startMs: atMs - 1_000,
  atMs,
  job: `${pid}:${pid}`,
  project: "/project",
  command: `bun script-${pid}.ts`,
  kind: "run",
  ageMs: 1_000,
  memoryBytes: 40_000,
  cpuMs: 500,
  endedBy: "itself",
});

export const aJob = (pid: number, facts: Partial<JobRow> = {}): JobRow => ({
  id: `${pid}:${pid}`,
  beganMs: 1_000,
  seenMs: 2_000,
  endedMs: null,
  endedBy: null,
  project: "/project",
  command: `bun script-${pid}.ts`,
  kind: "run",
  exempt: ["timeout"],
  processes: 1,
  memoryBytes: 40_000,
  cpuMs: 500,
  ...facts,
});

export const someRows = (rows: Partial<Rows>): Rows => ({ ...noRows, ...rows });
