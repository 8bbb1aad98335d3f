/**
 * Every event goes to the journal first (it must outlive us), then to the log, then to all other listeners.
 */
import type { Loaded } from "../config/load.ts";
import type { WatchdogEvent } from "../core/plan/event.ts";
import type { Journal } from "../ports/journal.ts";
import type { ActivityLog, ActivityLogOptions } from "../record/activity-log.ts";
import { openJournal } from "../record/journal.ts";
import { statePath } from "./state.ts";

export interface Record extends Journal {
  /** Ends the log once it is flushed. */
  close(): Promise<void>;
}

type OpenLog = (options: ActivityLogOptions) => Pick<ActivityLog, "write" | "close">;

/** The journal and the log of the project a command runs in; `onEvent` hears every event after they have it. */
export function openRecord(
  loaded: Loaded,
  openLog: OpenLog,
  onEvent?: (event: WatchdogEvent) => void,
): Record {
  const { directory: _, ...logging } = loaded.settings.logging;
  const journal = openJournal(statePath(loaded, "journal.jsonl"));
  const log = openLog({ directory: loaded.logDirectory, ...logging });
  return {
    write: (event) => {
      journal.write(event);
      log.write(event);
      onEvent?.(event);
    },
    close: async () => {
      journal.close();
      await log.close();
    },
  };
}
