/**
 * A benchmark in a process of its own: it gets its configuration on standard input, and gives its result on standard
 * output, so nothing else that this process does is in its figures.
 *
 *     bun run examples/benchmark-in-a-process.ts
 */
import { runIsolated } from "bun-watchdog/isolate";

const config = { name: "Profile Query (single)", target: 0.8, iterations: 10, category: "performance" };

const end = await runIsolated({
  command: ["bun", "run", `${import.meta.dir}/measured.ts`],
  stdin: JSON.stringify(config),
  env: { ...process.env, NODE_ENV: "production" },
  timeoutMs: 30_000,
});
if (end.ending.how !== "exited" || end.ending.code !== 0)
  throw new Error(`The benchmark ended by ${end.ending.how}: ${end.stderr.text}`);

const result: { name: string; medianMs: number; isTargetMet: boolean } = JSON.parse(end.stdout.text);
console.log(
  `${result.name}: ${result.medianMs.toFixed(3)} ms, target ${result.isTargetMet ? "met" : "missed"}`,
);
