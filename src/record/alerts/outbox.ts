/**
 * Alerts on disk, in the history's `outbox`: what is due outlives the monitor, what was delivered is not delivered again.
 * While a monitor runs its memory has the say; a disk that takes nothing never keeps an alert from going out.
 */
import type { Database } from "bun:sqlite";
import { existsSync } from "node:fs";
import type { Alert } from "../../core/alert/alert.ts";
import { openHistory } from "../history/open.ts";
import type { ChannelName } from "./channel.ts";

export interface Entry {
  readonly channel: ChannelName;
  readonly alert: Alert;
  /** Not before; Unix epoch ms, as all times here. */
  readonly dueMs: number;
  readonly attempts: number;
  /** The next attempt; while one is under way, when it is over for certain. */
  readonly nextMs: number;
  readonly deliveredMs: number | null;
  /** Given up. */
  readonly failedMs: number | null;
  readonly lastAnswer: string | null;
}

export const isPending = ({ deliveredMs, failedMs }: Entry): boolean =>
  deliveredMs === null && failedMs === null;

/** Delivered and failed ones are kept for `alerts status` and for the hourly limit. */
const KEEP_MS = 7 * 24 * 3_600_000;

interface Row {
  readonly payload: string;
  readonly at_ms: number;
  readonly attempts: number;
  readonly next_ms: number;
  readonly delivered_ms: number | null;
}

/** `payload` of the table. */
type Payload = Pick<Entry, "channel" | "alert" | "failedMs" | "lastAnswer">;

const keyOf = ({ channel, alert }: Entry): string => `${channel}:${alert.id}`;

export class Outbox {
  readonly #path: string;
  readonly #complain: (what: string) => void;
  /** Not on the disk yet. */
  readonly #unsaved = new Map<string, Entry>();
  #isTroubled = false;

  /** `complain` hears once that the disk takes nothing, until it does again. */
  constructor(path: string, complain: (what: string) => void) {
    this.#path = path;
    this.#complain = complain;
  }

  /** Everything of the last week, oldest first. Throws what openHistory throws. */
  entries(nowMs: number): readonly Entry[] {
    // to look must not make a history where none is kept
    if (!existsSync(this.#path)) return [];
    using database = openHistory(this.#path);
    return database
      .query<Row, [number]>("SELECT * FROM outbox WHERE at_ms > ? ORDER BY at_ms")
      .all(nowMs - KEEP_MS)
      .flatMap(entryOf);
  }

  /** Writes what it can, with what could not be written before. */
  save(entry: Entry): void {
    this.#unsaved.set(keyOf(entry), entry);
    this.flush();
  }

  flush(): void {
    if (this.#unsaved.size === 0) return;
    const saved = this.#try((database) => {
      database.transaction(() => write(database, [...this.#unsaved.values()])).immediate();
      return true;
    });
    if (saved !== true) return;
    this.#unsaved.clear();
    this.#isTroubled = false;
  }

  /**
   * Before an attempt: writes it down as begun, unless another process was faster. "done" = delivered by that one; a
   * number = under way there until then. Without a disk it is ours: twice is better than never.
   */
  claim(before: Entry, begun: Entry, nowMs: number): "ours" | "done" | number {
    const claimed = this.#try((database) => {
      const transaction = database.transaction((): "ours" | "done" | number => {
        const row = database.query<Row, [string]>("SELECT * FROM outbox WHERE id = ?").get(keyOf(before));
        if (row !== null && row.delivered_ms !== null) return "done";
        if (row !== null && row.attempts > before.attempts && row.next_ms > nowMs) return row.next_ms;
        write(database, [begun]);
        return "ours";
      });
      return transaction.immediate();
    });
    // what waits to be written is older than this
    if (claimed === null) this.#unsaved.set(keyOf(begun), begun);
    else this.#unsaved.delete(keyOf(begun));
    return claimed ?? "ours";
  }

  /** null = the disk takes nothing now (SQLITE_FULL, SQLITE_BUSY, ENOSPC, EROFS …), which is said once. */
  #try<T>(act: (database: Database) => T): T | null {
    try {
      using database = openHistory(this.#path);
      return act(database);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      if (!this.#isTroubled)
        this.#complain(
          `alerts are not kept on disk: ${why}. They go out all the same, unless the watchdog ends before`,
        );
      this.#isTroubled = true;
      return null;
    }
  }
}

function write(database: Database, entries: readonly Entry[]): void {
  const insert = database.query(
    "INSERT OR REPLACE INTO outbox (id, at_ms, payload, attempts, next_ms, delivered_ms) VALUES (?, ?, ?, ?, ?, ?)",
  );
  for (const entry of entries) {
    const { channel, alert, failedMs, lastAnswer } = entry;
    const payload = JSON.stringify({ channel, alert, failedMs, lastAnswer } satisfies Payload);
    insert.run(keyOf(entry), entry.dueMs, payload, entry.attempts, entry.nextMs, entry.deliveredMs);
  }
  const newestMs = Math.max(...entries.map(({ dueMs }) => dueMs));
  database.query("DELETE FROM outbox WHERE at_ms < ?").run(newestMs - KEEP_MS);
}

function entryOf(row: Row): Entry | [] {
  const payload: unknown = JSON.parse(row.payload);
  // of another version: not ours to deliver
  if (!isPayload(payload)) return [];
  return {
    ...payload,
    dueMs: row.at_ms,
    attempts: row.attempts,
    nextMs: row.next_ms,
    deliveredMs: row.delivered_ms,
  };
}

/** Enough to tell what `write` wrote from anything else; only this account may write the file. */
const isPayload = (value: unknown): value is Payload =>
  typeof value === "object" &&
  value !== null &&
  ["channel", "alert", "failedMs", "lastAnswer"].every((key) => key in value);
