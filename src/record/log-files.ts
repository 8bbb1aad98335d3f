/** The names the log has on disk: one file per day (UTC, as the times in it), compressed later, and a link to today's. */
import { readdirSync, renameSync, rmSync, readlinkSync, symlinkSync, lstatSync } from "node:fs";
import { join } from "node:path";
import { orElse } from "../text/system-error.ts";

/** The link to the current file. */
export const LOG_FILE = "bun-process-monitor.log";

/** winston-daily-rotate-file puts the day where %DATE% stands. */
export const DATED_LOG_FILE = "bun-process-monitor-%DATE%.log";
const DATED = /^bun-process-monitor-(?<day>\d{4}-\d{2}-\d{2})\.log(?<packed>\.gz)?$/;

const DAY_MS = 24 * 60 * 60 * 1000;

/** ISO 8601 begins with it. */
const day = (date: Date): string => date.toISOString().slice(0, "yyyy-mm-dd".length);

/** The name of the file for that moment. */
export const datedLog = (date: Date): string => DATED_LOG_FILE.replace("%DATE%", day(date));

/** Names a day's file as the weekly maintenance calls it once it is compressed. */
export const packedLog = (name: string): string => `${name}.gz`;

export interface LogDay {
  /** The plain name, whichever of the two is there. */
  readonly name: string;
  readonly isPlain: boolean;
  /** With both, the compressed lines are the earlier ones: see compress-log.ts. */
  readonly isPacked: boolean;
}

/** The days that have a file among `names`, oldest first. */
export function logDays(names: readonly string[]): readonly LogDay[] {
  const days = new Map<string, LogDay>();
  for (const file of names) {
    const groups = DATED.exec(file)?.groups;
    if (groups === undefined) continue;
    const packed = groups["packed"] !== undefined;
    const name = packed ? file.slice(0, -packedLog("").length) : file;
    const known = days.get(name) ?? { name, isPlain: false, isPacked: false };
    days.set(name, packed ? { ...known, isPacked: true } : { ...known, isPlain: true });
  }
  return [...days.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** The files of days that are more than `maxDays` before `now`, compressed ones too. */
export const expiredLogs = (names: readonly string[], now: Date, maxDays: number): readonly string[] => {
  const oldest = datedLog(new Date(now.getTime() - maxDays * DAY_MS));
  const expired = new Set(
    logDays(names).flatMap(({ name }) => (name < oldest ? [packedLog(name), name] : [])),
  );
  return names.filter((name) => expired.has(name)).toSorted();
};

/** The days that get no more lines: those before yesterday, so that a clock a few hours off changes nothing. */
export const finishedLogs = (names: readonly string[], now: Date): readonly LogDay[] => {
  const yesterday = datedLog(new Date(now.getTime() - DAY_MS));
  return logDays(names).filter(({ name }) => name < yesterday);
};

/**
 * Removes what is too old. By name, not by the library's own list of files: that is a file in the project, and
 * whoever commits one decides what the watchdog deletes. Returns how many there were.
 */
export function removeExpiredLogs(directory: string, now: Date, maxDays: number): number {
  const expired = expiredLogs(readdirSync(directory), now, maxDays);
  for (const name of expired) rmSync(join(directory, name), { force: true });
  return expired.length;
}

/**
 * Points the link at `target`, a name in the same directory. In one step: the library's own link is missing for a
 * moment at every start, and `tail -F` and `logs --follow` would see that. A file in the way is put aside.
 */
export function linkCurrentLog(directory: string, target: string): void {
  const path = join(directory, LOG_FILE);
  if (currentTarget(path) === target) return;
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === false)
    renameSync(path, join(directory, `${LOG_FILE}.old`));
  const fresh = `${path}.${process.pid}`;
  rmSync(fresh, { force: true });
  symlinkSync(target, fresh);
  renameSync(fresh, path);
}

/** null: not there yet, or no link. */
const currentTarget = (path: string): string | null =>
  orElse(null, () => readlinkSync(path), "ENOENT", "EINVAL");
