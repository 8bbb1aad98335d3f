/** The monitor KILLed amid its kills, a few rounds; `npm run soak` has the full count. */
import { expect } from "bun:test";
import { monitorKillRounds } from "../soak/monitor-kill.ts";
import { requireNamespace } from "../support/namespace.ts";
import { needs, pidNamespace } from "../support/skip.ts";

requireNamespace();

const ROUNDS = 8;
const seed = Number(process.env["BUN_WATCHDOG_TEST_SEED"] ?? 1);

needs(pidNamespace)(
  `nothing stays frozen, the next start works, every death is explained, ${ROUNDS} rounds (seed ${seed})`,
  async () => {
    const report = await monitorKillRounds(ROUNDS, seed);
    expect(report).toMatchObject({ rounds: ROUNDS, frozen: [], noStart: [], unexplained: [], survivors: [] });
  },
  200_000,
);
