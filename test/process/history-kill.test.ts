/** The monitor KILLed while it records its kills, a few rounds; `npm run soak` has the full count. */
import { expect } from "bun:test";
import { historyKillRounds } from "../soak/history-kill.ts";
import { requireNamespace } from "../support/namespace.ts";
import { needs, pidNamespace } from "../support/skip.ts";

requireNamespace();

const ROUNDS = 6;
const seed = Number(process.env["BUN_WATCHDOG_TEST_SEED"] ?? 1);

needs(pidNamespace)(
  `the history stays whole and misses no kill, ${ROUNDS} rounds (seed ${seed})`,
  async () => {
    const report = await historyKillRounds(ROUNDS, seed);
    expect(report).toMatchObject({ rounds: ROUNDS, damaged: [], missing: [] });
    expect(report.kills).toBeGreaterThanOrEqual(ROUNDS);
  },
  200_000,
);
