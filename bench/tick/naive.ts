/** usage: bun bench/tick/naive.ts <warm-up ticks> <ticks>: prints the CPU ms of one naive scan, its `ps` included. */
import { naiveScan } from "../naive.ts";
import { cpuMs } from "../support/rusage.ts";

const [warmUp = 1, ticks = 1] = process.argv.slice(2).map(Number);
let inView = 0;
for (let n = 0; n < warmUp; n++) await naiveScan();
const before = cpuMs();
for (let n = 0; n < ticks; n++) inView = (await naiveScan()).length;
console.log(JSON.stringify({ scanMs: (cpuMs() - before) / ticks, inView }));
