/** A few rounds of the random zoo; `npm run soak` has the full count. */
import { expect } from "bun:test";
import { randomZooRounds } from "../soak/random-zoo.ts";
import { needs, pidNamespace } from "../support/skip.ts";

const ROUNDS = 6;
const seed = Number(process.env["BUN_WATCHDOG_TEST_SEED"] ?? 1);

needs(pidNamespace)(
  `random rows among random twins, ${ROUNDS} rounds (seed ${seed}): no survivor, no bystander killed`,
  async () => {
    const report = await randomZooRounds(ROUNDS, seed, { atOnce: 1 });
    expect(report).toMatchObject({ survivors: [], bystandersKilled: [], trouble: [] });
    expect(report.rowsPlayed).toBeGreaterThanOrEqual(ROUNDS);
  },
  200_000,
);
