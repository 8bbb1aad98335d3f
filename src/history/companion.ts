/** The companion that keeps the history: folds every look into the chronicle, and has its rows written now and then. */
import { beginChronicle, finish, hear, observe, type Chronicle } from "./chronicle/chronicle.ts";
import type { WatchdogEvent } from "../core/plan/event.ts";
import type { Loaded } from "../config/load.ts";
import type { TickResult } from "../monitor/tick.ts";
import { HistoryClerk } from "./store/clerk.ts";
import { statePath } from "../host/state.ts";
import type { Companion, OpenCompanion } from "../host/companion.ts";

/** After a kill, or when there is much to write; what else happens within this time is written together. */
const SOON_MS = 2_000;
/** One burst of kills after the other is written together. */
const BURST_MS = 60_000;
/** Writing starts a process, 45 ms of CPU: as much as a monitor at rest takes in a minute and a half. */
const [FIRST_MS, LONGEST_MS] = [3 * 60_000, 10 * 60_000];
/** A burst of ends is not kept in memory for long. */
const MANY_ROWS = 500;

/** null when it is switched off; switched on while the monitor runs, it begins with the next one. */
export const keepHistory: OpenCompanion = ({ loaded, tell }) => {
  if (!loaded.settings.history.enabled) return null;
  return new HistoryKeeper(
    new HistoryClerk({
      path: statePath(loaded, "history.db"),
      journalPath: statePath(loaded, "journal.jsonl"),
      complain: (what) => tell({ type: "trouble", what }),
    }),
  );
};

type Fold = (chronicle: Chronicle) => Chronicle;

class HistoryKeeper implements Companion {
  readonly #clerk: HistoryClerk;
  /** null until it is known what the last monitor left; what happens until then is folded in afterwards. */
  #chronicle: Chronicle | null = null;
  #early: Fold[] = [];
  #begun: Promise<void>;
  #flush: { readonly timer: Timer; readonly isSoon: boolean } | null = null;
  #everyMs = FIRST_MS;
  #flushedMs = Number.NEGATIVE_INFINITY;
  #isEnabled = true;

  constructor(clerk: HistoryClerk) {
    this.#clerk = clerk;
    this.#begun = this.#begin();
  }

  onLook({ snapshot, judgement, history }: TickResult): void {
    if (!this.#isEnabled) return;
    const { atMs, monotonicMs, machine } = snapshot;
    this.#fold((before) => {
      const { chronicle, rows } = observe(before, { atMs, monotonicMs, machine, judgement, history });
      this.#clerk.add(rows);
      // not within the tick, which may have somebody to stop
      if (this.#clerk.waiting > MANY_ROWS) this.#flushIn(SOON_MS, true);
      else if (rows.ticks.length > 0) this.#flushIn(this.#everyMs, false);
      return chronicle;
    });
  }

  onEvent(event: WatchdogEvent): void {
    if (!this.#isEnabled) return;
    this.#fold((before) => hear(before, event));
    if (event.type === "intent" || event.type === "outcome") this.#flushIn(SOON_MS, true);
  }

  onConfig({ settings }: Loaded): void {
    const { enabled } = settings.history;
    if (enabled === this.#isEnabled) return;
    if (enabled) this.#begun = this.#begin();
    else this.#begun = this.#finish();
    this.#isEnabled = enabled;
  }

  async #begin(): Promise<void> {
    this.#chronicle = null;
    let chronicle = beginChronicle(await this.#clerk.unended());
    for (const fold of this.#early) chronicle = fold(chronicle);
    [this.#chronicle, this.#early] = [chronicle, []];
  }

  #fold(fold: Fold): void {
    if (this.#chronicle === null) this.#early.push(fold);
    else this.#chronicle = fold(this.#chronicle);
  }

  /** One burst of kills after the other is written once a minute: the journal has them, and who reads takes them over. */
  #flushIn(ms: number, isSoon: boolean): void {
    if (!this.#isEnabled || (this.#flush !== null && (this.#flush.isSoon || !isSoon))) return;
    clearTimeout(this.#flush?.timer);
    const waitMs = isSoon ? Math.max(ms, this.#flushedMs + BURST_MS - performance.now()) : ms;
    const timer = setTimeout(() => {
      this.#flush = null;
      this.#flushedMs = performance.now();
      this.#everyMs = Math.min(2 * this.#everyMs, LONGEST_MS);
      void this.#write();
    }, waitMs);
    timer.unref();
    this.#flush = { timer, isSoon };
  }

  async #write(): Promise<void> {
    await this.#clerk.flush();
    if (this.#clerk.waiting > 0) this.#flushIn(BURST_MS, false);
  }

  async #finish(): Promise<void> {
    clearTimeout(this.#flush?.timer);
    this.#flush = null;
    await this.#begun;
    if (this.#chronicle !== null) this.#clerk.add(finish(this.#chronicle));
    await this.#clerk.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (this.#isEnabled ? this.#finish() : this.#begun);
  }
}
