/** Fills a history with what a monitor would have recorded in that time, through the code that records it. */
import type { Database } from "bun:sqlite";
import { beginChronicle, finish, hear, observe } from "../../src/history/chronicle/chronicle.ts";
import type { Rows } from "../../src/history/chronicle/rows.ts";
import type { WatchdogEvent } from "../../src/core/plan/event.ts";
import { writeEvent, writeRows } from "../../src/history/store/write-event.ts";
import { syntheticWorld, type SyntheticOptions } from "./synthetic-world.ts";

export type { SyntheticOptions } from "./synthetic-world.ts";

/** A week of a busy machine, seen as often as by default. */
export const WEEK: Omit<SyntheticOptions, "endMs"> = {
  seed: 1,
  processes: 500,
  days: 7,
  intervalMs: 10_000,
};

export interface SyntheticSummary {
  readonly looks: number;
  readonly exits: number;
  readonly kills: number;
}

export interface Writing {
  /** Between two transactions, of synthetic time; a monitor's is a minute. Default: an hour, which is faster. */
  readonly transactionMs?: number;
  /** After each day. */
  readonly onDay?: (endMs: number) => void;
}

const DAY_MS = 86_400_000;

export function writeSyntheticHistory(
  database: Database,
  options: SyntheticOptions,
  { transactionMs = 3_600_000, onDay = () => {} }: Writing = {},
): SyntheticSummary {
  let chronicle = beginChronicle();
  let [looks, exits, kills] = [0, 0, 0];
  let waiting: Rows[] = [];
  let events: WatchdogEvent[] = [];
  const flush = database.transaction(() => {
    for (const rows of waiting) writeRows(database, rows);
    for (const event of events) writeEvent(database, event);
    [waiting, events] = [[], []];
  });
  const startMs = options.endMs - options.days * DAY_MS;
  let [flushMs, dayMs] = [startMs + transactionMs, startMs + DAY_MS];
  for (const moment of syntheticWorld(options)) {
    const { atMs } = moment.seen;
    if (atMs >= flushMs) {
      flush();
      flushMs += transactionMs;
    }
    if (atMs >= dayMs) {
      onDay(dayMs);
      dayMs += DAY_MS;
    }
    const observed = observe(chronicle, moment.seen);
    chronicle = observed.chronicle;
    for (const event of moment.events) chronicle = hear(chronicle, event);
    looks++;
    exits += observed.rows.exits.length;
    kills += moment.events.filter(({ type }) => type === "intent").length;
    waiting.push(observed.rows);
    events.push(...moment.events);
  }
  waiting.push(finish(chronicle));
  flush();
  onDay(options.endMs);
  return { looks, exits, kills };
}
