/** Which runs of the maintenance were made, on disk with every change, and open to one process at a time. */
import type { Loaded } from "../../config/load.ts";
import type { MaintenanceTask } from "../../core/event.ts";
import { type Run, standing, type Standing } from "../../core/maintenance.ts";
import type { Lock } from "../../os/lock.ts";
import { acquireLock } from "../../os/select.ts";
import { codeOf } from "../../core/system-error.ts";
import { ensureDirectory } from "../../record/replace-file.ts";
import { type Ledger, readLedger, withRun, writeLedger } from "../../record/maintenance/ledger.ts";
import type { Slots } from "../../record/maintenance/slots.ts";
import { CommandError } from "../errors.ts";
import { statePath } from "../state.ts";

/** Another process is at it. */
export class MaintenanceRuns extends CommandError {
  constructor(pid: number) {
    super(`Maintenance is running already (pid ${pid}). Try again when it is done.`);
  }
}

/** Nothing may run that cannot be written down: it would run again and again. */
export class NotKept extends CommandError {
  constructor(directory: string, why: string) {
    super(`what was done cannot be kept in ${directory}: ${why}. Nothing is done until it can`);
  }
}

export const ledgerPath = (loaded: Loaded): string => statePath(loaded, "maintenance.json");

export class Book implements Disposable {
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

  standing(task: MaintenanceTask, slots: Slots | undefined, nowMs: number): Standing {
    return standing(slots?.latestMs(nowMs) ?? null, this.#ledger[task]);
  }

  /** @throws NotKept; the book is as it was then. */
  write(task: MaintenanceTask, run: Run): void {
    const next = withRun(this.#ledger, task, run);
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
      throw new NotKept(statePath(this.#loaded, ""), error instanceof Error ? error.message : String(error));
    }
  }
}
