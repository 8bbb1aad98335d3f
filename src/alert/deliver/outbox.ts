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

export type Outbox = ReturnType<typeof openOutbox>;

/** `directory` is made with the first alert. `complain` hears once that the disk takes nothing, until it does again. */
export function openOutbox(directory: string, complain: (what: string) => void) {
  const unsaved = new Map<string, OutboxEntry>();
  let isTroubled = false;
  const pathOf = (entry: OutboxEntry): string => join(directory, `${nameOf(entry)}${ENDING}`);

  /** null = the disk takes nothing now (ENOSPC, EROFS …), which is said once. */
  const attempt = <T>(act: () => T): T | null => {
    try {
      ensureDirectory(directory);
      return act();
    } catch (error) {
      if (codeOf(error) === null) throw error;
      const why = `alerts are not kept on disk: ${messageOf(error)}`;
      if (!isTroubled) complain(`${why}. They go out all the same, unless the watchdog ends before`);
      isTroubled = true;
      return null;
    }
  };
  const flush = (): void => {
    const entries = [...unsaved.values()];
    if (entries.length === 0) return;
    attempt(() => {
      for (const entry of entries) write(pathOf(entry), entry);
      removeOld(directory, Math.max(...entries.map(({ dueMs }) => dueMs)));
      unsaved.clear();
      isTroubled = false;
    });
  };
  return {
    /** Everything of the last week, oldest first. Throws what readdir(2) and open(2) throw, and UntrustedError. */
    entries: (nowMs: number): readonly OutboxEntry[] =>
      listedAt(directory)
        .filter((name) => name.endsWith(ENDING))
        .flatMap((name) => read(join(directory, name)) ?? [])
        .filter(({ dueMs }) => dueMs > nowMs - KEEP_MS)
        .toSorted((a, b) => a.dueMs - b.dueMs),
    /** Writes what it can, with what could not be written before. */
    save: (entry: OutboxEntry): void => {
      unsaved.set(nameOf(entry), entry);
      flush();
    },
    flush,
    /**
     * Before an attempt: writes it down as begun, unless another process was faster. "done" = delivered by that one; a
     * number = under way there until then. Without a disk it is ours: twice is better than never.
     */
    claim: (before: OutboxEntry, begun: OutboxEntry, nowMs: number): "ours" | "done" | number => {
      const claimed = attempt((): "ours" | "done" | number => {
        const there = read(pathOf(before));
        if (there !== null && there.deliveredMs !== null) return "done";
        if (there !== null && there.attempts > before.attempts && there.nextMs > nowMs) return there.nextMs;
        const number = Math.max(there?.attempts ?? 0, before.attempts) + 1;
        if (!isFirst(join(directory, nameOf(begun)), number, begun.nextMs, nowMs)) return begun.nextMs;
        write(pathOf(begun), begun);
        return "ours";
      });
      // what waits to be written is older than this
      if (claimed === null) unsaved.set(nameOf(begun), begun);
      else unsaved.delete(nameOf(begun));
      return claimed ?? "ours";
    },
  };
}

/** Of all processes that begin this attempt: a name can be made once (open(2), O_EXCL). One that is over is nobody's. */
function isFirst(path: string, number: number, untilMs: number, nowMs: number): boolean {
  const claim = `${path}.attempt-${number}`;
  for (;;) {
    try {
      closeSync(openSync(claim, "wx", 0o600));
      rmSync(`${path}.attempt-${number - 1}`, { force: true });
      return true;
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
    }
    const sinceMs = statSync(claim, { throwIfNoEntry: false })?.mtimeMs ?? nowMs;
    if (Math.abs(nowMs - sinceMs) < untilMs - nowMs) return false;
    rmSync(claim, { force: true });
  }
}

/** Readers see the old entry or the new one. */
function write(path: string, entry: OutboxEntry): void {
  const draft = `${path}.${process.pid}`;
  const fd = createAnew(draft);
  try {
    writeFileSync(fd, JSON.stringify({ schemaVersion: 1, ...entry }));
  } finally {
    closeSync(fd);
  }
  renameSync(draft, path);
}

/** null: there is none (delivered long ago, and removed meanwhile), or it is none of ours. */
function read(path: string): OutboxEntry | null {
  const value = parsedJson(orElse("", () => readBelieved(path), "ENOENT"));
  return isEntry(value) ? value : null;
}

function removeOld(directory: string, newestMs: number): void {
  for (const name of listedAt(directory)) {
    const path = join(directory, name);
    const changedMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? newestMs;
    if (changedMs < newestMs - KEEP_MS) rmSync(path, { force: true });
  }
}

/** Enough to tell what `write` wrote from anything else; only this account may write the file. */
const isEntry = (value: unknown): value is OutboxEntry =>
  isRecord(value) &&
  value["schemaVersion"] === 1 &&
  ["channel", "alert", "dueMs", "attempts", "nextMs", "deliveredMs", "failedMs", "lastAnswer"].every(
    (key) => key in value,
  );
