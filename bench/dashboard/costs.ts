/** What processes cost over a time: CPU of all their threads, and memory of their own. */
import { readUsage, rssAnonBytes, usedMs } from "../support/proc-usage.ts";

export interface Cost {
  /** Of one core. */
  readonly cpuPercent: number;
  /** On average: a look leaves some MB until they are collected, and a single reading is before or after that. */
  readonly rssBytes: number;
}

const READ_EVERY_MS = 250;

const pause = (): Promise<boolean> => Bun.sleep(READ_EVERY_MS).then(() => false);

/** Of each group, again and again until `during` resolves. */
async function averages(
  groups: readonly (readonly number[])[],
  during: Promise<unknown>,
): Promise<readonly number[]> {
  const over = during.then(() => true);

  const sums = groups.map(() => 0);
  let readings = 0;
  do {
    for (const [at, pids] of groups.entries()) sums[at] = (sums[at] ?? 0) + sum(pids.map(rssAnonBytes));
    readings++;
  } while (!(await Promise.race([over, pause()])));
  return sums.map((total) => total / readings);
}

/** Of groups of processes, each by its name; `during` goes on meanwhile. */
export async function costsOf<Name extends string>(
  groups: Readonly<Record<Name, readonly number[]>>,
  during: () => Promise<unknown>,
): Promise<Readonly<Record<Name, Cost>>> {
  const all = Object.entries<readonly number[]>(groups).map(([name, pids]) => ({
    name,
    pids,
    before: pids.map(readUsage),
  }));
  const beganMs = performance.now();
  const rss = await averages(
    all.map(({ pids }) => pids),
    during(),
  );
  const tookMs = performance.now() - beganMs;
  // the names are those of the groups
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return Object.fromEntries(
    all.map(({ name, pids, before }, group) => {
      const usedByAll = pids.map((pid, at) => usedMs(before[at] ?? readUsage(pid), readUsage(pid)));
      return [name, { cpuPercent: (sum(usedByAll) / tookMs) * 100, rssBytes: rss[group] ?? Number.NaN }];
    }),
  ) as Record<Name, Cost>;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
