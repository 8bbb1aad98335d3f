/** What the monitors cost while nothing happens, and after they have killed: the same two processes throughout. */
import { scratchProject } from "../../test/support/launch.ts";
import { readUsage, rssAnonBytes, usedMs } from "../support/proc-usage.ts";
import { type Monitor, type Side, startMonitor } from "../support/monitors.ts";
import { fillUpTo, startIdleBuns } from "../support/population.ts";
import { scratchDirectory } from "../support/scratch.ts";
import { atMost, type MeasureOptions, type Measurement, type Section } from "../section.ts";
import { ms, percent } from "../support/units.ts";
import { memorySection, rssAfterKill } from "./memory.ts";

const processCount = (smoke: boolean): number => (smoke ? 150 : 500);
const BUNS = 20;
/** The benchmark and the two monitors run Bun too. */
const IDLE_BUNS = BUNS - 3;
const INTERVAL_MS = 10_000;

/** Everything as shipped, except that twenty jobs are allowed and that the memory limit is in reach for the kill. */
const config = {
  maxConcurrentProcesses: 1_000,
  maxCpuUsagePercent: 80,
  maxMemoryUsageMB: 200,
  processTimeoutMs: 3_600_000,
  monitoringIntervalMs: INTERVAL_MS,
};

interface Idle {
  readonly windowMs: number;
  readonly cpuMs: number;
  readonly rssBytes: number;
}

async function idle(monitors: readonly Monitor[], windowMs: number): Promise<ReadonlyMap<Side, Idle>> {
  const before = monitors.map(({ pid }) => readUsage(pid));
  const startedMs = performance.now();
  await Bun.sleep(windowMs);
  const took = performance.now() - startedMs;
  return new Map(
    monitors.map(({ side, pid }, at) => {
      const first = before[at];
      if (first === undefined) throw new Error("a reading is missing");
      const cpuMs = usedMs(first, readUsage(pid));
      return [side, { windowMs: took, cpuMs, rssBytes: rssAnonBytes(pid) }];
    }),
  );
}

const share = ({ cpuMs, windowMs }: Idle): number => (cpuMs / windowMs) * 100;

function cpuSection(of: (side: Side) => Idle, smoke: boolean): Section {
  const row = (name: string, measured: Idle): string[] => [
    name,
    percent(share(measured)),
    ms(measured.cpuMs),
    `${Math.round(measured.windowMs / 1_000)} s`,
  ];
  return {
    title: "Idle CPU of the monitor",
    tables: [
      {
        caption: `${processCount(smoke)} processes, ${BUNS} of them Bun, interval ${INTERVAL_MS / 1_000} s, nothing to do`,
        columns: ["monitor", "CPU of one core", "CPU time", "in"],
        rows: [row("ours", of("ours")), row("naive", of("naive"))],
        notes: [
          "The real processes; schedstat of all threads and what their children took (for the naive one, its ps). No writing of the history is in it: every ten minutes a process of its own does that.",
        ],
      },
    ],
    bars: smoke ? [] : [atMost("Idle CPU at the default interval", 0.05, share(of("ours")), percent)],
  };
}

/** It works in a project with these limits: in this one, whose file allows three jobs, most of it would be stopped. */
async function withPopulation<T>(smoke: boolean, run: () => Promise<T>): Promise<T> {
  using scratch = scratchDirectory();
  using _ = scratchProject(config);
  await using population = new AsyncDisposableStack();
  population.use(await startIdleBuns(IDLE_BUNS));
  population.use(await fillUpTo(processCount(smoke), 2, scratch.path));
  return await run();
}

/** Idle CPU and memory of both monitors at once; then each alone has something to kill. */
export const resident: Measurement = ({ smoke, progress }: MeasureOptions): Promise<Section> =>
  withPopulation(smoke, async () => {
    await using ours = await startMonitor("ours", config);
    // a process that just started has used most of its life so far: to ps that is over the CPU limit
    await using naive = await startMonitor("naive", config, [ours.pid]);
    const [settleMs, windowMs, restMs] = smoke ? [1_000, 12_000, 6_000] : [40_000, 90_000, 30_000];
    progress(`both monitors run; settling ${settleMs / 1_000} s, then measuring for ${windowMs / 1_000} s`);
    await Bun.sleep(settleMs);
    const measured = await idle([ours, naive], windowMs);
    const of = (side: Side): Idle => {
      const found = measured.get(side);
      if (found === undefined) throw new Error(`${side} was not measured`);
      return found;
    };
    progress("memory after a logged kill");
    await naive.stop();
    const oursAfter = await rssAfterKill(ours, restMs);
    await ours.stop();
    await using naiveAgain = await startMonitor("naive", config);
    const naiveAfter = await rssAfterKill(naiveAgain, restMs);
    const cpu = cpuSection(of, smoke);
    const memory = memorySection(
      { idle: of("ours").rssBytes, afterKill: oursAfter },
      { idle: of("naive").rssBytes, afterKill: naiveAfter },
    );
    return {
      title: "The monitor at rest",
      tables: [...cpu.tables, ...memory.tables],
      bars: [...cpu.bars, ...memory.bars],
    };
  });
