/**
 * What a program has cost: time, time on a CPU, and memory, of all its processes. With a memory limit it cannot cost more.
 *
 *     bun run examples/resources.ts
 */
import { runIsolated } from "bun-watchdog/isolate";

const end = await runIsolated({
  command: ["bun", "-e", "const kept = new Uint8Array(100e6).fill(1); console.log(kept.length);"],
  memoryBytes: 512 * 1_024 ** 2,
});
const megabytes = (bytes: number | null): string =>
  bytes === null ? "?" : `${Math.round(bytes / 1_024 ** 2)} MB`;
console.log(`time ${end.tookMs} ms, CPU ${end.cpuMs} ms, memory ${megabytes(end.peakMemoryBytes)}`);
