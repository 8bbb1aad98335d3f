/** Finds what else ends processes here. When something vanishes that we did not stop, it was one of these. */
import { readdirSync } from "node:fs";
import { totalmem } from "node:os";
import { join } from "node:path";
import { type Finding, findings } from "../../../core/plan/finding.ts";
import { bytes, duration } from "../../../text/wording.ts";
import { attempt, textOf } from "./attempt.ts";
import { type OwnGroup, readOwnGroups } from "./groups.ts";

const { ok, limited } = findings("others");

/** As /proc/PID/comm says it: the first 15 bytes of the name. */
const KILLERS: Readonly<Record<string, string>> = {
  "systemd-oomd": "journalctl -u systemd-oomd",
  earlyoom: "journalctl -t earlyoom",
  nohang: "journalctl -t nohang",
  oomd: "journalctl -t oomd",
  ulatencyd: "journalctl -t ulatencyd",
};

interface Killer {
  readonly name: string;
  readonly pid: number;
  readonly askedBy: string;
}

export function killersAmong(
  processes: readonly { readonly pid: number; readonly comm: string }[],
): Killer[] {
  return processes.flatMap(({ pid, comm }) => {
    const askedBy = KILLERS[comm];
    return askedBy === undefined ? [] : [{ name: comm, pid, askedBy }];
  });
}

function running(): { readonly pid: number; readonly comm: string }[] {
  const listed = attempt(() => readdirSync("/proc"));
  const pids = "value" in listed ? listed.value.filter((name) => /^\d+$/.test(name)) : [];
  return pids.map((pid) => ({ pid: Number(pid), comm: textOf(`/proc/${pid}/comm`)?.trim() ?? "" }));
}

export function memoryKillers(): Finding[] {
  const found = killersAmong(running());
  if (found.length === 0) return [ok("other watchdogs", "no systemd-oomd, earlyoom, nohang or oomd in view")];
  return found.map(({ name, pid, askedBy }) =>
    limited(
      name,
      `runs (pid ${pid}) and stops processes when memory gets short; what it stopped: ${askedBy}`,
    ),
  );
}

/** The kernel's own: always there. */
export const kernelOom = (): Finding =>
  ok(
    "the kernel",
    "ends a process when memory has run out; what it ended: journalctl -k --grep 'Killed process'",
  );

/** The least that memory.max, or memory.limit_in_bytes, says; null = none below the machine's own. */
export function groupLimitBytes(
  groups: readonly OwnGroup[],
  read = textOf,
  machineBytes = totalmem(),
): number | null {
  const limits = groups.flatMap(({ directory, controllers }) => {
    if (controllers !== null && !controllers.includes("memory")) return [];
    const text = read(join(directory, controllers === null ? "memory.max" : "memory.limit_in_bytes"));
    const limit = Number(text?.trim() ?? "max");
    // version 1 says "no limit" with a number near 2^63
    return limit > 0 && limit < machineBytes ? [limit] : [];
  });
  return limits.length === 0 ? null : Math.min(...limits);
}

export function containerLimit(): Finding {
  const name = "container limit";
  const limit = groupLimitBytes(readOwnGroups());
  return limit === null
    ? ok(name, "this control group has no memory limit of its own")
    : limited(
        name,
        `this control group may use ${bytes(limit)}; beyond that the kernel ends one of its processes`,
      );
}

/** proc_pid_limits(5): the soft limit, in its unit; null = unlimited. */
export function softLimit(limits: string, name: string): number | null {
  const value = new RegExp(String.raw`^${name}\s+(\d+|unlimited)`, "m").exec(limits)?.[1];
  return value === undefined || value === "unlimited" ? null : Number(value);
}

/** ulimit -t ends with SIGXCPU; ulimit -v makes Bun fail at a random place, since it reserves far more than it uses. */
export function ulimits(limits = textOf("/proc/self/limits") ?? ""): Finding {
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
