/** Whether one more gated job may start. Pure: who reads the records and asks about processes is in os/ and gate/. */
import type { ProcessId } from "../process/process.ts";
import type { Slot, SlotRecord } from "../process/slot.ts";

export interface Here {
  readonly bootId: string;
  readonly pidNamespace: string;
  isAlive(id: Pick<ProcessId, "pid" | "startTicks">): boolean;
}

/**
 * - free: nothing of it is alive;
 * - held: its owner looks after it;
 * - orphaned: its owner is dead; it is free unless processes of it live on, which is dear to find out.
 */
export type SlotStanding = "free" | "held" | "orphaned";

/** The kernel's word comes first; by the pid only whoever has no lock is known: on a file system without locks. */
export function standingOf({ record, held }: Slot, here: Here): SlotStanding {
  if (held) return "held";
  if (record.bootId !== here.bootId) return "free";
  return record.pidNamespace === here.pidNamespace && here.isAlive(record.owner) ? "held" : "orphaned";
}

/** One that takes a slot, for the table of a refusal. */
export interface Holding {
  readonly record: SlotRecord;
  readonly standing: Exclude<SlotStanding, "free">;
  /** Of an orphaned one; 0 = not asked. */
  readonly left: number;
}

/** A job that nobody launched through the gate, and that counts. */
export interface Ungated {
  readonly pid: number;
  readonly ageMs: number;
  /** One printable line, secrets masked. */
  readonly command: string;
}

/** The slots that a launch takes one of: its project's, or (null) everybody's together. */
export type Sharing = string | null;

/** Whether a job fills the slots that these share; one of an unknown project fills all. */
export const fills = ({ project, counts }: SlotRecord, sharing: Sharing): boolean =>
  counts && (sharing === null || project === null || project === sharing);

export interface Capacity {
  readonly limit: number | null;
  readonly held: number;
  /** Jobs that count towards the limit and were started without the gate. */
  readonly ungated: number;
  /** The launches that came before ours and still wait. */
  readonly ahead: number;
}

/**
 * Those who came first have a claim to what is free: where there is enough for all of them and us, nobody is overtaken
 * in a way that costs them anything.
 */
export const isAdmitted = ({ limit, held, ungated, ahead }: Capacity): boolean =>
  limit === null || limit - held - ungated > ahead;

/** "3 of 3 taken, 1 of them outside the gate" */
export const takenWords = ({ limit, held, ungated }: Capacity): string =>
  `${held + ungated} of ${limit ?? "any"} taken${ungated === 0 ? "" : `, ${ungated} of them outside the gate`}`;

/** What of a waiting launch decides about others. */
export interface QueuePlace {
  /** Given under the lock; they grow, so the smallest has waited longest. */
  readonly number: number;
  /** Of whom it shares the slots; another queue has another one. */
  readonly queue: number;
}

/** Those of one queue who came first; `mine` null: who has no place yet comes after all. */
export const aheadOf = <Waiting extends QueuePlace>(
  all: readonly Waiting[],
  queue: number,
  mine: Waiting | null,
): readonly Waiting[] =>
  all.filter((each) => each.queue === queue && (mine === null || each.number < mine.number));
