/** What a runtime says of itself: this server's own, and that of each program that has registered itself. */
import { startTicksOf } from "../../os/select-start.ts";
import { systemClock } from "../../os/clock.ts";
import type { GCStats } from "../../runtime/index.ts";
import { HttpProblem } from "../problem.ts";
import { route, type Route } from "../route.ts";
import type { Programs } from "../source/programs/programs.ts";

const now = (): string => new Date(systemClock.wallMs()).toISOString();

export const RUNTIME: readonly Route[] = [
  route({
    method: "GET",
    path: "/api/metrics",
    summary: "Memory, CPU and the last collection of this server.",
    answer: "ProcessMetrics",
    handle: async ({ dashboard: { controller } }) => (await controller()).getProcessMetrics(),
  }),
  route({
    method: "GET",
    path: "/api/system",
    summary: "The machine and the versions that this server runs on.",
    answer: "SystemInfo",
    handle: async ({ dashboard: { controller } }) => (await controller()).getSystemInfo(),
  }),
  route({
    method: "GET",
    path: "/api/runtime",
    summary:
      "The programs that have registered themselves (bun-watchdog/runtime), with their readings of the last two minutes. They say nothing until somebody asks here.",
    answer: "Programs",
    handle: async ({ dashboard: { programs } }) => {
      await programs.look();
      return programs.list();
    },
  }),
  route({
    method: "POST",
    path: "/api/gc",
    summary: "Collects the garbage of this server, or of a registered program.",
    changes: "stops that program for as long as the collection takes",
    asks: "Collection",
    answer: "GCStats",
    handle: async ({ dashboard: { controller, programs }, asked: { process: id, force } }) =>
      id === undefined ? (await controller()).performGC(force) : collectOf(programs, id, force),
  }),
  route({
    method: "POST",
    path: "/api/buffer/performance",
    summary: "Takes the times of every way to get a buffer, in a process of its own.",
    changes: "keeps a processor busy for some seconds",
    asks: "Buffers",
    answer: "BufferTimings",
    handle: async ({ dashboard: { measuring }, asked, request, goesOn }) => {
      goesOn();
      return {
        schemaVersion: 1,
        at: now(),
        timings: await (await measuring()).buffers(asked, request.signal),
      };
    },
  }),
  route({
    method: "POST",
    path: "/api/ffi",
    summary: "Calls functions of libc and libm, in a process of its own, and compares each with JavaScript.",
    changes: "keeps a processor busy for a moment",
    answer: "LibraryCalls",
    handle: async ({ dashboard: { measuring }, request, goesOn }) => {
      goesOn();
      return { schemaVersion: 1, at: now(), calls: await (await measuring()).libraries(request.signal) };
    },
  }),
];

async function collectOf(programs: Programs, id: string, force: boolean): Promise<GCStats> {
  const collected = await programs.collect(id, force);
  for (const each of collected) if ("gcStats" in each) return each.gcStats;
  const [refused] = collected;
  if (refused !== undefined && "because" in refused)
    throw new HttpProblem(409, `Nothing was collected: ${refused.because}.`);
  const [pid = Number.NaN, startTicks] = id.split("-").map(Number);
  if (startTicksOf(pid) !== startTicks)
    throw new HttpProblem(409, `Process ${id} is gone. Nobody was asked; load the list anew.`);
  throw new HttpProblem(
    404,
    `Process ${id} has not registered itself. It does so with registerWithWatchdog of bun-watchdog/runtime.`,
  );
}
