/**
 * usage: bun bench/history/observe.ts <Bun processes> <looks>: prints the CPU µs of folding one look into the chronicle,
 * over the second half of that many looks.
 */
import { beginChronicle, hear, observe } from "../../src/history/chronicle/chronicle.ts";
import { syntheticWorld } from "../../test/support/synthetic-world.ts";
import { cpuMs } from "../support/rusage.ts";

const [processes = 20, looks = 100] = process.argv.slice(2).map(Number);
const intervalMs = 10_000;
let chronicle = beginChronicle();
let [look, usedMs] = [0, 0];
for (const { seen, events } of syntheticWorld({ seed: 1, processes, days: 1, endMs: 0, intervalMs })) {
  const before = cpuMs();
  ({ chronicle } = observe(chronicle, seen));
  if (look >= looks / 2) usedMs += cpuMs() - before;
  for (const event of events) chronicle = hear(chronicle, event);
  if (++look >= looks) break;
}
console.log(JSON.stringify({ us: (usedMs / (looks / 2)) * 1_000 }));
