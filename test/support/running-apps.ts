/** Apps as a manager tells of them, made by hand: everything has a harmless default. */
import type { AppDocument, InstanceDocument } from "../../src/wire/manager.ts";
import { appSpec } from "./app-world.ts";

export const RUNNING_AT_MS = 1_000_000;

export const anInstance = (id: number, facts: Partial<InstanceDocument> = {}): InstanceDocument => ({
  id,
  number: 0,
  state: "online",
  sinceMs: RUNNING_AT_MS - 5_000,
  untilMs: null,
  root: { pid: 100 + id, startTicks: 1, exe: null },
  jobId: null,
  startedMs: RUNNING_AT_MS - 5_000,
  createdMs: RUNNING_AT_MS - 9_000,
  restarts: 0,
  unstableRestarts: 0,
  lastExit: null,
  adopted: false,
  memoryBytes: 50_000_000 * (id + 1),
  cpuPercent: 10 * id + 5,
  processes: 1,
  descriptors: 9,
  enforcement: null,
  outFile: "/srv/shop/logs/out.log",
  errFile: null,
  pidFile: null,
  lostLines: 0,
  ...facts,
});

export const anApp = (name: string, ...instances: readonly InstanceDocument[]): AppDocument => ({
  spec: appSpec(name, { argv: ["bun", `${name}.ts`] }),
  instances,
});
