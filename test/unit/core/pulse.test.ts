import { expect, test } from "bun:test";
import { pulseMs } from "../../../src/core/plan/next-delay.ts";
import { GB } from "../../support/build.ts";

test.each([
  ["next to nothing is left", 0.1 * GB, 1_000],
  ["a small machine", 2 * GB, 1_000],
  ["in between: half of it could be gone by then", 16 * GB, 3_435],
  ["plenty", 64 * GB, 5_000],
  ["unknown", 0, 1_000],
])("%s", (_, availableBytes, ms) => {
  expect(pulseMs(availableBytes)).toBe(ms);
});
