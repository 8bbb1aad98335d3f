/** When apps are to be restarted by the clock: one timer for all of them, for the nearest time that is due. */
import type { AppIdentity } from "../../core/app/app-spec.ts";

export interface DueApp {
  readonly app: AppIdentity;
  /** A cron expression, in local time. */
  readonly cron: string;
}

export interface DuePorts {
  readonly nowMs: () => number;
  /** null = never. Throws for what is no expression. */
  readonly next: (cron: string, afterMs: number) => number | null;
  readonly onDue: (app: AppIdentity) => void;
  readonly onTrouble: (what: string) => void;
}

/** The clock may be set meanwhile, and a machine may sleep: it is looked at again at least that often. */
const LONGEST_MS = 60 * 60 * 1_000;

/** As Bun's own parser has it: five fields, in local time. */
export const nextDue = (cron: string, afterMs: number): number | null =>
  Bun.cron.parse(cron, new Date(afterMs))?.getTime() ?? null;

export class DueTimes implements Disposable {
  #all: readonly { readonly app: AppIdentity; readonly cron: string; readonly dueMs: number }[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly ports: DuePorts) {}

  /** Who is to be restarted when. A time that is known already stays. */
  set(apps: readonly DueApp[]): void {
    const nowMs = this.ports.nowMs();
    this.#all = apps.flatMap(({ app, cron }) => {
      const known = this.#all.find((each) => isSame(each.app, app) && each.cron === cron);
      const dueMs = known?.dueMs ?? this.#next(app, cron, nowMs);
      return dueMs === null ? [] : [{ app, cron, dueMs }];
    });
    this.#arm();
  }

  #next(app: AppIdentity, cron: string, afterMs: number): number | null {
    try {
      return this.ports.next(cron, afterMs);
    } catch (error) {
      this.ports.onTrouble(`${app.name} is not restarted at "${cron}": ${String(error)}`);
      return null;
    }
  }

  #arm(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#all.length === 0) return;
    const nearestMs = Math.min(...this.#all.map(({ dueMs }) => dueMs)) - this.ports.nowMs();
    this.#timer = setTimeout(() => this.#look(), Math.max(0, Math.min(nearestMs, LONGEST_MS)));
  }

  #look(): void {
    const nowMs = this.ports.nowMs();
    const due = this.#all.filter(({ dueMs }) => dueMs <= nowMs);
    this.#all = this.#all.flatMap((each) => {
      if (each.dueMs > nowMs) return [each];
      const dueMs = this.#next(each.app, each.cron, nowMs);
      return dueMs === null ? [] : [{ ...each, dueMs }];
    });
    this.#arm();
    for (const { app } of due) this.ports.onDue(app);
  }

  [Symbol.dispose](): void {
    this.set([]);
  }
}

const isSame = (one: AppIdentity, other: AppIdentity): boolean =>
  one.name === other.name && one.directory === other.directory;
