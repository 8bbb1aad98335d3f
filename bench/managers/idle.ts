/** What a manager costs while nothing happens, and what it adds to its apps. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { TUNING } from "../../src/host/runtime-tuning.ts";
import { QUIET } from "../../src/manager/daemon/detach.ts";
import { scratchDirectory } from "../support/scratch.ts";
import { readUsage, rssAnonBytes, usedMs } from "../support/proc-usage.ts";
import { median } from "../support/statistics.ts";
import { until } from "../../test/support/ready.ts";
import type { BenchManager } from "./manager.ts";

export interface Idle {
  readonly apps: number;
  readonly rssBytes: number;
  readonly cpuPercent: number;
  readonly wakeUps: number;
  readonly perAppBytes: number;
}

export const IDLE_APP = join(import.meta.dir, "../fixtures/idle.ts");
const NEEDS = join(import.meta.dir, "../fixtures/managed/needs.js");

export async function idle(
  manager: BenchManager,
  apps: number,
  settleMs: number,
  windowMs: number,
): Promise<Idle> {
  await manager.add({ name: "idle", script: IDLE_APP, interpreter: "bun", instances: apps });
  const pids = await manager.pids("idle");
  if (pids.length !== apps) throw new Error(`${manager.name} runs ${pids.length} of ${apps} apps`);
  const daemon = await manager.daemonPid();
  await Bun.sleep(settleMs);
  const before = { usage: readUsage(daemon), switches: switches(daemon), atMs: performance.now() };
  await Bun.sleep(windowMs);
  const tookMs = performance.now() - before.atMs;
  const found = {
    apps,
    rssBytes: rssAnonBytes(daemon),
    cpuPercent: (usedMs(before.usage, readUsage(daemon)) / tookMs) * 100,
    wakeUps: ((switches(daemon) - before.switches) / tookMs) * 1_000,
    perAppBytes: median(pids.map(rssAnonBytes)),
  };
  await manager.remove("idle");
  return found;
}

/** The same app under nobody. */
export const bareBytes = (settleMs: number): Promise<number> => bytesOf([IDLE_APP], process.env, settleMs);

/** A manager that has no code: the same environment as ours, and what it cannot do without. */
export async function needsBytes(settleMs: number): Promise<number> {
  using scratch = scratchDirectory();
  return await bytesOf([NEEDS, scratch.path], { ...process.env, ...TUNING, ...QUIET }, settleMs, 1);
}

async function bytesOf(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  settleMs: number,
  length = 3,
): Promise<number> {
  const children = Array.from({ length }, () =>
    Bun.spawn([process.execPath, ...argv], { env, stdio: ["ignore", "ignore", "ignore"] }),
  );
  await Bun.sleep(settleMs);
  const bytes = median(children.map(({ pid }) => rssAnonBytes(pid)));
  for (const child of children) child.kill("SIGKILL");
  await Promise.all(children.map(({ exited }) => exited));
  await until(() => children.every(({ exitCode, signalCode }) => exitCode !== null || signalCode !== null));
  return bytes;
}

/** Of all threads: how often one of them had slept and was woken (proc_pid_status(5)). */
function switches(pid: number): number {
  const counts = readdirSync(`/proc/${pid}/task`).map((thread) => {
    const status = readFileSync(`/proc/${pid}/task/${thread}/status`, "utf8");
    return Number(/^voluntary_ctxt_switches:\s+(?<count>\d+)$/mu.exec(status)?.groups?.["count"] ?? NaN);
  });
  return counts.reduce((sum, each) => sum + each, 0);
}
