/**
 * winston and its daily rotation, opened for one burst of lines and closed again. Lines are rare (a kill, a start),
 * and opening anew makes every burst independent of what happened to the file since: removed, rotated, disk full.
 * Loaded with the first burst only: both libraries cost 50 ms and 9 MB.
 */
import { closeSync, constants } from "node:fs";
import { basename, join } from "node:path";
import { openBelieved } from "../trust/open.ts";
import { requireInPlace } from "../trust/path.ts";
import { orElse } from "../core/system-error.ts";
import { ensureDirectory } from "./replace-file.ts";
import { DATED_LOG_FILE, datedLog, linkCurrentLog } from "./log-files.ts";
import type { LogEntry } from "./render-event.ts";
import { endTornLine } from "./journal.ts";

export interface DatedEntry extends LogEntry {
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
 */
export async function appendToDailyFile(directory: string, entries: readonly DatedEntry[]): Promise<string> {
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
  if (fd === null) return;
  try {
    endTornLine(fd);
  } finally {
    closeSync(fd);
  }
}
