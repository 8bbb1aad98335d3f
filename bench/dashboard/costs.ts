/** What processes cost over a time: CPU of all their threads, and memory of their own. */
import { readUsage, rssAnonBytes, usedMs } from "../support/proc-usage.ts";

export interface Cost {
  /** Of one core. */
  readonly cpuPercent: number;
  readonly rssBytes: number;
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
  await during();
  const tookMs = performance.now() - beganMs;
  // the names are those of the groups
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return Object.fromEntries(
    all.map(({ name, pids, before }) => {
      const usedByAll = pids.map((pid, at) => usedMs(before[at] ?? readUsage(pid), readUsage(pid)));
      return [name, { cpuPercent: (sum(usedByAll) / tookMs) * 100, rssBytes: sum(pids.map(rssAnonBytes)) }];
    }),
  ) as Record<Name, Cost>;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
