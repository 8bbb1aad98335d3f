/** Finds what else ends processes here. When something vanishes that we did not stop, it was one of these. */
import { totalmem } from "node:os";
import { type Finding, findings } from "../../../core/plan/finding.ts";
import { bytes, duration } from "../../../text/wording.ts";
import { entriesAt, textAt } from "../../../trust/small-files.ts";
import type { Directories } from "../proc/cgroup-mounts.ts";

const { ok, limited } = findings("others");

/** As /proc/PID/comm says it (the first 15 bytes of the name), and what tells whom it stopped. */
const KILLERS: Readonly<Record<string, string>> = {
  "systemd-oomd": "journalctl -u systemd-oomd",
  earlyoom: "journalctl -t earlyoom",
  nohang: "journalctl -t nohang",
  oomd: "journalctl -t oomd",
  ulatencyd: "journalctl -t ulatencyd",
};

interface Named {
  readonly pid: number;
  readonly comm: string;
}

const running = (): readonly Named[] =>
  (entriesAt("/proc") ?? [])
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => ({ pid: Number(pid), comm: textAt(`/proc/${pid}/comm`)?.trim() ?? "" }));

export function memoryKillers(processes: readonly Named[] = running()): readonly Finding[] {
  const found = processes.flatMap(({ pid, comm }) => {
    const askedBy = KILLERS[comm];
    const what = `runs (pid ${pid}) and stops processes when memory gets short; what it stopped: ${askedBy}`;
    return askedBy === undefined ? [] : limited(comm, what);
  });
  return found.length > 0
    ? found
    : [ok("other watchdogs", "no systemd-oomd, earlyoom, nohang or oomd in view")];
}

/** The kernel's own: always there. */
export const kernelOom = (): Finding =>
  ok(
    "the kernel",
    "ends a process when memory has run out; what it ended: journalctl -k --grep 'Killed process'",
  );

/** The least that memory.max, or memory.limit_in_bytes, says; null = none below the machine's own. */
export function groupLimitBytes(
  { unified, memory }: Pick<Directories, "unified" | "memory">,
  read: (path: string) => string | null = textAt,
  machineBytes = totalmem(),
): number | null {
  const limits = [`${unified}/memory.max`, `${memory}/memory.limit_in_bytes`]
    .map((path) => Number(read(path)?.trim() ?? "max"))
    // version 1 says "no limit" with a number near 2^63
    .filter((limit) => limit > 0 && limit < machineBytes);
  return limits.length === 0 ? null : Math.min(...limits);
}

export function containerLimit(groups: Directories): Finding {
  const name = "container limit";
  const limit = groupLimitBytes(groups);
  if (limit === null) return ok(name, "this control group has no memory limit of its own");
  const what = `this control group may use ${bytes(limit)}; beyond that the kernel ends one of its processes`;
  return limited(name, what);
}

/** proc_pid_limits(5): the soft limit, in its unit; null = unlimited. */
export function softLimit(limits: string, name: string): number | null {
  const value = new RegExp(String.raw`^${name}\s+(\d+)`, "m").exec(limits)?.[1];
  return value === undefined ? null : Number(value);
}

/** ulimit -t ends with SIGXCPU; ulimit -v makes Bun fail at a random place, since it reserves far more than it uses. */
export function ulimits(limits = textAt("/proc/self/limits") ?? ""): Finding {
  const name = "ulimit";
  const seconds = softLimit(limits, "Max cpu time");
  const space = softLimit(limits, "Max address space");
  const found = [
    seconds === null ? null : `-t ends a process after ${duration(seconds * 1_000)} of CPU time (SIGXCPU)`,
    space === null ? null : `-v lets a process reserve ${bytes(space)}: Bun may crash on it`,
  ].filter((each) => each !== null);
  return found.length === 0
    ? ok(name, "no limit on CPU time or address space")
    : limited(name, found.join("; "), "ulimit -t unlimited -v unlimited, where the hard limit allows it");
}
