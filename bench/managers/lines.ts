/** A line's way from the app's write to the log file, and what 200,000 of them cost. */
import { closeSync, existsSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { until } from "../../test/support/ready.ts";
import { sharedNowMs } from "../support/log-clock.ts";
import { readUsage, usedMs } from "../support/proc-usage.ts";
import type { BenchApp, BenchManager } from "./manager.ts";

const LINES = join(import.meta.dir, "../fixtures/managed/lines.ts");
const LINE_BYTES = 200;

export interface Lines {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly perSecond: number;
  readonly cpuMs: number;
  readonly lost: number;
}

/** `ticker`: the program that says when it wrote a line. */
export async function lines(
  manager: BenchManager,
  ticker: string,
  slow: number,
  burst: number,
): Promise<Lines> {
  return { ...(await latency(manager, ticker, slow)), ...(await flood(manager, burst)) };
}

async function latency(
  manager: BenchManager,
  script: string,
  count: number,
): Promise<Pick<Lines, "p50Ms" | "p99Ms">> {
  const args = [String(count), "wait"];
  const pid = await begin(manager, { name: "latency", script, args, interpreter: "none" });
  const file = openSync(manager.logFile("latency"), "r");
  const found: number[] = [];
  let read = fstatSync(file).size;
  process.kill(pid, "SIGUSR2");
  const deadlineMs = sharedNowMs() + 60_000;
  let begun = "";
  // it looks without a pause: what it sees late would count as late
  while (found.length < count && sharedNowMs() < deadlineMs) {
    const { size } = fstatSync(file);
    if (size === read) continue;
    const nowMs = sharedNowMs();
    const bytes = Buffer.alloc(size - read);
    readSync(file, bytes, 0, bytes.length, read);
    read = size;
    const parts = `${begun}${bytes.toString()}`.split("\n");
    begun = parts.pop() ?? "";
    for (const line of parts) found.push(nowMs - Number.parseFloat(line));
  }
  closeSync(file);
  await manager.remove("latency");
  const sorted = found.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? NaN;
  return { p50Ms: at(0.5), p99Ms: at(0.99) };
}

async function flood(
  manager: BenchManager,
  count: number,
): Promise<Pick<Lines, "perSecond" | "cpuMs" | "lost">> {
  const args = [String(count)];
  const pid = await begin(manager, { name: "burst", script: LINES, args, interpreter: "bun" });
  const daemon = await manager.daemonPid();
  const written = (): number => statSync(manager.logFile("burst")).size / LINE_BYTES - 1;
  const before = readUsage(daemon);
  const startedMs = performance.now();
  process.kill(pid, "SIGUSR2");
  await until(() => written() >= count, 60_000, 5);
  const tookMs = performance.now() - startedMs;
  const found = {
    perSecond: (written() / tookMs) * 1_000,
    cpuMs: usedMs(before, readUsage(daemon)),
    lost: count - written(),
  };
  await manager.remove("burst");
  return found;
}

/** The pid of an app that has said its first line. */
async function begin(manager: BenchManager, app: BenchApp): Promise<number> {
  await manager.add(app);
  const { name } = app;
  const path = manager.logFile(name);
  if (!(await until(() => existsSync(path) && statSync(path).size >= LINE_BYTES, 20_000)))
    throw new Error(`${manager.name}: ${name} wrote no line`);
  const [pid] = await manager.pids(name);
  if (pid === undefined) throw new Error(`${manager.name} does not run ${name}`);
  return pid;
}
