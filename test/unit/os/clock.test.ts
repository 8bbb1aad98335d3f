/** Waiting for longer than a timer of the runtime can. */
import { expect, test } from "bun:test";
import { systemClock } from "../../../src/os/clock.ts";

test("a sleep of a year ends when it is told to, and not at once", async () => {
  const stop = new AbortController();
  let isOver = false;
  const sleep = systemClock.sleep(365 * 86_400_000, stop.signal).then(() => (isOver = true));
  // a timer that takes too much fires after 1 ms, before these
  for (let turn = 0; turn < 3; turn++) await systemClock.sleep(2);
  expect(isOver).toBe(false);
  stop.abort();
  expect(await sleep).toBe(true);
});
