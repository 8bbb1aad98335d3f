/** The companion that keeps the history: folds every look into the chronicle, and has its rows written now and then. */
import { beginChronicle, finish, hear, observe, type Chronicle } from "./chronicle/chronicle.ts";
import { openClerk, type HistoryClerk } from "./store/clerk.ts";
import { statePath } from "../host/state.ts";
import type { Companion, OpenCompanion } from "../host/companion.ts";

/** After a kill, or when there is much to write; what else happens within this time is written together. */
const SOON_MS = 2_000;
/** One burst of kills after the other is written once a minute: the journal has them, and who reads takes them over. */
const BURST_MS = 60_000;
/** Writing starts a process, 45 ms of CPU: as much as a monitor at rest takes in a minute and a half. */
const [FIRST_MS, LONGEST_MS] = [3 * 60_000, 10 * 60_000];
/** A burst of ends is not kept in memory for long. */
const MANY_ROWS = 500;

/** null when it is switched off; switched on while the monitor runs, it begins with the next one. */
export const keepHistory: OpenCompanion = ({ loaded, tell }) => {
  if (!loaded.settings.history.enabled) return null;
  const path = statePath(loaded, "history.db");
  const journalPath = statePath(loaded, "journal.jsonl");
  return keep(openClerk({ path, journalPath, complain: (what) => tell({ type: "trouble", what }) }));
};

type Fold = (chronicle: Chronicle) => Chronicle;

function keep(clerk: HistoryClerk): Companion {
  /** null until it is known what the last monitor left; what happens until then is folded in afterwards. */
  let chronicle: Chronicle | null = null;
  let early: Fold[] = [];
  let planned: { readonly timer: Timer; readonly isSoon: boolean } | null = null;
  let everyMs = FIRST_MS;
  let flushedMs = Number.NEGATIVE_INFINITY;
  let isEnabled = true;

  const fold = (each: Fold): void => {
    if (chronicle === null) early.push(each);
    else chronicle = each(chronicle);
  };
  const begin = async (): Promise<void> => {
    chronicle = null;
    let begun = beginChronicle(await clerk.unended());
    for (const each of early) begun = each(begun);
    [chronicle, early] = [begun, []];
  };
  const flushIn = (ms: number, isSoon: boolean): void => {
    if (!isEnabled || (planned !== null && (planned.isSoon || !isSoon))) return;
    clearTimeout(planned?.timer);
    const waitMs = isSoon ? Math.max(ms, flushedMs + BURST_MS - performance.now()) : ms;
    const timer = setTimeout(() => {
      planned = null;
      flushedMs = performance.now();
      everyMs = Math.min(2 * everyMs, LONGEST_MS);
      void clerk.flush().then(() => (clerk.waiting() > 0 ? flushIn(BURST_MS, false) : undefined));
    }, waitMs);
    timer.unref();
    planned = { timer, isSoon };
  };
  let begun = begin();
  const end = async (): Promise<void> => {
    clearTimeout(planned?.timer);
    planned = null;
    await begun;
    if (chronicle !== null) clerk.add(finish(chronicle));
    await clerk.close();
  };
  return {
    onLook: ({ snapshot, judgement, history }) => {
      if (!isEnabled) return;
      const { atMs, monotonicMs, machine } = snapshot;
      fold((before) => {
        const { chronicle: next, rows } = observe(before, { atMs, monotonicMs, machine, judgement, history });
        clerk.add(rows);
        // not within the tick, which may have somebody to stop
        if (clerk.waiting() > MANY_ROWS) flushIn(SOON_MS, true);
        else if (rows.ticks.length > 0) flushIn(everyMs, false);
        return next;
      });
    },
    onEvent: (event) => {
      if (!isEnabled) return;
      fold((before) => hear(before, event));
      if (event.type === "intent" || event.type === "outcome") flushIn(SOON_MS, true);
    },
    onConfig: ({ settings: { history } }) => {
      if (history.enabled === isEnabled) return;
      begun = history.enabled ? begin() : end();
      isEnabled = history.enabled;
    },
    [Symbol.asyncDispose]: () => (isEnabled ? end() : begun),
  };
}
