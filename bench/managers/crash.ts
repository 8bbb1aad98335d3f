/** From the death of an app to the next one: to its first instruction, and to its first line. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "../../test/support/ready.ts";
import { sharedNowMs } from "../support/log-clock.ts";
import { median } from "../support/statistics.ts";
import type { BenchApp, BenchManager } from "./manager.ts";

const NS_PER_MS = 1e6;

export interface Crash {
  readonly toExecMs: number;
  readonly toLineMs: number;
}

export interface Crashing {
  readonly stamp: string;
  readonly scratch: string;
  readonly rounds: number;
  readonly upMs: number;
}

export async function crash(manager: BenchManager, crashing: Crashing): Promise<Crash> {
  const firstLine = join(import.meta.dir, "../fixtures/managed/first-line.ts");
  return {
    toExecMs: await respawn(
      manager,
      { name: "stamp", script: crashing.stamp, interpreter: "none" },
      crashing,
    ),
    toLineMs: await respawn(manager, { name: "line", script: firstLine, interpreter: "bun" }, crashing),
  };
}

async function respawn(
  manager: BenchManager,
  app: BenchApp,
  { scratch, rounds, upMs }: Crashing,
): Promise<number> {
  const file = join(scratch, `${app.name}-${manager.name.replaceAll(" ", "-")}`);
  const moments = (): readonly number[] =>
    existsSync(file) ? readFileSync(file, "utf8").trim().split("\n").map(Number) : [];
  await manager.add({ ...app, args: [file] });
  const waits: number[] = [];
  for (let round = 0; round < rounds; round++) {
    if (!(await until(() => moments().length > round, 20_000)))
      throw new Error(`${manager.name}: ${app.name} did not come`);
    const [pid = 0] = await manager.pids(app.name);
    // it has run for a while, and whoever looked at it has done so
    await Bun.sleep(upMs);
    const killedMs = sharedNowMs();
    process.kill(pid, "SIGKILL");
    await until(() => moments().length > round + 1, 20_000, 1);
    waits.push((moments().at(-1) ?? NaN) / NS_PER_MS - killedMs);
  }
  await manager.remove(app.name);
  return median(waits);
}
