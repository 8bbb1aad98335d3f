/** What the routes work with: followed once, however many pages look. */
import type { Loaded } from "../config/load.ts";
import type { HistorySource } from "./source/history.ts";
import type { Actions } from "./actions.ts";
import type { ProcessController } from "../runtime/index.ts";
import type { Measuring } from "./measuring/measure.ts";
import type { Live } from "./source/live.ts";
import type { SharedLook } from "./source/shared-look.ts";
import type { Later } from "./later.ts";
import type { RecentTexts } from "./source/recent-texts.ts";
import type { MonitorSource } from "./source/monitor.ts";
import type { AppLogTails } from "./source/app-log.ts";
import type { Benchmarks } from "./source/benchmarks.ts";
import type { Apps } from "./source/apps.ts";
import type { Reports } from "./source/reports.ts";
import type { Programs } from "./source/programs/programs.ts";

export interface Dashboard {
  /** What pages have done about processes. */
  readonly actions: Later<Actions>;
  readonly sinceMs: number;
  /** The configuration as it was when the server started. */
  readonly loaded: Loaded;
  readonly monitor: MonitorSource;
  readonly looks: SharedLook;
  readonly history: HistorySource;
  /** What `/api/events` carries. */
  readonly live: Live;
  /** Of this server itself. */
  readonly controller: Later<ProcessController>;
  /** The programs that have registered themselves. */
  readonly programs: Programs;
  readonly measuring: Later<Measuring>;
  readonly reports: Later<Reports>;
  readonly apps: Apps;
  readonly recent: RecentTexts;
  readonly benchmarks: Later<Benchmarks>;
  /** Of what apps write. */
  readonly tails: Later<AppLogTails>;
}
