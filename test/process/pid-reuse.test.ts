/** Z20, a few dozen rounds; `npm run soak` has the full count. */
import { expect } from "bun:test";
import { pidReuseRounds } from "../soak/pid-reuse.ts";
import { requireNamespace } from "../support/namespace.ts";
import { needs, root } from "../support/skip.ts";

requireNamespace();

const ROUNDS = 30;
const seed = Number(process.env["BUN_WATCHDOG_TEST_SEED"] ?? 1);

needs(root)(
  `Z20: a bystander on the target's pid lives, ${ROUNDS} forced reuses (seed ${seed})`,
  async () => {
    const report = await pidReuseRounds(ROUNDS, seed);
    expect(report).toMatchObject({ rounds: ROUNDS, wrongKills: 0, refused: ROUNDS });
    expect(report.forcedReuses).toBeGreaterThan(ROUNDS / 2);
  },
);
