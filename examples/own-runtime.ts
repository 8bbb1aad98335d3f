/**
 * A program that looks after its own memory, says what it has, and ends as it should when it is told to.
 *
 *     bun run examples/own-runtime.ts
 */
import { callSystemLibraries, measureBuffers, ProcessController } from "bun-watchdog/runtime";

const controller = new ProcessController();
controller.collectAutomatically({ thresholdBytes: 200 * 1_024 ** 2 });
controller.handleProcessEvents({ cleanup: (cause) => console.log(`cleaned up because of ${cause}`) });

const megabytes = (bytes: number): string => `${(bytes / 1_024 ** 2).toFixed(1)} MB`;
const { memory, gcStats } = controller.getProcessMetrics();
console.log(
  `heap ${megabytes(memory.heapUsed)}, resident ${megabytes(memory.rss)}, ${gcStats.collections} collections`,
);

const { duration, memoryFreed } = controller.performGC(true);
console.log(`a collection took ${duration.toFixed(2)} ms and freed ${megabytes(memoryFreed)}`);

for (const { call, result, nativeNs } of callSystemLibraries())
  console.log(`${call} = ${result}, ${nativeNs.toFixed(0)} ns`);

for (const { kind, memory: from, filled, timeUs } of await measureBuffers({
  sizes: [1_024 ** 2],
  samples: 5,
}))
  console.log(`${kind} of 1 MB, ${from}${filled ? ", filled" : ""}: ${timeUs.median.toFixed(1)} µs`);

process.kill(process.pid, "SIGTERM");
