/** The watchdog's own log, for people: a line per event, a file per day. The journal is the record; this is its rendering. */
import type { WatchdogEvent } from "../core/event.ts";
import { complain as toStandardError, type Complain } from "./outlet.ts";
import { type DatedEntry, appendToDailyFile } from "./daily-file.ts";
import { removeExpiredLogs } from "./log-files.ts";
import { iso, type Level, LEVELS, renderEvent } from "./render-event.ts";

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
      const what = error instanceof Error ? error.message : String(error);
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
