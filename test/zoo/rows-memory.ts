/** Rows about memory: what grows, and what only looks big. */
import { alive, gone, program, type Row } from "./row.ts";
import { MEMORY_MB } from "./scale.ts";

/** Where the fast leak stops by itself: it got there only if nobody came in time. */
const SLOW_INTERVAL_MS = 6_000;
const LEAK_LIMIT_MB = 512;

export const memoryRows: readonly Row[] = [
  {
    id: "Z15",
    title: "fast leak: over the limit long before the next interval",
    by: "monitor",
    config: { maxMemoryUsageMB: LEAK_LIMIT_MB, monitoringIntervalMs: SLOW_INTERVAL_MS },
    rule: "memory",
    start: program("zoo/z15-fast-leak.ts"),
    ends: gone("SIGTERM"),
    twins: ["moderate"],
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
