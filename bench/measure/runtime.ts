/** What a ProcessController costs the program that has one: looks at the heap every 10 s, handlers that wait, and a registration. */
import { join } from "node:path";
import { startFixture } from "../../test/support/ready.ts";
import type { Measurement, MeasureOptions, Section } from "../section.ts";
import { readUsage, rssAnonBytes, usedMs } from "../support/proc-usage.ts";
import { median, withRange } from "../support/statistics.ts";
import { digits, megabytes, times } from "../support/units.ts";
import { measureRegistered } from "./registered.ts";

const SIDES = ["without", "with"] as const;
const PROGRAMS = [
  ["idle", "waits"],
  ["works", "makes 100,000 objects a second"],
  ["holds", "does so, and holds 150 MB"],
] as const;

interface Measured {
  readonly what: string;
  readonly side: (typeof SIDES)[number];
  readonly cpuMsPerMinute: number;
  readonly rssBytes: number;
}

/** All at once, so that a disturbance hits all of them. */
async function measure(pairs: number, settleMs: number, windowMs: number): Promise<readonly Measured[]> {
  await using stack = new AsyncDisposableStack();
  const started = [];
  for (let pair = 0; pair < pairs; pair++)
    for (const [what] of PROGRAMS)
      for (const side of SIDES) {
        const argv = [process.execPath, join(import.meta.dir, "../fixtures/own-runtime.ts"), side, what];
        const { root } = stack.use(await startFixture(argv));
        started.push({ what, side, pid: root.pid });
      }
  await Bun.sleep(settleMs);
  const before = started.map((each) => ({ each, usage: readUsage(each.pid), atMs: performance.now() }));
  await Bun.sleep(windowMs);
  return before.map(({ each: { what, side, pid }, usage, atMs }) => ({
    what,
    side,
    cpuMsPerMinute: (usedMs(usage, readUsage(pid)) / (performance.now() - atMs)) * 60_000,
    rssBytes: rssAnonBytes(pid),
  }));
}

export const runtime: Measurement = async ({ smoke, progress }: MeasureOptions): Promise<Section> => {
  const [pairs, settleMs, windowMs] = smoke ? [1, 500, 2_000] : [7, 20_000, 120_000];
  progress(`${pairs * PROGRAMS.length * SIDES.length} programs for ${windowMs / 1_000} s`);
  const measured = await measure(pairs, settleMs, windowMs);
  progress(`${pairs * SIDES.length} programs, registered and not, for 2 × ${windowMs / 1_000} s`);
  const registered = await measureRegistered(pairs, settleMs, windowMs);
  const rows = PROGRAMS.map(([what, words]) => {
    const of = (side: Measured["side"]): readonly Measured[] =>
      measured.filter((each) => each.what === what && each.side === side);
    const cpu = (side: Measured["side"]): readonly number[] => of(side).map((each) => each.cpuMsPerMinute);
    const rss = (side: Measured["side"]): number => median(of(side).map(({ rssBytes }) => rssBytes));
    return [
      words,
      withRange(cpu("without"), digits),
      withRange(cpu("with"), digits),
      times(median(cpu("with")) / median(cpu("without"))),
      megabytes(rss("with") - rss("without")),
    ];
  });
  return {
    title: "A program with a ProcessController",
    tables: [
      {
        caption:
          "CPU per minute without and with automatic collections and handled events, at their defaults",
        columns: ["the program", "without, ms", "with, ms", "with ÷ without", "RssAnon added"],
        rows,
        notes: [
          `Median (least–most) of ${pairs} programs each, all at once, over ${windowMs / 1_000} s after ${settleMs / 1_000} s; schedstat of all threads.`,
        ],
      },
      registered,
    ],
    bars: [],
  };
};
