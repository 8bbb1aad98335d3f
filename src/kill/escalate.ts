/** Ends what the grace did not end: freeze, look again until nothing new turns up, SIGKILL, and see them end. */
import type { Clock } from "../ports/clock.ts";
import type { Freeze } from "./freeze.ts";
import { childrenFirst } from "./signal-order.ts";
import type { Targets } from "./targets.ts";
import type { PinStatus } from "../ports/control.ts";

/**
 * Bounds the search for a fixpoint. A hydra that replaces itself every 60 ms is caught in the second round; a
 * process that takes long to stop (D state) must not hold the others up for ever.
 */
const MAX_ROUNDS = 50;
/** A stop takes effect within a scheduling turn. */
const BETWEEN_ROUNDS_MS = 2;

/** `verifyMs`: how long the ends are waited for. Resolves when all have ended or that has passed. */
export async function escalate(
  targets: Targets,
  freeze: Freeze,
  clock: Clock,
  verifyMs: number,
): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    await targets.adopt();
    if (await freeze.stop(targets.untried())) continue;
    if (!targets.hasSlipped() && freeze.isStill(targets.untried())) break;
    await clock.sleep(BETWEEN_ROUNDS_MS);
  }
  for (const target of childrenFirst(targets.untried())) target.send("SIGKILL");
  await waitForEnds(targets, clock, verifyMs);
}

/** Giving back gigabytes, with everybody else at work, takes seconds; on a machine that swaps, tens of them. */
const LONGEST_MS = 60_000;
const STEP_MS = 250;

/** SIGKILL has reached it, or reaches it as soon as it gets a CPU. */
const isDying = ({ state, isExiting, pendingKill, frozen }: PinStatus): boolean =>
  isExiting === true || (pendingKill && !frozen && state !== "uninterruptible");

/** Waits also for those that are dead and not torn down yet. `verifyMs`: how long those are waited for whom nothing is known of. */
export async function waitForEnds(targets: Targets, clock: Clock, verifyMs: number): Promise<void> {
  await targets.waitForEnd(verifyMs);
  const untilMs = clock.monotonicMs() + LONGEST_MS;
  while (clock.monotonicMs() < untilMs) {
    const dying = targets.living().filter((target) => {
      const status = target.sent("SIGKILL") && target.refusal === null ? target.status() : null;
      return status !== null && isDying(status);
    });
    if (dying.length === 0) return;
    await Promise.all(dying.map((target) => target.waitForEnd(STEP_MS)));
  }
}
