/**
 * A program that never ends, and never lets go of its CPU, is over after its time, with all that it has started.
 *
 *     bun run examples/timeout.ts
 */
import { runIsolated } from "bun-watchdog/isolate";

const end = await runIsolated({
  command: ["bun", "-e", 'Bun.spawn(["sleep", "1000"]); for (;;);'],
  timeoutMs: 1_000,
});
console.log(
  `ended by ${end.ending.how}; processes that were ended: ${end.outcomes.length}; alive: ${end.survivors.length}`,
);
