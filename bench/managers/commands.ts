/** How long a person waits: for the daemon, and for the three commands that people give most. */
import { median } from "../support/statistics.ts";
import { IDLE_APP } from "./idle.ts";
import type { BenchManager } from "./manager.ts";

export interface Waits {
  readonly status: number;
  readonly start: number;
  readonly stop: number;
}

export async function timed(act: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await act();
  return performance.now() - startedMs;
}

/** ms, medians. The app ends at once when it is told to. */
export async function commandWaits(manager: BenchManager, rounds: number): Promise<Waits> {
  await manager.add({ name: "waits", script: IDLE_APP, interpreter: "bun" });
  const found = { status: [] as number[], start: [] as number[], stop: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    found.status.push(await timed(manager.status));
    found.stop.push(await timed(() => manager.stop("waits")));
    found.start.push(await timed(() => manager.start("waits")));
  }
  await manager.remove("waits");
  return { status: median(found.status), start: median(found.start), stop: median(found.stop) };
}
