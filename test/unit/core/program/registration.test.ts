import { expect, test } from "bun:test";
import { LagMeter } from "../../../../src/core/program/lag.ts";
import { nextTryMs } from "../../../../src/core/program/registration.ts";

test.each([
  ["on time", [100, 200, 300], { meanMs: 0, maxMs: 0 }],
  ["each a little late", [104, 206, 306], { meanMs: 2, maxMs: 4 }],
  ["held up once", [100, 750, 850], { meanMs: 550 / 3, maxMs: 550 }],
  ["too early for its clock", [99, 198.5], { meanMs: 0, maxMs: 0 }],
  ["not called", [], { meanMs: 0, maxMs: 0 }],
])("a timer of 100 ms, %s", (_, calledMs, lag) => {
  const meter = new LagMeter(100, 0);
  for (const nowMs of calledMs) meter.called(nowMs);
  expect(meter.take()).toEqual(lag);
});

test("each reading has the calls since the one before", () => {
  const meter = new LagMeter(100, 0);
  meter.called(900);
  expect(meter.take().maxMs).toBe(800);
  meter.called(1_000);
  expect(meter.take().maxMs).toBe(0);
});

test.each([
  [0, 100],
  [1, 300],
  [5, 24_300],
  [6, 60_000],
  [10_000, 60_000],
])("after %d tries the next one is after %d ms", (tries, ms) => {
  expect(nextTryMs(tries)).toBe(ms);
});
