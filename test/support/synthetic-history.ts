/** Fills a history with what a monitor would have recorded in that time, through the code that records it. */
import type { Database } from "bun:sqlite";
import { beginChronicle, finish, hear, observe } from "../../src/core/chronicle/chronicle.ts";
import type { Rows } from "../../src/core/chronicle/rows.ts";
import type { WatchdogEvent } from "../../src/core/event.ts";
import { writeEvent } from "../../src/record/history/write-event.ts";
import { writeRows } from "../../src/record/history/write-rows.ts";
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
  readonly ticks: number;
  readonly exits: number;
  readonly kills: number;
  /** Time that observing all looks took, ms. */
  readonly observedMs: number;
}

/** One transaction per minute of synthetic time, as the monitor does it, or per hour: `transactionMs`. */
export function writeSyntheticHistory(
  database: Database,
  options: SyntheticOptions,
  transactionMs = 3_600_000,
): SyntheticSummary {
  let chronicle = beginChronicle();
  let [looks, ticks, exits, kills, observedMs] = [0, 0, 0, 0, 0];
  let waiting: Rows[] = [];
  let events: WatchdogEvent[] = [];
  let dueMs = options.endMs - options.days * 86_400_000 + transactionMs;
  const flush = database.transaction(() => {
    for (const rows of waiting) writeRows(database, rows);
    for (const event of events) writeEvent(database, event);
  });
  for (const moment of syntheticWorld(options)) {
    const startedMs = performance.now();
    const observed = observe(chronicle, moment.seen);
    observedMs += performance.now() - startedMs;
    chronicle = observed.chronicle;
    for (const event of moment.events) chronicle = hear(chronicle, event);
    looks++;
    ticks += observed.rows.ticks.length;
    exits += observed.rows.exits.length;
    kills += moment.events.filter(({ type }) => type === "intent").length;
    waiting.push(observed.rows);
    events.push(...moment.events);
    if (moment.seen.atMs < dueMs) continue;
    dueMs += transactionMs;
    flush();
    [waiting, events] = [[], []];
  }
  waiting.push(finish(chronicle));
  flush();
  return { looks, ticks, exits, kills, observedMs };
}
