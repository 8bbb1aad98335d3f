/**
 * Waiting for processes to end, where nothing tells of it: looks from time to time, ever less often, and for all who
 * wait at once. A free pid is seen by kill(2) with signal 0, a zombie or a stranger on the pid by one ps for all.
 */
import type { ProcessId } from "../../core/process/process.ts";
import { isFree, hasEnded } from "./identity.ts";
import type { PsRow } from "./ps-text.ts";
import { orElse } from "../../text/system-error.ts";
import { PROCESS_LIST } from "./ps.ts";

type Read = (pids: readonly number[]) => ReadonlyMap<number, PsRow>;

interface Waiting {
  readonly id: ProcessId;
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly resolve: (ended: boolean) => void;
}

/** A pause is this share of the shortest wait so far. */
const PAUSE_SHARE = 0.25;
const [SHORTEST_MS, LONGEST_MS] = [10, 1_000];
/** After a pause this long only every tenth look is by ps: it costs 10 ms of CPU. */
const PATIENT_MS = 500;
const PS_EVERY = 10;

export class EndWatch {
  #waiting: Waiting[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;
  #looks = 0;

  constructor(private readonly read: Read) {}

  /** true = it has ended; false = `withinMs` passed, or `cancel` was called for it. Looks at least once. */
  wait(id: ProcessId, withinMs: number): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const sinceMs = performance.now();
    this.#waiting.push({ id, sinceMs, untilMs: sinceMs + withinMs, resolve });
    this.#lookIn(0);
    return promise;
  }

  cancel(id: ProcessId): void {
    this.#settle(({ id: { pid, startTicks } }) => pid === id.pid && startTicks === id.startTicks, false);
  }

  #lookIn(pauseMs: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(pauseMs), pauseMs);
  }

  /** Several who begin to wait in one go share the first look. */
  #look(pausedMs: number): void {
    this.#timer = null;
    this.#settle(({ id }) => isFree(id.pid), true);
    if (pausedMs < PATIENT_MS || this.#looks++ % PS_EVERY === 0) {
      const pids = [...new Set(this.#waiting.map(({ id }) => id.pid))];
      // where the list cannot be read now nobody is known to have ended; thrown in a timer it would end the watchdog
      const rows = orElse(null, () => this.read(pids), PROCESS_LIST);
      if (rows !== null) this.#settle(({ id }) => hasEnded(id, rows.get(id.pid) ?? null), true);
    }
    const nowMs = performance.now();
    this.#settle(({ untilMs }) => untilMs <= nowMs, false);
    if (this.#waiting.length > 0) this.#lookIn(this.#pauseMs(nowMs));
  }

  #pauseMs(nowMs: number): number {
    const waitedMs = Math.min(...this.#waiting.map(({ sinceMs }) => nowMs - sinceMs));
    const leftMs = Math.min(...this.#waiting.map(({ untilMs }) => untilMs - nowMs));
    return Math.min(leftMs, LONGEST_MS, Math.max(SHORTEST_MS, waitedMs * PAUSE_SHARE));
  }

  #settle(isSettled: (waiting: Waiting) => boolean, ended: boolean): void {
    const settled = this.#waiting.filter(isSettled);
    if (settled.length === 0) return;
    this.#waiting = this.#waiting.filter((waiting) => !settled.includes(waiting));
    for (const { resolve } of settled) resolve(ended);
    if (this.#waiting.length === 0 && this.#timer !== null) {
      clearTimeout(this.#timer);
      this.#timer = null;
    }
  }
}
