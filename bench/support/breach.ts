/** Processes that go over one limit, when they did, and when they were gone. Times are Unix ms. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isAlive, type Started } from "../../test/support/proc.ts";
import { type Fixture, startFixture, until } from "../../test/support/ready.ts";

export type Rule = "timeout" | "memory" | "cpu" | "concurrency";

/** One interval is 500 ms: a twentieth of the default, and every other duration is scaled with it. */
export const SCALED = {
  monitoringIntervalMs: 500,
  processTimeoutMs: 3_000,
  maxMemoryUsageMB: 200,
  maxCpuUsagePercent: 80,
  cpuHoldMs: 1_500,
  killGraceMs: 1_000,
  breaker: { maxKillsPerMinute: 10_000 },
} as const;

export const JOBS_ALLOWED = 3;
const PATIENCE_MS = 20_000;
const POLL_MS = 2;
const MS_PER_TICK = 10;

const fixture = (name: string): string => join(import.meta.dir, `../fixtures/${name}.ts`);

/** An argument of its own for each: the same command killed again and again would be a respawn, and held back. */
let serial = 0;
const start = (name: string, ...args: readonly string[]): Promise<Fixture> =>
  startFixture([process.execPath, fixture(name), ...args, `run-${process.pid}-${++serial}`]);

/** When it was started, to 10 ms: proc_pid_stat(5) and proc_uptime(5) count the same clock. */
function startedAtMs({ startTicks }: Started): number {
  const uptimeMs = Number(readFileSync("/proc/uptime", "utf8").split(" ", 1)[0]) * 1_000;
  return Date.now() - uptimeMs + startTicks * MS_PER_TICK;
}

/** ms from the breach to the end of the process; null = it was still there after 20 s. */
export type BreachToDead = number | null;

async function deathMs(any: readonly Started[]): Promise<number | null> {
  return (await until(() => any.some((one) => !isAlive(one)), PATIENCE_MS, POLL_MS)) ? Date.now() : null;
}

const after = (breachMs: number, deadMs: number | null): BreachToDead =>
  deadMs === null ? null : Math.max(0, deadMs - breachMs);

export async function overTimeout(): Promise<BreachToDead> {
  await using victim = await start("idle");
  const breachMs = startedAtMs(victim.root) + SCALED.processTimeoutMs;
  return after(breachMs, await deathMs([victim.root]));
}

/** 400 MB within two seconds: it says itself when it passed the limit. */
export async function overMemory(): Promise<BreachToDead> {
  await using victim = await start("bloat", "400", "2000", String(SCALED.maxMemoryUsageMB));
  const deadMs = await deathMs([victim.root]);
  const crossed = (): string | undefined => victim.lines.find((line) => line.startsWith("crossed "));
  // a line written right before the kill may still be on its way
  await until(() => crossed() !== undefined, 1_000, POLL_MS);
  const line = crossed();
  // stopped on its way up: the early poll saw where it was going
  return line === undefined ? (deadMs === null ? null : 0) : after(Number(line.split(" ")[1]), deadMs);
}

/** From the moment the hold is over, when there is one; else from the first spin. */
export async function overCpu(holdMs: number): Promise<BreachToDead> {
  await using victim = await start("spin");
  const breachMs = Date.now() + holdMs;
  return after(breachMs, await deathMs([victim.root]));
}

/** One job more than allowed; whichever of them the monitor picks. */
export async function overConcurrency(): Promise<BreachToDead> {
  await using stack = new AsyncDisposableStack();
  const jobs: Fixture[] = [];
  for (let n = 0; n <= JOBS_ALLOWED; n++) jobs.push(stack.use(await start("idle")));
  const roots = jobs.map(({ root }) => root);
  const last = roots.at(-1);
  if (last === undefined) throw new Error("no job was started");
  const breachMs = startedAtMs(last);
  return after(breachMs, await deathMs(roots));
}
