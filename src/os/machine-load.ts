/** Reads what a machine is busy with, from Linux's files: where there are none, only the load average is known. */
import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { dirname, join } from "node:path";
import type { MachineLoad } from "../core/bench/noise.ts";
import { orElse } from "../text/system-error.ts";
import { MS_PER_TICK } from "./clock.ts";
import { groupDirectories, parseCgroupMounts } from "./linux/proc/cgroup-mounts.ts";

/** `root` stands for "/", so that a test can make a machine. */
export function readMachineLoad(root = "/"): MachineLoad {
  const processors = parseProcessors(textOf(join(root, "proc/stat")));
  const devices = join(root, "sys/devices/system/cpu");
  const cpus = namesIn(devices).filter((name) => /^cpu\d+$/.test(name));
  const at = (path: string): readonly string[] =>
    cpus.flatMap((cpu) => textOf(join(devices, cpu, path))?.trim() ?? []);
  const heat = [
    ...at("thermal_throttle/core_throttle_count"),
    ...at("thermal_throttle/package_throttle_count"),
  ];
  return {
    atMs: performance.now(),
    cores: availableParallelism(),
    loadAverage: loadavg()[0] ?? 0,
    busyMs: processors?.busyMs ?? null,
    stolenMs: processors?.stolenMs ?? null,
    ownMs: ownTimeOf(textOf(join(root, "proc/self/stat"))),
    heldBack: timesHeldBack(root),
    overheated: heat.length === 0 ? null : heat.reduce((sum, each) => sum + Number(each), 0),
    governors: [...new Set(at("cpufreq/scaling_governor"))],
    processes: namesIn(join(root, "proc"))
      .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
      .flatMap((pid) => processOf(textOf(join(root, "proc", pid, "stat"))) ?? []),
  };
}

const textOf = (path: string): string | null => orElse(null, () => readFileSync(path, "utf8"));
const namesIn = (path: string): readonly string[] => orElse([], () => readdirSync(path));

/** proc_stat(5): user, nice, system, idle, iowait, irq, softirq, steal; what guests have used is in the first two. */
function parseProcessors(stat: string | null): { readonly busyMs: number; readonly stolenMs: number } | null {
  const line = stat === null ? null : /^cpu +(.+)$/m.exec(stat)?.[1];
  if (line === null || line === undefined) return null;
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = line.split(" ").map(Number);
  return { busyMs: (user + nice + system + irq + softirq) * MS_PER_TICK, stolenMs: steal * MS_PER_TICK };
}

/** What follows the name, which may hold anything: the first of it is field 3 of proc_pid_stat(5). */
function afterName(stat: string): readonly number[] {
  return stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .map(Number);
}

/** Fields 14 to 17: user and system time of a process, and of its children that it has waited for. */
const [USER, CHILDREN, BEHIND] = [14 - 3, 16 - 3, 18 - 3];
const msOf = (ticks: readonly number[]): number => ticks.reduce((sum, each) => sum + each, 0) * MS_PER_TICK;

const ownTimeOf = (stat: string | null): number =>
  stat === null ? process.cpuUsage().user / 1_000 : msOf(afterName(stat).slice(USER, BEHIND));

function processOf(stat: string | null): MachineLoad["processes"][number] | null {
  if (stat === null) return null;
  return {
    pid: Number.parseInt(stat, 10),
    name: stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")")),
    cpuMs: msOf(afterName(stat).slice(USER, CHILDREN)),
  };
}

/** Of our group and of all that it is in: each may have a limit. */
function timesHeldBack(root: string): number | null {
  const [mounts, groups] = [
    textOf(join(root, "proc/self/mountinfo")),
    textOf(join(root, "proc/self/cgroup")),
  ];
  if (mounts === null || groups === null) return null;
  const { unified, cpu } = groupDirectories(groups, parseCgroupMounts(mounts));
  const counts = [unified, cpu].flatMap((directory) =>
    directory === null ? [] : countsUpwards(root, directory),
  );
  return counts.length === 0 ? null : counts.reduce((sum, each) => sum + each, 0);
}

function countsUpwards(root: string, directory: string): readonly number[] {
  const stat = textOf(join(root, directory, "cpu.stat"));
  if (stat === null) return [];
  const count = /^nr_throttled (\d+)$/m.exec(stat)?.[1];
  return [...(count === undefined ? [] : [Number(count)]), ...countsUpwards(root, dirname(directory))];
}
