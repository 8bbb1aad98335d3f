/** Runs what is due of the maintenance, each slot once, whoever asks and however often. */
import type { Loaded } from "../config/load.ts";
import type { MaintenanceTask } from "../core/plan/event.ts";
import { type Slots, schedulesOf } from "./store/slots.ts";
import { acquireLock } from "../os/select.ts";
import { codeOf, messageOf } from "../text/system-error.ts";
import { ensureDirectory } from "../record/replace-file.ts";
import { NOTED, readLedger, type Run, taskStanding, withRun, writeLedger } from "./store/ledger.ts";
import { CommandError } from "../text/errors.ts";
import { statePath } from "../host/state.ts";

/** What a task does; resolves to what it has to say. Throws when it could not be done: it is tried again then. */
export type Work = Readonly<Record<MaintenanceTask, (loaded: Loaded, nowMs: number) => Promise<string>>>;

export interface Ran {
  readonly task: MaintenanceTask;
  /** Unix epoch ms; null = run by hand, and not due. */
  readonly slotMs: number | null;
  readonly text: string;
}

/** `maintenance due --json`: what the monitor reads back from the process it starts. */
export interface RoundJson {
  readonly schemaVersion: 1;
  readonly ran: readonly Ran[];
  /** Could not be done, and why. Still due. */
  readonly failed: readonly { readonly task: MaintenanceTask; readonly why: string }[];
  /** When there is something to do again, Unix epoch ms; null = never. */
  readonly nextMs: number | null;
  /** Schedules that cannot be used. */
  readonly problems: readonly string[];
  /** Another process was at it, so nothing was done. */
  readonly busy: boolean;
}

type Round = Pick<RoundJson, "ran" | "failed" | "nextMs">;

/** Everything that is due. @throws MaintenanceRuns, NotKept: then nothing ran. */
export async function runDue(loaded: Loaded, nowMs: number, work: Work): Promise<Round> {
  using book = openBook(loaded);
  const ran: Ran[] = [];
  const failed: { task: MaintenanceTask; why: string }[] = [];
  const schedules = schedulesOf(loaded);
  for (const [task, slots] of schedules) {
    const at = book.standing(task, slots, nowMs);
    try {
      if (at.standing === "unknown") book.write(task, { slotMs: at.slotMs, atMs: nowMs, result: NOTED });
      if (at.standing === "due")
        ran.push(await book.run(task, at.slotMs, nowMs, () => work[task](loaded, nowMs)));
    } catch (error) {
      // whatever it was, the other tasks have their turn, and this one has its next
      failed.push({ task, why: messageOf(error) });
      if (error instanceof NotKept) break;
    }
  }
  const next = [...schedules.values()].flatMap((slots) => slots.nextMs(nowMs) ?? []);
  return { ran, failed, nextMs: next.length === 0 ? null : Math.min(...next) };
}

/**
 * This task, now. It counts as the run of its slot when that is due, and leaves the schedule alone otherwise.
 * @throws MaintenanceRuns, NotKept, and what the task throws
 */
export async function runNow(loaded: Loaded, task: MaintenanceTask, nowMs: number, work: Work): Promise<Ran> {
  using book = openBook(loaded);
  const at = book.standing(task, schedulesOf(loaded).get(task), nowMs);
  const doIt = (): Promise<string> => work[task](loaded, nowMs);
  if (at.standing === "due") return await book.run(task, at.slotMs, nowMs, doIt);
  const text = await doIt();
  // no slot of the schedule's: it is not taken for one
  book.write(task, { slotMs: nowMs, atMs: nowMs, result: text });
  return { task, slotMs: null, text };
}

export class MaintenanceRuns extends CommandError {}

/** Nothing may run that cannot be written down: it would run again and again. */
class NotKept extends CommandError {}

export const ledgerPath = (loaded: Loaded): string => statePath(loaded, "maintenance.json");

/**
 * Only the process that holds the lock runs, so a run on record without an end is one that died. The kernel frees
 * it, so no clock has to say how long that is. @throws MaintenanceRuns, NotKept
 */
function openBook(loaded: Loaded) {
  const directory = statePath(loaded, "");
  const kept = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      // a full or read-only disk, a directory of somebody else's; without a code it is a bug
      if (error instanceof CommandError || codeOf(error) === null) throw error;
      throw new NotKept(
        `what was done cannot be kept in ${directory}: ${messageOf(error)}. Nothing is done until it can`,
      );
    }
  };
  using opening = new DisposableStack();
  let ledger = kept(() => {
    ensureDirectory(directory);
    const about = { project: loaded.projectRoot, command: "maintenance" };
    const lock = acquireLock(statePath(loaded, "maintenance.lock"), about);
    if ("heldBy" in lock)
      throw new MaintenanceRuns(
        `Maintenance is running already (pid ${lock.heldBy.pid}). Try again when it is done.`,
      );
    opening.use(lock);
    return readLedger(ledgerPath(loaded));
  });
  const lock = opening.move();
  /** @throws NotKept; the book is as it was then. */
  const write = (task: MaintenanceTask, made: Run): void => {
    const next = withRun(ledger, task, made);
    kept(() => writeLedger(ledgerPath(loaded), next));
    ledger = next;
  };
  return {
    write,
    standing: (task: MaintenanceTask, slots: Slots | undefined, nowMs: number) =>
      taskStanding(slots?.latestMs(nowMs) ?? null, ledger[task]),
    /** A run whose end could not be written down counts as not done: its text is not passed on, and comes the next time. */
    run: async (
      task: MaintenanceTask,
      slotMs: number,
      atMs: number,
      work: () => Promise<string>,
    ): Promise<Ran> => {
      write(task, { slotMs, atMs, result: null });
      const text = await work();
      write(task, { slotMs, atMs, result: text });
      return { task, slotMs, text };
    },
    [Symbol.dispose]: () => lock.dispose(),
  };
}
