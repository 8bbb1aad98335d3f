/**
 * The version everybody writes first, as the peer that ours is measured against: filter by process name, ps-list and
 * pidusage for the numbers, tree-kill for the kill. Written to work, not to lose.
 *
 * usage: bun bench/naive.ts cleanup|monitor <config.json> [<pid to leave alone> …]
 */
import { readFileSync } from "node:fs";
import pidusage from "pidusage";
import psList from "ps-list";
import treeKill from "tree-kill";

export interface NaiveLimits {
  readonly maxConcurrentProcesses: number;
  readonly maxCpuUsagePercent: number;
  readonly maxMemoryUsageMB: number;
  readonly processTimeoutMs: number;
  readonly monitoringIntervalMs: number;
  readonly killGraceMs: number;
}

export interface NaiveProcess {
  readonly pid: number;
  readonly command: string;
  readonly cpuPercent: number;
  readonly memoryMB: number;
  readonly ageMs: number;
}

/** What it did to one process; `claim` is what it believes afterwards. */
export interface NaiveKill {
  readonly pid: number;
  readonly reason: string;
  readonly claim: "killed" | "survived";
}

/** The filter as first written; on Linux the npm package's executable is bun.exe, so it finds nothing there. */
export const strictNames: ReadonlySet<string> = new Set(["bun"]);
/** The filter after somebody noticed. */
export const knownNames: ReadonlySet<string> = new Set(["bun", "bun.exe", "bunx", "bunx.exe"]);

/** One scan: every process with one of the names, this one and `leaveAlone` left out. */
export async function naiveScan(
  names: ReadonlySet<string> = knownNames,
  leaveAlone: ReadonlySet<number> = new Set(),
): Promise<readonly NaiveProcess[]> {
  const all = await psList();
  const found = all.filter(({ pid, name }) => names.has(name) && pid !== process.pid && !leaveAlone.has(pid));
  if (found.length === 0) return [];
  // a pid that ended in between is missing from the answer, or fails the whole call when it was the only one
  const usage = await pidusage(found.map(({ pid }) => pid)).catch(() => null);
  return found.flatMap(({ pid, cmd, name, cpu }) => {
    const used = usage?.[String(pid)];
    // null: it ended between the two calls
    if (used === undefined || used === null) return [];
    return [
      {
        pid,
        command: cmd ?? name,
        // pidusage's first sample of a pid is 0: ps's figure stands in until there is a second one
        cpuPercent: used.cpu === 0 ? (cpu ?? 0) : used.cpu,
        memoryMB: used.memory / 1_048_576,
        ageMs: used.elapsed,
      },
    ];
  });
}

/** Who is over a limit, and why; then the oldest beyond the allowed number. */
function offenders(
  processes: readonly NaiveProcess[],
  limits: NaiveLimits,
): ReadonlyMap<NaiveProcess, string> {
  const reasons = new Map<NaiveProcess, string>();
  for (const process of processes) {
    if (process.cpuPercent > limits.maxCpuUsagePercent) reasons.set(process, "cpu");
    else if (process.memoryMB > limits.maxMemoryUsageMB) reasons.set(process, "memory");
    else if (process.ageMs > limits.processTimeoutMs) reasons.set(process, "timeout");
  }
  const rest = processes.filter((process) => !reasons.has(process)).toSorted((a, b) => b.ageMs - a.ageMs);
  for (const process of rest.slice(0, Math.max(0, rest.length - limits.maxConcurrentProcesses))) {
    reasons.set(process, "concurrency");
  }
  return reasons;
}

/** One pass: scan, SIGTERM the trees of the offenders, wait for the grace, SIGKILL those that still answer. */
export async function naiveCleanup(
  limits: NaiveLimits,
  leaveAlone: ReadonlySet<number> = new Set(),
): Promise<readonly NaiveKill[]> {
  const found = await naiveScan(knownNames, leaveAlone);
  return await Promise.all(
    [...offenders(found, limits)].map(async ([{ pid }, reason]) => ({
      pid,
      reason,
      claim: await killTree(pid, limits.killGraceMs),
    })),
  );
}

async function killTree(pid: number, graceMs: number): Promise<NaiveKill["claim"]> {
  await signalTree(pid, "SIGTERM");
  const deadline = performance.now() + graceMs;
  while (exists(pid)) {
    if (performance.now() > deadline) {
      await signalTree(pid, "SIGKILL");
      await Bun.sleep(100);
      return exists(pid) ? "survived" : "killed";
    }
    await Bun.sleep(50);
  }
  return "killed";
}

const signalTree = (pid: number, signal: string): Promise<void> =>
  // the error is dropped, as everywhere: "no such process" is what one wants to hear
  new Promise((resolve) => treeKill(pid, signal, () => resolve()));

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    // the usual reading of any failure
    return false;
  }
}

/** The loop on an interval; reports every kill, ends with the process. */
export async function naiveMonitor(
  limits: NaiveLimits,
  leaveAlone: ReadonlySet<number>,
  report: (kill: NaiveKill) => void,
): Promise<never> {
  for (;;) {
    for (const kill of await naiveCleanup(limits, leaveAlone)) report(kill);
    await Bun.sleep(limits.monitoringIntervalMs);
  }
}

const report = (kill: NaiveKill): void => console.log(JSON.stringify(kill));

async function main(): Promise<void> {
  const [command, configPath = "", ...pids] = process.argv.slice(2);
  const defaults: NaiveLimits = {
    maxConcurrentProcesses: 3,
    maxCpuUsagePercent: 80,
    maxMemoryUsageMB: 1_024,
    processTimeoutMs: 300_000,
    monitoringIntervalMs: 10_000,
    killGraceMs: 5_000,
  };
  const limits: NaiveLimits = { ...defaults, ...JSON.parse(readFileSync(configPath, "utf8")) };
  const leaveAlone = new Set(pids.map(Number));

  if (command === "monitor") await naiveMonitor(limits, leaveAlone, report);
  for (const kill of await naiveCleanup(limits, leaveAlone)) report(kill);
}

if (import.meta.main) await main();
