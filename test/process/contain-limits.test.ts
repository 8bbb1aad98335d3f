/** A launched job at its limits: who notices, and that nothing of it is left. */
import { expect } from "bun:test";
import { resolve } from "node:path";
import { hasGroups, launch } from "../support/launching.ts";
import { isUp, leftSince, living, MECHANISMS } from "../support/mechanisms.ts";

const MB = 1_024 ** 2;
const fixture = (name: string): string => resolve(import.meta.dir, "../fixtures", name);
const bun = process.execPath;
const LIMIT_BYTES = 250 * MB;

for (const { mechanism, here } of MECHANISMS) {
  const by = mechanism === "hybrid" ? "kernel" : "sampling";

  here.each([
    ["the root", [bun, fixture("launch/bomb.ts")]],
    ["a child that the root survives", [bun, fixture("launch/bomb.ts"), "child"]],
  ] as const)(`${mechanism}: a memory bomb in %s is stopped by ${by}`, async (_where, argv) => {
    const before = living();
    await using job = launch(argv, mechanism, { limits: { memoryBytes: LIMIT_BYTES } });
    const { facts } = await job.prepared();
    expect(facts).toMatchObject({ memory: by === "kernel" ? "kernel" : "sampled" });
    const { end } = await job.end();
    expect(end.ending).toMatchObject({ how: "memory", by, limitBytes: LIMIT_BYTES });
    expect(end.survivors).toEqual([]);
    expect(end.peakMemoryBytes).toBeGreaterThan(LIMIT_BYTES * 0.9);
    await job.wrapper.exited;
    expect(await leftSince(before)).toEqual([]);
    expect(hasGroups(await job.prepared())).toBe(false);
  });

  here(`${mechanism}: what stays below its limits runs to its end`, async () => {
    const limits = { memoryBytes: LIMIT_BYTES, timeoutMs: 60_000, cpu: { percent: 80, holdMs: 30_000 } };
    await using job = launch(["sh", "-c", "sleep 0.3; exit 7"], mechanism, { limits });
    const { end, events } = await job.end();
    expect(end.ending).toEqual({ how: "exited", code: 7 });
    expect(events).toEqual([]);
  });

  here(`${mechanism}: a spin without progress is ended after its hold`, async () => {
    const before = living();
    const limits = { cpu: { percent: 50, holdMs: 1_500 } };
    await using job = launch([bun, fixture("zoo/z01-sync-loop.ts")], mechanism, { limits });
    await isUp(job);
    const { end } = await job.end();
    expect(end.ending).toMatchObject({ how: "cpu", limitPercent: 50 });
    expect(end.outcomes.map(({ result }) => result.outcome)).toEqual(["gone"]);
    await job.wrapper.exited;
    expect(await leftSince(before)).toEqual([]);
    expect(hasGroups(await job.prepared())).toBe(false);
  });
}
