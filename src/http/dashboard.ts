/** What the routes work with: followed once, however many pages look. */
import type { Loaded } from "../config/load.ts";
import type { HistorySource } from "./source/history.ts";
import type { Actions } from "./actions.ts";
import type { Live } from "./source/live.ts";
import type { MonitorSource } from "./source/monitor.ts";

export interface Dashboard {
  /** What pages have done about processes. */
  readonly actions: Actions;
  readonly sinceMs: number;
  /** The configuration as it was when the server started. */
  readonly loaded: Loaded;
  readonly monitor: MonitorSource;
  readonly history: HistorySource;
  /** What `/api/events` carries. */
  readonly live: Live;
}
