/** Random crashes, KILLs of the manager, requests and full disks, for a few seconds; `npm run soak` has ten minutes of them. */
import { expect } from "bun:test";
import { managerRounds } from "../soak/manager.ts";
import { needs, pidNamespace } from "../support/skip.ts";
import { ownMounts } from "../support/full-disk.ts";

const seed = Number(process.env["BUN_WATCHDOG_TEST_SEED"] ?? Date.now() % 1_000_000);

needs(pidNamespace, ownMounts)(
  `no orphan, no double instance, no line lost, and all is as it was asked for (seed ${seed})`,
  async () => {
    const report = await managerRounds(10, seed, { apps: 8, everyMs: 100, diskKb: 32_768 });
    const { doubles, wrong, orphans, lost } = report;
    expect({ doubles, wrong, orphans, lost }).toEqual({ doubles: [], wrong: [], orphans: [], lost: [] });
    expect(report.crashes).toBeGreaterThan(0);
    expect(report.lines).toBeGreaterThan(0);
  },
  240_000,
);
