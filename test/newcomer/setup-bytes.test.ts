/**
 * Every byte, mode, owner and link comes back: on all shapes, after a KILL at a few of the calls that change a file, and on a
 * disk with room for a part. `npm run soak -- --only setup` has all calls, all shapes and every fullness.
 */
import { expect } from "bun:test";
import { tmpdir } from "node:os";
import { Random, seed } from "../support/random.ts";
import { atOnce, needs } from "../support/skip.ts";
import { EVERYTHING, onDisk } from "../soak/setup.ts";
import { SetupTrial } from "../soak/setup-trial.ts";
import { tmpfs } from "./disk.ts";
import { byteShapes, lookAlikes } from "./setup-byte-shapes.ts";
import { shapes } from "./setup-shapes.ts";

// setup.test.ts plays the others, with commits
atOnce("git").each(byteShapes.filter((shape) => !shapes.includes(shape)))("$name", async (shape) => {
  using trial = await SetupTrial.of(shape, {}, tmpdir());
  expect(trial.faults).toEqual([]);
});

needs("git", "strace")("KILLed at some of its calls", async () => {
  const random = new Random(seed());
  using trial = await SetupTrial.of(lookAlikes, EVERYTHING, tmpdir());
  // it has no fewer of each, one for a file
  expect(await trial.killAt("there", "rename", random.whole(1, 8))).toBe(true);
  expect(await trial.killAt("there", "fsync", random.whole(1, 8))).toBe(true);
  expect(await trial.killAt("back", "rename", random.whole(1, 7))).toBe(true);
  expect(trial.faults).toEqual([]);
});

needs("git", tmpfs)("on a disk with room for a part of it", async () => {
  const { refused, faults } = await onDisk(lookAlikes, { pages: [0, 5, 9, 30], names: [0, 3] });
  expect(faults).toEqual([]);
  expect(refused).toBeGreaterThan(3);
});
