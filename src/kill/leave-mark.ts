/** The mark on the head of a suspicious succession (core/judge/lineage.ts). It is no signal, and does no harm. */
import type { ProcessId } from "../core/process/process.ts";
import type { ProcessControl } from "../ports/control.ts";
import { isOutOfDescriptors } from "../text/system-error.ts";

/** Whether it was left; without one nothing is proven, and nothing is done. */
export const leaveMark = (control: Pick<ProcessControl, "pin">, id: ProcessId): boolean => {
  try {
    const pin = control.pin(id);
    if (typeof pin === "string") return false;
    using held = pin;
    return held.mark("watched");
  } catch (error) {
    if (isOutOfDescriptors(error)) return false;
    throw error;
  }
};
