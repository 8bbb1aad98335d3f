/**
 * Test files side by side, each in a `bun test` of its own: none of them can stop, fill or confuse another one.
 * `bun-isolate test` does this with order, limits and reports.
 *
 *     bun run examples/tests-side-by-side.ts a.test.ts b.test.ts
 */
import { runIsolated } from "bun-watchdog/isolate";

const ends = await Promise.all(
  process.argv.slice(2).map(async (file) => ({
    file,
    end: await runIsolated({ command: ["bun", "test", file], timeoutMs: 60_000 }),
  })),
);
for (const { file, end } of ends) {
  const passed = end.ending.how === "exited" && end.ending.code === 0;
  console.log(`${passed ? "passed" : "failed"}  ${file}  ${end.tookMs} ms`);
  if (!passed) console.log(end.stderr.text);
}
