/** Bookkeeping of a job's slot: what goes wrong with it is said, and changes nothing about the job. */
import type { JobEnd } from "../core/slots/job-end.ts";
import type { SlotRecord } from "../core/process/slot.ts";
import type { Remains } from "../ports/container.ts";
import type { HeldSlot } from "../ports/gate.ts";
import type { LaunchPorts } from "./request.ts";
import { messageOf } from "../text/system-error.ts";

type Told = Pick<LaunchPorts, "onTrouble">;

function bookkeep(what: string, { onTrouble }: Told, act: () => void): boolean {
  try {
    act();
    return true;
  } catch (error) {
    onTrouble(`${what}: ${messageOf(error)}`);
    return false;
  }
}

interface Holding {
  readonly slot: HeldSlot;
  readonly container: Pick<Remains, "usage"> & Disposable;
}

export const writeRecord = (slot: HeldSlot, record: SlotRecord, told: Told): boolean =>
  bookkeep("who it is cannot be put on record", told, () => slot.write(record));

/** Whoever stays keeps the slot. */
export function giveBack({ slot, container }: Holding, end: JobEnd, told: Told): JobEnd {
  const { kept, survivors } = end;
  let { peakMemoryBytes, cpuMs } = end;
  bookkeep("what it used cannot be read", told, () => {
    const usage = container.usage();
    peakMemoryBytes = usage.memoryPeakBytes ?? peakMemoryBytes;
    ({ cpuMs } = usage);
  });
  bookkeep("its group cannot be cleared away", told, () => container[Symbol.dispose]());
  if (kept.length + survivors.length === 0)
    bookkeep("its slot cannot be cleared away", told, () => slot[Symbol.dispose]());
  return { ...end, peakMemoryBytes, cpuMs };
}
