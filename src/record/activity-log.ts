/** The watchdog's own log, for people: a line per event, a file per day. The journal is the record; this is its rendering. */
import type { WatchdogEvent } from "../core/plan/event.ts";
import { complain as toStandardError, type Complain } from "./outlet.ts";
import { removeExpiredLogs, DATED_LOG_FILE, datedLog, linkCurrentLog } from "./log-files.ts";
import { iso, type Level, LEVELS, renderEvent, type LogEntry } from "./render-event.ts";
import { constants } from "node:fs";
import { basename, join } from "node:path";
import { closing, openBelieved } from "../trust/open.ts";
import { requireInPlace } from "../trust/path.ts";
import { orElse, messageOf } from "../text/system-error.ts";
import { ensureDirectory } from "./replace-file.ts";
import { endTornLine } from "./append-log.ts";

export { LOG_FILE } from "./log-files.ts";

export interface ActivityLogOptions {
  /** Absolute; made with mode 0700. */
  readonly directory: string;
  /** The least important level that is written. */
  readonly level: Level;
  /** Older files are removed. */
  readonly maxDays: number;
  readonly complain?: Complain;
}

export interface ActivityLog {
  /** Returns at once and never throws; lines are written in order, in the background. */
  write(event: WatchdogEvent): void;
  /** Why lines are not reaching the disk right now; null = they are. */
  trouble(): string | null;
  /** Resolves when everything that can be written is. Await it before the process ends. */
  close(): Promise<void>;
}

/** Touches neither the disk nor winston before the first line that the level lets through. */
export function openActivityLog(options: ActivityLogOptions): ActivityLog {
  const complain = options.complain ?? toStandardError;
  const backlog: DatedEntry[] = [];
  let trouble: string | null = null;
  let lastFile: string | null = null;
  let writing: Promise<void> | null = null;

  const flush = async (): Promise<void> => {
    const burst = [...backlog];
    const file = await appendToDailyFile(options.directory, burst);
    // while it was written, lines may have come
    backlog.splice(0, burst.length);
    if (file !== lastFile) removeExpiredLogs(options.directory, new Date(), options.maxDays);
    lastFile = file;
  };

  const run = async (): Promise<void> => {
    try {
      // let what happens in this same turn come along
      await Promise.resolve();
      while (backlog.length > 0) await flush();
      trouble = null;
    } catch (error) {
      const what = messageOf(error);
      if (trouble === null)
        complain(
          `bun-watchdog: the log in ${options.directory} cannot be written: ${what}. Trying again with every event.`,
        );
      trouble = what;
    } finally {
      writing = null;
    }
  };

  const start = (): Promise<void> => (writing ??= run());

  return {
    write: (event) => {
      const { level, text } = renderEvent(event);
      if (LEVELS.indexOf(level) > LEVELS.indexOf(options.level)) return;
      backlog.push({ at: iso(event.atMs), level, text });
      void start();
    },
    trouble: () => trouble,
    close: async () => {
      if (writing !== null) await writing;
      // a last try for what a trouble that is over by now held back
      if (backlog.length > 0) await start();
    },
  };
}

interface DatedEntry extends LogEntry {
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** Bun's streams report a failed write once and then every later one as destroyed; this covers a file that hangs. */
const LIMIT_MS = 5_000;
const LONGEST_LEVEL = "error".length;

/**
 * Appends the lines to today's file below `directory`, whose links are resolved, and resolves with its name when the kernel
 * has them.
 * Rejects with what open(2) or write(2) failed with; some of the lines may have been written then.
 * Winston and its daily rotation are opened for one burst of lines and closed again. Lines are rare (a kill, a start),
 * and opening anew makes every burst independent of what happened to the file since: removed, rotated, disk full.
 * Loaded with the first burst only: both libraries cost 50 ms and 9 MB.
 */
async function appendToDailyFile(directory: string, entries: readonly DatedEntry[]): Promise<string> {
  requireInPlace(directory);
  ensureDirectory(directory);
  repair(join(directory, datedLog(new Date())));
  const [{ createLogger, format }, { default: DailyRotateFile }] = await Promise.all([
    import("winston"),
    import("winston-daily-rotate-file"),
  ]);
  const transport = new DailyRotateFile({
    dirname: directory,
    filename: DATED_LOG_FILE,
    utc: true,
    options: {
      flags:
        constants.O_WRONLY |
        constants.O_APPEND |
        constants.O_CREAT |
        constants.O_NOFOLLOW |
        constants.O_NONBLOCK,
      mode: 0o600,
    },
    // no zippedArchive (loses lines), no maxFiles (see removeExpiredLogs), no createSymlink (see linkCurrentLog)
  });
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let file = "";
  transport.on("new", (path: string) => {
    file = basename(path);
  });
  // open and write errors come here, never to the logger; without this listener they are uncaught exceptions
  transport.logStream.on("error", reject);
  transport.on("error", reject);
  const line = format.printf(
    ({ level, message, at }) => `${String(at)} ${level.padEnd(LONGEST_LEVEL)} ${String(message)}`,
  );
  const logger = createLogger({ level: "debug", format: line, transports: [transport] });
  logger.on("error", reject);
  // the logger's "finish" is no flush: the stream below is still writing. A failed write is told here first
  const onFlush = (error?: Error | null): void => (error ? reject(error) : resolve(file));
  logger.on("finish", () => transport.logStream.end(onFlush));
  const timer = setTimeout(() => reject(new Error(`writing took more than ${LIMIT_MS} ms`)), LIMIT_MS);
  try {
    for (const { level, text, at } of entries) logger.log({ level, message: text, at });
    logger.end();
    await promise;
    linkCurrentLog(directory, file);
    return file;
  } finally {
    clearTimeout(timer);
  }
}

/** Mends what the last run left half written; there is nothing before the first line of the day. */
function repair(path: string): void {
  const fd = orElse(null, () => openBelieved(path, constants.O_RDWR | constants.O_APPEND), "ENOENT");
  if (fd !== null) closing(fd, endTornLine);
}
