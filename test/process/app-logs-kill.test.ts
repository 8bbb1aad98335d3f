/** Whoever follows the output of apps is KILLed again and again, for a few seconds; `npm run soak` has the full minute. */
import { expect } from "bun:test";
import { appLogRounds } from "../soak/app-logs.ts";
import { needs, pidNamespace } from "../support/skip.ts";

const seed = Number(process.env["BUN_WATCHDOG_TEST_SEED"] ?? Date.now() % 1_000_000);

needs(pidNamespace)(
  `every line is in its file once, unaltered, whenever the follower is KILLed (seed ${seed})`,
  async () => {
    const report = await appLogRounds({ seconds: 4, perSecond: 10_000, killEveryMs: 150 }, seed);
    expect(report).toMatchObject({ lines: 40_000, faults: [] });
    expect(report.kills).toBeGreaterThan(2);
  },
  120_000,
);
