/** How long a runaway lives on: from the moment its limit is crossed until it is gone, per rule, under both monitors. */
import type { Measurement, Section } from "../section.ts";
import {
  type BreachToDead,
  JOBS_ALLOWED,
  overConcurrency,
  overCpu,
  overMemory,
  overTimeout,
  type Rule,
  SCALED,
} from "../support/breach.ts";
import { type Side, startMonitor } from "../support/monitors.ts";
import { median, withRange } from "../support/statistics.ts";
import { digits, times } from "../support/units.ts";

const RULES = ["timeout", "memory", "cpu", "concurrency"] as const satisfies readonly Rule[];
/** Far above what a round starts: the other rules are not to be disturbed. */
const MANY_JOBS = 1_000;

type Results = Record<Side, Record<Rule, BreachToDead[]>>;
const noResults = (): Record<Rule, BreachToDead[]> => ({ timeout: [], memory: [], cpu: [], concurrency: [] });

/** Somewhere within an interval: a breach knows nothing of the monitor's clock. */
const anyMoment = (): Promise<void> => Bun.sleep(Math.random() * SCALED.monitoringIntervalMs);

async function under(side: Side, maxConcurrentProcesses: number, run: () => Promise<void>): Promise<void> {
  const monitor = await startMonitor(side, { ...SCALED, maxConcurrentProcesses });
  try {
    await anyMoment();
    await run();
  } finally {
    await monitor[Symbol.asyncDispose]();
  }
}

async function round(side: Side, into: Record<Rule, BreachToDead[]>): Promise<void> {
  await under(side, MANY_JOBS, async () => {
    const [timeout, memory, cpu] = await Promise.all([
      overTimeout(),
      overMemory(),
      overCpu(side === "ours" ? SCALED.cpuHoldMs : 0),
    ]);
    into.timeout.push(timeout);
    into.memory.push(memory);
    into.cpu.push(cpu);
  });
  await under(side, JOBS_ALLOWED, async () => {
    into.concurrency.push(await overConcurrency());
  });
}

const ended = (values: readonly BreachToDead[]): number[] => values.filter((value) => value !== null);

function cells(values: readonly BreachToDead[]): string[] {
  const dead = ended(values);
  const alive = values.length - dead.length;
  const survivors = alive === 0 ? "" : `, ${alive} of ${values.length} alive after 20 s`;
  if (dead.length === 0) return [survivors.slice(2), "–"];
  return [
    `${withRange(dead, (value) => digits(Math.round(value)))}${survivors}`,
    times(median(dead) / SCALED.monitoringIntervalMs),
  ];
}

function section(results: Results): Section {
  return {
    title: "Breach to dead",
    tables: [
      {
        caption: `From the limit crossed to the process gone, ms; interval ${SCALED.monitoringIntervalMs} ms`,
        columns: ["rule", "ours", "in intervals", "naive", "in intervals"],
        rows: RULES.map((rule) => [rule, ...cells(results.ours[rule]), ...cells(results.naive[rule])]),
        notes: [
          `Median (least–most) of ${results.ours.timeout.length}. Scaled limits: ${SCALED.processTimeoutMs} ms to run, ${SCALED.maxMemoryUsageMB} MB reached at 200 MB/s, ${JOBS_ALLOWED} jobs, ${SCALED.maxCpuUsagePercent} % CPU.`,
          `cpu: ours counts from the end of its hold (${SCALED.cpuHoldMs} ms here), which is what spares work that ends; the naive version has none and counts from the first spin.`,
          "memory: 0 means that it was stopped on its way up.",
        ],
      },
    ],
    bars: [],
  };
}

export const breachToDead: Measurement = async ({ smoke, progress }) => {
  const results: Results = { ours: noResults(), naive: noResults() };
  const rounds = smoke ? 1 : 7;
  for (let at = 0; at < rounds; at++) {
    progress(`round ${at + 1} of ${rounds}`);
    for (const side of ["ours", "naive"] as const) await round(side, results[side]);
  }
  for (const rule of RULES)
    if (ended(results.ours[rule]).length === 0) throw new Error(`nothing was stopped for ${rule}`);
  return section(results);
};
