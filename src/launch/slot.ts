/** What is done with a job's slot beside the job itself. */
import type { JobEnd } from "../core/slots/job-end.ts";
import type { HeldSlot } from "../ports/gate.ts";
import type { LaunchPorts } from "./request.ts";
import { messageOf } from "../text/system-error.ts";

export const CANNOT_RECORD = "who it is cannot be put on record";

/** Bookkeeping: what goes wrong with it is said, and changes nothing. */
export function bookkeep(
  what: string,
  { onTrouble }: Pick<LaunchPorts, "onTrouble">,
  act: () => void,
): boolean {
  try {
    act();
    return true;
  } catch (error) {
    onTrouble(`${what}: ${messageOf(error)}`);
    return false;
  }
}

/** Whoever stays keeps the slot. */
export function giveBack(
  slot: HeldSlot,
  { kept, survivors }: JobEnd,
  ports: Pick<LaunchPorts, "onTrouble">,
): void {
  if (kept.length + survivors.length === 0)
    bookkeep("its slot cannot be cleared away", ports, () => slot[Symbol.dispose]());
}
