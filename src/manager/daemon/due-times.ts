/** The clock restarts apps: one timer serves all of them and is set for the nearest time that is due. */
import type { AppIdentity } from "../../core/app/app-spec.ts";

interface DueApp {
  readonly app: AppIdentity;
  /** A cron expression, in local time. */
  readonly cron: string;
}

interface DuePorts {
  readonly nowMs: () => number;
  /** null = never. Throws for what is no expression. */
  readonly next: (cron: string, afterMs: number) => number | null;
  readonly onDue: (app: AppIdentity) => void;
  readonly onTrouble: (what: string) => void;
}

/** The clock may be set meanwhile, and a machine may sleep: it is looked at again at least that often. */
const LONGEST_MS = 60 * 60 * 1_000;

const MINUTE_MS = 60_000;

/**
 * The time is local. The expression is read as Bun's own parser reads it; a sixth field in front is the
 * seconds, as in PM2.
 */
export function nextDue(cron: string, afterMs: number): number | null {
  const fields = cron.trim().split(/\s+/u);
  const minutes = fields.slice(-5).join(" ");
  const nextMinute = (after: number): number | null =>
    Bun.cron.parse(minutes, new Date(after))?.getTime() ?? null;
  if (fields.length < 6) return nextMinute(afterMs);
  const seconds = secondsOf(fields[0] ?? "");
  let minuteMs = nextMinute(Math.floor(afterMs / MINUTE_MS) * MINUTE_MS - 1);
  while (minuteMs !== null) {
    const start = minuteMs;
    const found = seconds.find((second) => start + second * 1_000 > afterMs);
    if (found !== undefined) return start + found * 1_000;
    minuteMs = nextMinute(start);
  }
  return null;
}

/** A field such as `*`, `0`, `10,40`, `0-29`, `*\/2`. Throws for what is none. */
function secondsOf(field: string): readonly number[] {
  const found = field.split(",").flatMap((part) => {
    const groups = /^(?:\*|(?<from>\d+)(?:-(?<to>\d+))?)(?:\/(?<step>\d+))?$/u.exec(part)?.groups;
    if (groups === undefined) throw new Error(`"${field}" is no field of seconds`);
    const { from, to, step } = groups;
    const first = Number(from ?? 0);
    const last = Number(to ?? (from === undefined || step !== undefined ? 59 : first));
    return Array.from({ length: 60 }, (_, second) => second).filter(
      (second) => second >= first && second <= last && (second - first) % Number(step ?? 1) === 0,
    );
  });
  if (found.length === 0) throw new Error(`"${field}" is no field of seconds`);
  return [...new Set(found)].toSorted((a, b) => a - b);
}

export class DueTimes implements Disposable {
  #all: readonly { readonly app: AppIdentity; readonly cron: string; readonly dueMs: number }[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly ports: DuePorts) {}

  /** Sets which apps are to be restarted, and when. A time that is known already stays. */
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
      const dueMs = this.#next(each.app, each.cron, nowMs);
      // the clock may have been set back since
      if (each.dueMs > nowMs) return [{ ...each, dueMs: Math.min(each.dueMs, dueMs ?? each.dueMs) }];
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
