/** Many wrappers on three slots, one round; `npm run soak` has the full count. */
import { expect } from "bun:test";
import { gateRounds, naiveRound } from "../soak/gate.ts";
import { requireNamespace } from "../support/namespace.ts";
import { needs, pidNamespace } from "../support/skip.ts";

requireNamespace();

const OPTIONS = { wrappers: 40, slots: 3, kills: 5 };
const seed = Number(process.env["BUN_WATCHDOG_TEST_SEED"] ?? 1);

needs(pidNamespace)(
  `${OPTIONS.wrappers} wrappers, ${OPTIONS.slots} slots, ${OPTIONS.kills} KILLed: never more jobs than slots, all others run, in order, no slot lost (seed ${seed})`,
  async () => {
    const report = await gateRounds(1, seed, OPTIONS);
    expect(report).toMatchObject({ killed: OPTIONS.kills, failed: [], unfair: [], lostSlots: 0 });
    expect(report.most).toBe(OPTIONS.slots);
    expect(report.looks).toBeGreaterThan(OPTIONS.wrappers);
  },
  250_000,
);

needs(pidNamespace)(
  "the naive gate lets more through, and this harness sees it",
  async () => {
    expect((await naiveRound({ ...OPTIONS, kills: 0 })).most).toBeGreaterThan(OPTIONS.slots);
  },
  250_000,
);
