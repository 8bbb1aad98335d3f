/** Rows about memory: what grows, and what only looks big. */
import { readFileSync } from "node:fs";
import { alive, gone, memoryIsUnknown, program, type Row } from "./row.ts";
import { MEMORY_MB } from "./scale.ts";

/** The leak takes 100 MB a second: who looks once per interval finds it at up to 1,000. */
const SLOW_INTERVAL_MS = 10_000;
const LEAK_LIMIT_MB = 400;
const TOO_LATE_MB = 700;

export const memoryRows: readonly Row[] = [
  {
    id: "Z15",
    title: "fast leak: over the limit long before the next interval",
    by: "monitor",
    config: { maxMemoryUsageMB: LEAK_LIMIT_MB, monitoringIntervalMs: SLOW_INTERVAL_MS },
    rule: "memory",
    start: ({ bun: path, fixture, scratch }) => ({
      argv: [path, fixture("zoo/z15-fast-leak.ts"), scratch("leaked.txt")],
    }),
    ends: gone("SIGTERM"),
    twins: ["moderate"],
    portable: memoryIsUnknown,
    shows: ({ site }) => {
      const leaked = Number(readFileSync(site.scratch("leaked.txt"), "utf8"));
      return leaked < TOO_LATE_MB
        ? null
        : `it had leaked ${leaked} MB of ${LEAK_LIMIT_MB} when it was stopped`;
    },
  },
  {
    id: "Z16",
    title: "leak outside the JS heap",
    by: "cleanup",
    config: { maxMemoryUsageMB: MEMORY_MB },
    rule: "memory",
    start: program("zoo/z16-native-leak.ts"),
    ends: gone("SIGTERM"),
    twins: ["mapped", "moderate"],
    portable: memoryIsUnknown,
  },
  {
    id: "L16",
    title: "900 MB file mapping, shared memory in a tree",
    by: "monitor",
    config: { maxMemoryUsageMB: MEMORY_MB },
    rule: null,
    start: program("twins/mapped-file.ts"),
    ends: alive,
    twins: ["shared", "moderate"],
  },
];
