/** Whoever writes log files is KILLed at some of its writes; `npm run soak` plays them all. */
import { expect, test } from "bun:test";
import { tornRounds } from "../soak/app-logs-torn.ts";
import { Random } from "../support/random.ts";

const STEP = 19;
const seed = Number(process.env["BUN_WATCHDOG_TEST_SEED"] ?? Date.now() % 1_000_000);

test(`KILLed at every ${STEP}th write, before it and in the middle of it (seed ${seed})`, async () => {
  const report = await tornRounds(new Random(seed).whole(1, STEP), STEP);
  expect(report.faults).toEqual([]);
  expect(report.kills).toBeGreaterThan(6);
}, 120_000);
