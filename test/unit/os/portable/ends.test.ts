import { expect, test } from "bun:test";
import { EndWatch } from "../../../../src/os/portable/ends.ts";
import { processListError } from "../../../../src/os/portable/ps.ts";

/** Alive for as long as the test is. */
const me = { pid: process.pid, startTicks: 1, exe: null };

test("where the list cannot be read nobody is taken for ended, and nothing is thrown in a timer", async () => {
  let reads = 0;
  const ends = new EndWatch(() => {
    reads++;
    throw processListError("no process left");
  });
  expect(await ends.wait(me, 30)).toBe(false);
  expect(reads).toBeGreaterThan(0);
});

test("a free pid has ended without the list", async () => {
  const child = Bun.spawn(["true"]);
  await child.exited;
  const ends = new EndWatch(() => {
    throw processListError("no process left");
  });
  expect(await ends.wait({ ...me, pid: child.pid }, 1_000)).toBe(true);
});
