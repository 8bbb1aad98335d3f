/** What a registration costs a program that waits, while nobody looks at the page and while somebody does. */
import { join } from "node:path";
import { PageSocket } from "../../test/support/page/page-socket.ts";
import { startFixture, until } from "../../test/support/ready.ts";
import type { Table } from "../section.ts";
import { readUsage, rssAnonBytes, usedMs } from "../support/proc-usage.ts";
import { median, withRange } from "../support/statistics.ts";
import { digits, megabytes } from "../support/units.ts";

const FIXTURE = join(import.meta.dir, "../fixtures/registered.ts");
const MS_PER_HOUR = 3_600_000;

interface Used {
  readonly cpuMsPerHour: readonly number[];
  readonly rssBytes: number;
}

async function used(pids: readonly number[], windowMs: number): Promise<Used> {
  const before = pids.map((pid) => ({ pid, usage: readUsage(pid), atMs: performance.now() }));
  await Bun.sleep(windowMs);
  return {
    cpuMsPerHour: before.map(
      ({ pid, usage, atMs }) => (usedMs(usage, readUsage(pid)) / (performance.now() - atMs)) * MS_PER_HOUR,
    ),
    rssBytes: median(pids.map(rssAnonBytes)),
  };
}

/** The same programs in both; those that are not registered beside them at the same time. */
export async function measureRegistered(pairs: number, settleMs: number, windowMs: number): Promise<Table> {
  await using stack = new AsyncDisposableStack();
  const sides: Readonly<Record<"without" | "with", number[]>> = { without: [], with: [] };
  for (let pair = 0; pair < pairs; pair++)
    for (const side of ["without", "with"] as const)
      sides[side].push(stack.use(await startFixture([process.execPath, FIXTURE, side])).root.pid);
  const both = async (what: string): Promise<readonly string[]> => {
    await Bun.sleep(settleMs);
    const [without, registered] = await Promise.all([
      used(sides.without, windowMs),
      used(sides.with, windowMs),
    ]);
    return [
      what,
      withRange(without.cpuMsPerHour, digits),
      withRange(registered.cpuMsPerHour, digits),
      `${digits((median(registered.cpuMsPerHour) / MS_PER_HOUR) * 100)} %`,
      megabytes(registered.rssBytes - without.rssBytes),
    ];
  };
  const rows = [await both("nobody looks")];
  using page = new PageSocket();
  if (!(await until(() => page.heard.length >= pairs, 60_000))) throw new Error("not all programs came");
  rows.push(await both("somebody looks"));
  return {
    caption: "CPU per hour of a program that waits, registered with the watchdog and not",
    columns: ["", "not registered, ms", "registered, ms", "of one core", "RssAnon added"],
    rows,
    notes: [
      `Median (least–most) of ${pairs} programs each, all at once, over ${windowMs / 1_000} s; schedstat of all threads. The looked-at ones take ten turns a second for the lag, and one reading.`,
    ],
  };
}
