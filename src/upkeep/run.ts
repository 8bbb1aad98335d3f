/** Runs what is due of the maintenance, each slot once, whoever asks and however often. */
import type { Loaded } from "../config/load.ts";
import { MAINTENANCE_TASKS, type MaintenanceTask } from "../core/plan/event.ts";
import { NOTED, type Run, taskStanding, type TaskStanding } from "./maintenance.ts";
import { expressionProblem, type Slots, slotsBetween } from "./store/slots.ts";
import type { Lock } from "../os/lock.ts";
import { acquireLock } from "../os/select.ts";
import { codeOf, messageOf } from "../text/system-error.ts";
import { ensureDirectory } from "../record/replace-file.ts";
import { type Ledger, readLedger, withRun, writeLedger } from "./store/ledger.ts";
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

export interface Round {
  readonly ran: readonly Ran[];
  /** Could not be done, and why. Still due. */
  readonly failed: readonly { readonly task: MaintenanceTask; readonly why: string }[];
  /** When there is something to do again, Unix epoch ms; null = never. */
  readonly nextMs: number | null;
}

/** Lists what the schedules that can be used name. */
export function schedulesOf({ settings }: Loaded): ReadonlyMap<MaintenanceTask, Slots> {
  const slots = new Map<MaintenanceTask, Slots>();
  for (const task of MAINTENANCE_TASKS) {
    const expression = settings.maintenance[task];
    if (expression !== null && expressionProblem(expression) === null)
      slots.set(task, slotsBetween(expression));
  }
  return slots;
}

/** Everything that is due. @throws MaintenanceRuns, NotKept: then nothing ran. */
export async function runDue(loaded: Loaded, nowMs: number, work: Work): Promise<Round> {
  using book = new Book(loaded);
  const ran: Ran[] = [];
  const failed: { task: MaintenanceTask; why: string }[] = [];
  const schedules = schedulesOf(loaded);
  for (const [task, slots] of schedules) {
    const at = book.standing(task, slots, nowMs);
    try {
      if (at.standing === "unknown") book.write(task, { slotMs: at.slotMs, atMs: nowMs, result: NOTED });
      if (at.standing === "due")
        ran.push(await run(book, task, at.slotMs, nowMs, () => work[task](loaded, nowMs)));
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
  using book = new Book(loaded);
  const at = book.standing(task, schedulesOf(loaded).get(task), nowMs);
  const doIt = (): Promise<string> => work[task](loaded, nowMs);
  if (at.standing === "due") return await run(book, task, at.slotMs, nowMs, doIt);
  const text = await doIt();
  // no slot of the schedule's: it is not taken for one
  book.write(task, { slotMs: nowMs, atMs: nowMs, result: text });
  return { task, slotMs: null, text };
}

/** A run whose end could not be written down counts as not done: its text is not passed on, and comes the next time. */
async function run(
  book: Book,
  task: MaintenanceTask,
  slotMs: number,
  atMs: number,
  work: () => Promise<string>,
): Promise<Ran> {
  book.write(task, { slotMs, atMs, result: null });
  const text = await work();
  book.write(task, { slotMs, atMs, result: text });
  return { task, slotMs, text };
}

/** Another process is at it. */
export class MaintenanceRuns extends CommandError {
  constructor(pid: number) {
    super(`Maintenance is running already (pid ${pid}). Try again when it is done.`);
  }
}

/** Nothing may run that cannot be written down: it would run again and again. */
class NotKept extends CommandError {
  constructor(directory: string, why: string) {
    super(`what was done cannot be kept in ${directory}: ${why}. Nothing is done until it can`);
  }
}

export const ledgerPath = (loaded: Loaded): string => statePath(loaded, "maintenance.json");

class Book implements Disposable {
  readonly #loaded: Loaded;
  readonly #lock: Lock;
  #ledger: Ledger;

  /**
   * Only the process that holds the lock runs, so a run on record without an end is one that died. The kernel frees
   * it, so no clock has to say how long that is. @throws MaintenanceRuns, NotKept
   */
  constructor(loaded: Loaded) {
    this.#loaded = loaded;
    this.#lock = this.#kept(() => {
      ensureDirectory(statePath(loaded, ""));
      const about = { project: loaded.projectRoot, command: "maintenance" };
      const lock = acquireLock(statePath(loaded, "maintenance.lock"), about);
      if ("heldBy" in lock) throw new MaintenanceRuns(lock.heldBy.pid);
      return lock;
    });
    try {
      this.#ledger = this.#kept(() => readLedger(ledgerPath(loaded)));
    } catch (error) {
      this.#lock[Symbol.dispose]();
      throw error;
    }
  }

  standing(task: MaintenanceTask, slots: Slots | undefined, nowMs: number): TaskStanding {
    return taskStanding(slots?.latestMs(nowMs) ?? null, this.#ledger[task]);
  }

  /** @throws NotKept; the book is as it was then. */
  write(task: MaintenanceTask, made: Run): void {
    const next = withRun(this.#ledger, task, made);
    this.#kept(() => writeLedger(ledgerPath(this.#loaded), next));
    this.#ledger = next;
  }

  [Symbol.dispose](): void {
    this.#lock[Symbol.dispose]();
  }

  #kept<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      // a full or read-only disk, a directory of somebody else's; without a code it is a bug
      if (error instanceof CommandError || codeOf(error) === null) throw error;
      throw new NotKept(statePath(this.#loaded, ""), messageOf(error));
    }
  }
}
