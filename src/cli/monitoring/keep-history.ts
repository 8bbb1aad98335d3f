/** The companion that keeps the history: folds every look into the chronicle, and has its rows written once a minute. */
import { beginChronicle, finish, hear, observe, type Chronicle } from "../../core/chronicle/chronicle.ts";
import type { WatchdogEvent } from "../../core/event.ts";
import type { Loaded } from "../../config/load.ts";
import type { Look } from "../../monitor/tick.ts";
import { HistoryWriter } from "../../record/history/writer.ts";
import { statePath } from "../state.ts";
import type { Companion, OpenCompanion } from "./companion.ts";

/** After a kill, so that whoever looks for it finds it; several are written together. */
const SOON_MS = 500;
/** Between two parts of a long journal. */
const NEXT_PART_MS = 100;
/** A burst of ends is not kept in memory for the rest of the minute. */
const MANY_ROWS = 500;

/** null when it is switched off; switched on while the monitor runs, it begins with the next one. */
export const keepHistory: OpenCompanion = ({ loaded, tell }) => {
  if (!loaded.settings.history.enabled) return null;
  return new HistoryKeeper(
    new HistoryWriter({
      path: statePath(loaded, "history.db"),
      journalPath: statePath(loaded, "journal.jsonl"),
      complain: (what) => tell({ type: "trouble", what }),
    }),
  );
};

class HistoryKeeper implements Companion {
  readonly #writer: HistoryWriter;
  #chronicle: Chronicle;
  #flush: Timer | null = null;
  #isEnabled = true;

  constructor(writer: HistoryWriter) {
    this.#writer = writer;
    this.#chronicle = beginChronicle(writer.unended());
  }

  onLook({ snapshot, judgement, history }: Look): void {
    if (!this.#isEnabled) return;
    const { atMs, monotonicMs, machine } = snapshot;
    const { chronicle, rows } = observe(this.#chronicle, { atMs, monotonicMs, machine, judgement, history });
    this.#chronicle = chronicle;
    this.#writer.add(rows);
    // not within the tick, which may have somebody to stop
    if (rows.ticks.length > 0 || this.#writer.waiting > MANY_ROWS) this.#flushIn(0);
  }

  onEvent(event: WatchdogEvent): void {
    if (!this.#isEnabled) return;
    this.#writer.journalGrew();
    this.#chronicle = hear(this.#chronicle, event);
    if (event.type === "intent" || event.type === "outcome") this.#flushIn(SOON_MS);
  }

  onConfig({ settings }: Loaded): void {
    const { enabled } = settings.history;
    if (enabled === this.#isEnabled) return;
    if (enabled) this.#chronicle = beginChronicle(this.#writer.unended());
    else this.#finish();
    this.#isEnabled = enabled;
  }

  #flushIn(ms: number): void {
    if (this.#flush !== null || !this.#isEnabled) return;
    this.#flush = setTimeout(() => {
      this.#flush = null;
      if (!this.#writer.flush()) this.#flushIn(NEXT_PART_MS);
    }, ms);
    this.#flush.unref();
  }

  #finish(): void {
    this.#writer.add(finish(this.#chronicle));
    this.#writer.flush();
  }

  [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#flush ?? undefined);
    if (this.#isEnabled) this.#finish();
    this.#writer[Symbol.dispose]();
    return Promise.resolve();
  }
}
