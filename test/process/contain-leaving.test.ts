/** A job that moves itself out of its control groups is under its limits all the same, and nothing of it is left. */
import { expect } from "bun:test";
import { resolve } from "node:path";
import { launch } from "../support/launching.ts";
import { hybridGroups, isUp, leftSince, living } from "../support/mechanisms.ts";
import { needs, pidNamespace, root } from "../support/skip.ts";

const MB = 1_024 ** 2;
const fixture = (name: string): string => resolve(import.meta.dir, "../fixtures", name);
const bun = process.execPath;
const here = needs(pidNamespace, hybridGroups, root);

/** In a group of nobody's from here on, and so is whoever it becomes or starts. */
const LEAVE = "for c in unified memory; do echo $$ > /sys/fs/cgroup/$c/cgroup.procs; done";
const leaving = (...argv: readonly string[]): readonly string[] => [
  "sh",
  "-c",
  `${LEAVE}; exec "$@"`,
  "sh",
  ...argv,
];
/** Stays in the group itself, with a child that does not. */
const childLeaves = (...argv: readonly string[]): readonly string[] => [
  "sh",
  "-c",
  '"$@" & wait',
  "sh",
  ...leaving(...argv),
];

here.each([
  ["the root", leaving(bun, fixture("zoo/z12-forker.ts"))],
  ["a child of it", childLeaves(bun, fixture("zoo/z12-forker.ts"))],
  ["a child with a double fork", childLeaves(bun, fixture("zoo/z11-double-fork.ts"))],
])("%s leaves: nothing is left after the timeout", async (_who, argv) => {
  const before = living();
  await using job = launch(argv, "hybrid", { limits: { timeoutMs: 1_500 } });
  await isUp(job);
  const { end } = await job.end();
  expect(end.ending).toMatchObject({ how: "timeout" });
  expect(end.survivors).toEqual([]);
  await job.wrapper.exited;
  expect(await leftSince(before)).toEqual([]);
});

here("a child that leaves is ended with its root", async () => {
  const before = living();
  const argv = ["sh", "-c", '"$@" & sleep 0.5; exit 3', "sh", ...leaving("sleep", "1000")];
  await using job = launch(argv, "hybrid");
  const { end } = await job.end();
  expect(end.ending).toEqual({ how: "exited", code: 3 });
  expect(end.outcomes.map(({ command }) => command)).toEqual(["sleep 1000"]);
  await job.wrapper.exited;
  expect(await leftSince(before)).toEqual([]);
});

here("a spin without progress is ended after its hold", async () => {
  const limits = { cpu: { percent: 50, holdMs: 1_500 } };
  await using job = launch(leaving(bun, fixture("zoo/z01-sync-loop.ts")), "hybrid", { limits });
  const { end } = await job.end();
  expect(end.ending).toMatchObject({ how: "cpu", limitPercent: 50 });
  expect(end.cpuMs).toBeNull();
});

here("a memory bomb is stopped where the kernel does not see it", async () => {
  const limits = { memoryBytes: 250 * MB };
  await using job = launch(childLeaves(bun, fixture("launch/bomb.ts")), "hybrid", { limits });
  const { end } = await job.end();
  expect(end.ending).toMatchObject({ how: "memory", by: "sampling" });
  expect(end.survivors).toEqual([]);
});
