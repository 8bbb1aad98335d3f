/** The seed's configuration, scaled so that a test outlives every limit; and what proves that the watchdog works. */
import type { Project } from "../support/launch.ts";
import { isAlive, startFixture, until, type Fixture, type Started } from "../support/ready.ts";
import { fixture } from "./bystander.ts";

export const SCALED = {
  maxConcurrentProcesses: 3,
  maxCpuUsagePercent: 80,
  maxMemoryUsageMB: 1024,
  processTimeoutMs: 2_000,
  monitoringIntervalMs: 300,
  armTicks: 2,
  concurrencyMinAgeMs: 0,
  cpuHoldMs: 2_000,
  killGraceMs: 1_000,
} as const;

/** A process that only the timeout ends. */
export const startRunaway = (...args: readonly string[]): Promise<Fixture> =>
  startFixture([process.execPath, fixture("sleeper.ts"), ...args]);

/** Resolves to whether it was ended within a generous time. */
export const dies = (started: Started): Promise<boolean> => until(() => !isAlive(started), 20_000);

/**
 * Plants a runaway and sees it die and recorded: the watchdog works, and at least one more timeout has passed. Its
 * arguments should differ from time to time: what comes back again and again is left to its supervisor.
 */
export async function seesOneDie(project: Project, ...args: readonly string[]): Promise<boolean> {
  await using runaway = await startRunaway(...args);
  const recorded = (): boolean =>
    project.events().some((event) => event.type === "outcome" && event.victim.id.pid === runaway.root.pid);
  return (await dies(runaway.root)) && (await until(recorded));
}

/** Pids that the journal names as targets. */
export function targeted(project: Project): ReadonlySet<number> {
  const pids = new Set<number>();
  for (const event of project.events()) {
    if (event.type !== "intent") continue;
    for (const { id } of event.targets) pids.add(id.pid);
  }
  return pids;
}
