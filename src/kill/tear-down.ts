/** Waiting for those that are dead and not torn down yet. */
import type { Clock } from "../ports/clock.ts";
import type { PinStatus } from "../ports/control.ts";
import type { Targets } from "./targets.ts";

/** Giving back gigabytes, with everybody else at work, takes seconds; on a machine that swaps, tens of them. */
const LONGEST_MS = 60_000;
const STEP_MS = 250;

/** SIGKILL has reached it, or reaches it as soon as it gets a CPU. */
const isDying = ({ state, isExiting, pendingKill, frozen }: PinStatus): boolean =>
  isExiting === true || (pendingKill && !frozen && state !== "uninterruptible");

/** `verifyMs`: how long those are waited for whom nothing is known of. */
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
