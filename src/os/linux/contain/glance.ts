/** What a group's own files and its processes' tell at once: nobody else is looked at, so that fifty jobs can be asked in a row. */
import type { Glance } from "../../../ports/container.ts";
import { ticksPerSecond } from "../ffi.ts";
import { namesIn, readText } from "../files/files.ts";
import { ProcFiles } from "../proc/proc-files.ts";
import { statOf } from "../proc/process-id.ts";
import { Field } from "../proc/stat.ts";
import { parseStatus } from "../proc/status.ts";
import { childrenOf } from "./subreaper.ts";

/** `cpuMs`: as the group tells it; null = it does not. */
export function glanceAt(pids: readonly number[], root: number, cpuMs: number | null): Glance {
  const fds = namesIn(`/proc/${root}/fd`);
  const words = readText(`/proc/${root}/cmdline`);
  return {
    processes: pids.length,
    memoryBytes: total(pids.map(memoryOf)),
    cpuMs: cpuMs ?? total(pids.map(cpuOf)),
    descriptors: typeof fds === "number" ? null : fds.length,
    commandLine: typeof words === "number" ? [] : words.split("\0").slice(0, -1),
  };
}

/** Who descends from it now; who was adopted by another one is not among them. */
export function offspringOf(root: number): readonly number[] {
  using proc = new ProcFiles();
  const found = new Set([root]);
  for (const pid of found) for (const child of childrenOf(proc, pid)) found.add(child);
  return [...found].filter((pid) => statOf(pid) !== null);
}

function memoryOf(pid: number): number | null {
  const text = readText(`/proc/${pid}/status`);
  return typeof text === "number" ? null : parseStatus(text).memoryBytes;
}

function cpuOf(pid: number): number | null {
  const stat = statOf(pid);
  if (stat === null) return null;
  return (((stat[Field.userTicks] ?? 0) + (stat[Field.systemTicks] ?? 0)) * 1_000) / ticksPerSecond();
}

/** null where none of them can be read. */
const total = (values: readonly (number | null)[]): number | null => {
  const read = values.filter((value) => value !== null);
  return read.length === 0 ? null : read.reduce((sum, value) => sum + value, 0);
};
