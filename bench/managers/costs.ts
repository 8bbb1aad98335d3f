/** What the supervisor adds to a start, and what its events and readings cost. */
import { createSupervisor } from "../../src/supervisor/index.ts";
import { median } from "../support/statistics.ts";

export interface Costs {
  readonly spawnMs: number;
  readonly bareMs: number;
  readonly eventMs: number;
  readonly infoMs: number;
}

/** Medians, ms. */
export async function costs(rounds: number): Promise<Costs> {
  await using supervisor = await createSupervisor();
  const found = { spawn: [] as number[], bare: [] as number[], event: [] as number[], info: [] as number[] };
  const program = ["/bin/sleep", "1000"] as const;
  for (let round = 0; round < rounds; round++) {
    const bareMs = performance.now();
    const bare = Bun.spawn([...program], { stdio: ["ignore", "ignore", "ignore"] });
    found.bare.push(performance.now() - bareMs);
    bare.kill("SIGKILL");
    await bare.exited;
    using events = supervisor.events();
    const startedMs = performance.now();
    const next = events[Symbol.asyncIterator]().next();
    const app = await supervisor.spawn({
      name: "cost",
      command: program[0],
      args: [program[1]],
      cwd: "/",
      streams: ["ignore", "ignore", "ignore"],
    });
    const spawnedMs = performance.now();
    found.spawn.push(spawnedMs - startedMs);
    await next;
    found.event.push(performance.now() - spawnedMs);
    const askedMs = performance.now();
    await supervisor.getProcessInfo(app.pid);
    found.info.push(performance.now() - askedMs);
    await supervisor.killTree(app, { graceMs: 0 });
  }
  return {
    spawnMs: median(found.spawn),
    bareMs: median(found.bare),
    eventMs: median(found.event),
    infoMs: median(found.info),
  };
}
