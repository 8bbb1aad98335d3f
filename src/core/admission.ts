/** Whether one more gated job may start. Pure: who reads the records and asks about processes is in os/ and gate/. */
import type { ProcessId } from "./process.ts";
import type { SlotRecord } from "./slot.ts";

/** What is true where the question is asked. */
export interface Here {
  readonly bootId: string;
  readonly pidNamespace: string;
  isAlive(id: Pick<ProcessId, "pid" | "startTicks">): boolean;
}

/**
 * - free: nothing of it is alive;
 * - held: its wrapper looks after it;
 * - foreign: of another PID namespace, where we can ask nobody, so it counts as held;
 * - orphaned: its wrapper is dead; it is free unless processes of it live on, which is dear to find out.
 */
export type Standing = "free" | "held" | "foreign" | "orphaned";

export function standingOf(record: SlotRecord, here: Here): Standing {
  if (record.bootId !== here.bootId) return "free";
  if (record.pidNamespace !== here.pidNamespace) return "foreign";
  return here.isAlive(record.wrapper) ? "held" : "orphaned";
}

/** One that takes a slot, for the table of a refusal. */
export interface Holding {
  readonly record: SlotRecord;
  readonly standing: Exclude<Standing, "free">;
  /** Of an orphaned one; 0 = not asked. */
  readonly left: number;
}

export interface Capacity {
  /** null = no limit. */
  readonly limit: number | null;
  readonly held: number;
  /** Jobs that count towards the limit and were started without the gate. */
  readonly ungated: number;
  /** Who came before us and still waits. */
  readonly ahead: number;
}

/**
 * Those who came first have a claim to what is free: where there is enough for all of them and us, nobody is overtaken
 * in a way that costs them anything.
 */
export const isAdmitted = ({ limit, held, ungated, ahead }: Capacity): boolean =>
  limit === null || limit - held - ungated > ahead;

/** Who of those that may be asked for waits longest comes first; numbers are given under the lock, and grow. */
export const aheadOf = <Waiting extends { readonly number: number }>(
  queue: readonly Waiting[],
  mine: Waiting | null,
): readonly Waiting[] => queue.filter(({ number }) => mine === null || number < mine.number);
