/** Runs what is due of the maintenance, each slot once, whoever asks and however often. */
import type { Loaded } from "../../config/load.ts";
import { MAINTENANCE_TASKS, type MaintenanceTask } from "../../core/event.ts";
import { NOTED, standing, type Standing } from "../../core/maintenance.ts";
import { acquireLock, type Lock } from "../../os/linux/lock.ts";
import { ensureDirectory } from "../../record/directory.ts";
import { type Ledger, readLedger, withRun, writeLedger } from "../../record/maintenance/ledger.ts";
import { expressionProblem, type Slots, slotsOf } from "../../record/maintenance/slots.ts";
import { CommandError } from "../errors.ts";
import { statePath } from "../watch-ports.ts";

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

export const ledgerPath = (loaded: Loaded): string => statePath(loaded, "maintenance.json");

export class MaintenanceRuns extends CommandError {
  constructor(pid: number) {
    super(`Maintenance is running already (pid ${pid}). Try again when it is done.`);
  }
}

/** Schedules that can be used, with what they name. */
export function schedulesOf({ settings }: Loaded): ReadonlyMap<MaintenanceTask, Slots> {
  const slots = new Map<MaintenanceTask, Slots>();
  for (const task of MAINTENANCE_TASKS) {
    const expression = settings.maintenance[task];
    if (expression !== null && expressionProblem(expression) === null) slots.set(task, slotsOf(expression));
  }
  return slots;
}

/**
 * Who holds this lock is the only one who runs, so that a run on record without an end is one that died. It is freed
 * by the kernel, so no clock has to say how long that is. @throws MaintenanceRuns while another one runs.
 */
function takeTurn(loaded: Loaded): Lock {
  ensureDirectory(statePath(loaded, ""));
  const lock = acquireLock(statePath(loaded, "maintenance.lock"), {
    project: loaded.projectRoot,
    command: "maintenance",
  });
  if ("heldBy" in lock) throw new MaintenanceRuns(lock.heldBy.pid);
  return lock;
}

/** The runs on record, kept on disk with every change: a run is there before it begins and again when it has ended. */
class Book {
  readonly #path: string;
  #ledger: Ledger;

  constructor(path: string) {
    this.#path = path;
    this.#ledger = readLedger(path);
  }

  standing(task: MaintenanceTask, slots: Slots | undefined, nowMs: number): Standing {
    return standing(slots?.latestMs(nowMs) ?? null, this.#ledger[task]);
  }

  /** What could not be written down at its end counts as not done: the text is not passed on, and comes the next time. */
  async run(task: MaintenanceTask, slotMs: number, atMs: number, work: () => Promise<string>): Promise<Ran> {
    this.write(task, slotMs, atMs, null);
    const text = await work();
    this.write(task, slotMs, atMs, text);
    return { task, slotMs, text };
  }

  write(task: MaintenanceTask, slotMs: number, atMs: number, result: string | null): void {
    const next = withRun(this.#ledger, task, { slotMs, atMs, result });
    writeLedger(this.#path, next);
    this.#ledger = next;
  }
}

/** Everything that is due. @throws MaintenanceRuns while another one runs; what open(2) and read(2) throw: then nothing ran. */
export async function runDue(loaded: Loaded, nowMs: number, work: Work): Promise<Round> {
  using _ = takeTurn(loaded);
  const book = new Book(ledgerPath(loaded));
  const ran: Ran[] = [];
  const failed: { task: MaintenanceTask; why: string }[] = [];
  const schedules = schedulesOf(loaded);
  for (const [task, slots] of schedules) {
    const at = book.standing(task, slots, nowMs);
    try {
      if (at.standing === "unknown") book.write(task, at.slotMs, nowMs, NOTED);
      if (at.standing === "due")
        ran.push(await book.run(task, at.slotMs, nowMs, () => work[task](loaded, nowMs)));
    } catch (error) {
      // whatever it was, the other tasks have their turn, and this one has its next
      failed.push({ task, why: error instanceof Error ? error.message : String(error) });
    }
  }
  const next = [...schedules.values()].flatMap((slots) => slots.nextMs(nowMs) ?? []);
  return { ran, failed, nextMs: next.length === 0 ? null : Math.min(...next) };
}

/** This task, now. It counts as the run of its slot when that is due, and leaves the schedule alone otherwise. */
export async function runNow(loaded: Loaded, task: MaintenanceTask, nowMs: number, work: Work): Promise<Ran> {
  using _ = takeTurn(loaded);
  const book = new Book(ledgerPath(loaded));
  const at = book.standing(task, schedulesOf(loaded).get(task), nowMs);
  const doIt = (): Promise<string> => work[task](loaded, nowMs);
  return at.standing === "due"
    ? await book.run(task, at.slotMs, nowMs, doIt)
    : { task, slotMs: null, text: await doIt() };
}
