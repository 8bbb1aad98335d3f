/** Ends a monitor of ours that does not answer. What it had frozen, its guard continues. */
import type { ProcessId } from "../core/process/process.ts";
import type { ProcessControl } from "../ports/control.ts";

/** One whose loop turns has seen the signal by then. */
const LISTENS_MS = 3_000;
const DIES_MS = 10_000;

/**
 * Asked first: one that was only stopped goes on, settles what it had begun (`graceMs`), and ends in order.
 * Resolves to what happened, or null when it is still there.
 */
export async function endSilent(
  id: ProcessId,
  control: Pick<ProcessControl, "pin">,
  graceMs: number,
): Promise<string | null> {
  const pin = control.pin(id);
  if (typeof pin === "string") return "it had ended by itself";
  using monitor = pin;
  const isStopped = monitor.status()?.state === "stopped";
  monitor.send("SIGTERM");
  monitor.send("SIGCONT");
  if (await monitor.exited(isStopped ? LISTENS_MS + graceMs : LISTENS_MS))
    return "it was continued, and ended as asked";
  monitor.send("SIGKILL");
  return (await monitor.exited(DIES_MS)) ? "it did not end when asked, and was killed" : null;
}
