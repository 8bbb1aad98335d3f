/**
 * Alerts on disk, a small file each: what is due outlives the monitor, what was delivered is not delivered again.
 * While a monitor runs its memory has the say; a disk that takes nothing never keeps an alert from going out. No database:
 * this is on the thread of the ticks, as the journal is.
 */
import { listedAt } from "../../trust/small-files.ts";
import { closeSync, openSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Alert } from "../../core/plan/alert.ts";
import { isRecord, parsedJson } from "../../text/json.ts";
import { readBelieved } from "../../trust/open.ts";
import { codeOf, orElse, messageOf } from "../../text/system-error.ts";
import { ensureDirectory, createAnew } from "../../record/replace-file.ts";
import type { ChannelName } from "./channel.ts";

export interface OutboxEntry {
  readonly channel: ChannelName;
  readonly alert: Alert;
  /** Not before; Unix epoch ms, as all times here. */
  readonly dueMs: number;
  readonly attempts: number;
  /** The next attempt; while one is under way, when it is over for certain. */
  readonly nextMs: number;
  readonly deliveredMs: number | null;
  readonly failedMs: number | null;
  readonly lastAnswer: string | null;
}

export const isPending = ({ deliveredMs, failedMs }: OutboxEntry): boolean =>
  deliveredMs === null && failedMs === null;

/** Delivered and failed ones are kept for `alerts status` and for the hourly limit. */
const KEEP_MS = 7 * 24 * 3_600_000;
const ENDING = ".json";
const HASH_CHARACTERS = 32;

const nameOf = ({ channel, alert }: OutboxEntry): string =>
  new Bun.CryptoHasher("sha256").update(`${channel}:${alert.id}`).digest("hex").slice(0, HASH_CHARACTERS);

export class Outbox {
  readonly #directory: string;
  readonly #complain: (what: string) => void;
  readonly #unsaved = new Map<string, OutboxEntry>();
  #isTroubled = false;

  /** `directory` is made with the first alert. `complain` hears once that the disk takes nothing, until it does again. */
  constructor(directory: string, complain: (what: string) => void) {
    this.#directory = directory;
    this.#complain = complain;
  }

  /** Everything of the last week, oldest first. Throws what readdir(2) and open(2) throw, and UntrustedError. */
  entries(nowMs: number): readonly OutboxEntry[] {
    return listedAt(this.#directory)
      .filter((name) => name.endsWith(ENDING))
      .flatMap((name) => this.#read(join(this.#directory, name)) ?? [])
      .filter(({ dueMs }) => dueMs > nowMs - KEEP_MS)
      .toSorted((a, b) => a.dueMs - b.dueMs);
  }

  /** Writes what it can, with what could not be written before. */
  save(entry: OutboxEntry): void {
    this.#unsaved.set(nameOf(entry), entry);
    this.flush();
  }

  flush(): void {
    const unsaved = [...this.#unsaved.values()];
    if (unsaved.length === 0) return;
    this.#try(() => {
      for (const entry of unsaved) this.#write(entry);
      this.#removeOld(Math.max(...unsaved.map(({ dueMs }) => dueMs)));
      this.#unsaved.clear();
      this.#isTroubled = false;
    });
  }

  /**
   * Before an attempt: writes it down as begun, unless another process was faster. "done" = delivered by that one; a
   * number = under way there until then. Without a disk it is ours: twice is better than never.
   */
  claim(before: OutboxEntry, begun: OutboxEntry, nowMs: number): "ours" | "done" | number {
    const claimed = this.#try((): "ours" | "done" | number => {
      const there = this.#read(this.#pathOf(before));
      if (there !== null && there.deliveredMs !== null) return "done";
      if (there !== null && there.attempts > before.attempts && there.nextMs > nowMs) return there.nextMs;
      const number = Math.max(there?.attempts ?? 0, before.attempts) + 1;
      if (!this.#isFirst(begun, number, nowMs)) return begun.nextMs;
      this.#write(begun);
      return "ours";
    });
    // what waits to be written is older than this
    if (claimed === null) this.#unsaved.set(nameOf(begun), begun);
    else this.#unsaved.delete(nameOf(begun));
    return claimed ?? "ours";
  }

  #pathOf(entry: OutboxEntry): string {
    return join(this.#directory, `${nameOf(entry)}${ENDING}`);
  }

  /** Of all processes that begin this attempt: a name can be made once (open(2), O_EXCL). One that is over is nobody's. */
  #isFirst(begun: OutboxEntry, number: number, nowMs: number): boolean {
    const claimOf = (attempt: number): string => join(this.#directory, `${nameOf(begun)}.attempt-${attempt}`);
    const claim = claimOf(number);
    for (;;) {
      try {
        closeSync(openSync(claim, "wx", 0o600));
        rmSync(claimOf(number - 1), { force: true });
        return true;
      } catch (error) {
        if (codeOf(error) !== "EEXIST") throw error;
      }
      const sinceMs = statSync(claim, { throwIfNoEntry: false })?.mtimeMs ?? nowMs;
      if (Math.abs(nowMs - sinceMs) < begun.nextMs - nowMs) return false;
      rmSync(claim, { force: true });
    }
  }

  /** Readers see the old entry or the new one. */
  #write(entry: OutboxEntry): void {
    const path = this.#pathOf(entry);
    const draft = `${path}.${process.pid}`;
    const fd = createAnew(draft);
    try {
      writeFileSync(fd, JSON.stringify({ schemaVersion: 1, ...entry }));
    } finally {
      closeSync(fd);
    }
    renameSync(draft, path);
  }

  /** null: there is none, or it is none of ours. */
  #read(path: string): OutboxEntry | null {
    // delivered long ago, and removed meanwhile
    const value = parsedJson(orElse("", () => readBelieved(path), "ENOENT"));
    return isEntry(value) ? value : null;
  }

  #removeOld(newestMs: number): void {
    for (const name of listedAt(this.#directory)) {
      const path = join(this.#directory, name);
      const changedMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? newestMs;
      if (changedMs < newestMs - KEEP_MS) rmSync(path, { force: true });
    }
  }

  /** null = the disk takes nothing now (ENOSPC, EROFS …), which is said once. */
  #try<T>(act: () => T): T | null {
    try {
      ensureDirectory(this.#directory);
      return act();
    } catch (error) {
      if (codeOf(error) === null) throw error;
      const why = `alerts are not kept on disk: ${messageOf(error)}`;
      if (!this.#isTroubled)
        this.#complain(`${why}. They go out all the same, unless the watchdog ends before`);
      this.#isTroubled = true;
      return null;
    }
  }
}

/** Enough to tell what `#write` wrote from anything else; only this account may write the file. */
const isEntry = (value: unknown): value is OutboxEntry =>
  isRecord(value) &&
  value["schemaVersion"] === 1 &&
  ["channel", "alert", "dueMs", "attempts", "nextMs", "deliveredMs", "failedMs", "lastAnswer"].every(
    (key) => key in value,
  );
