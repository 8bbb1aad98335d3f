/** The names the log has on disk: one file per day (UTC, as the times in it), and a link to today's. */
import { readdirSync, renameSync, rmSync, readlinkSync, symlinkSync, lstatSync } from "node:fs";
import { join } from "node:path";
import { codeOf } from "./complain.ts";

/** The link to the current file. */
export const LOG_FILE = "bun-process-monitor.log";

/** winston-daily-rotate-file puts the day where %DATE% stands. */
export const DATED_LOG_FILE = "bun-process-monitor-%DATE%.log";
const DATED = /^bun-process-monitor-\d{4}-\d{2}-\d{2}\.log$/;

const DAY_MS = 24 * 60 * 60 * 1000;

/** ISO 8601 begins with it. */
const day = (date: Date): string => date.toISOString().slice(0, "yyyy-mm-dd".length);

/** The name of the file for that moment. */
export const datedLog = (date: Date): string => DATED_LOG_FILE.replace("%DATE%", day(date));

/** The dated files among `names`, oldest first. */
export const datedLogs = (names: readonly string[]): readonly string[] =>
  names.filter((name) => DATED.test(name)).toSorted();

/** Those whose day is more than `maxDays` before `now`. */
export const expiredLogs = (names: readonly string[], now: Date, maxDays: number): readonly string[] => {
  const oldest = datedLog(new Date(now.getTime() - maxDays * DAY_MS));
  return datedLogs(names).filter((name) => name < oldest);
};

/**
 * Removes what is too old. By name, not by the library's own list of files: that is a file in the project, and
 * whoever commits one decides what the watchdog deletes.
 */
export function removeExpiredLogs(directory: string, now: Date, maxDays: number): void {
  for (const name of expiredLogs(readdirSync(directory), now, maxDays))
    rmSync(join(directory, name), { force: true });
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

function currentTarget(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch (error) {
    // not there yet, or no link
    if (["ENOENT", "EINVAL"].includes(codeOf(error) ?? "")) return null;
    throw error;
  }
}
