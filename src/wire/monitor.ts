/** A running monitor is asked these questions. */
import type { MemoryPoint } from "../core/judge/history.ts";
import type { Mode, Scope, Self } from "../core/judge/policy.ts";
import type { WatchdogEvent } from "../core/plan/event.ts";
import type { ProcessId } from "../core/process/process.ts";
import type { StatusAsked, StatusNews } from "./documents/status-news.ts";
import type { WatchTotals } from "./documents/totals.ts";
import type {
  AccompanyReport,
  CleanupReport,
  CleanupRequest,
  DepartRequest,
  Departure,
  KeepReport,
  KeepRequest,
  Report,
  ReportRequest,
  StopReport,
  StopRequest,
} from "./reports.ts";
import { ask, follow, type About, type Answers, type Protocol } from "./routes.ts";

/** The last parameter is who asks, where that matters: neither it nor its ancestors may become victims. */
const routes = {
  report: ask<[ReportRequest, Self], Report>(),
  /** A look that counts as nobody's, for whoever has seen one before. */
  status: ask<[StatusAsked, Self], StatusNews>(),
  /** Of the last look, whenever that was. The pid is that of the process that asks: its own job is left out. */
  totals: ask<[pid: number], WatchTotals>(),
  /** Of one process in the last minutes, Unix epoch ms, oldest first; nothing of one that is not known. */
  memory: ask<[Pick<ProcessId, "pid" | "startTicks">], readonly MemoryPoint[]>(),
  cleanup: ask<[CleanupRequest, Self], CleanupReport>(),
  stopByHand: ask<[StopRequest, Self], StopReport>(),
  keep: ask<[KeepRequest], KeepReport>(),
  /** Somebody runs a command under this monitor: all below it is one job, for as long as this process lives. */
  accompany: ask<[ProcessId], AccompanyReport>(),
  depart: ask<[DepartRequest, Self], Departure>(),
  /** All events from now on, as the journal has them. */
  events: follow<[], { readonly monitorPid: number }, WatchdogEvent>(),
};

export interface MonitorAbout extends About {
  readonly config: string | null;
  readonly mode: Mode;
  readonly scope: Scope;
  /** Directory of its log. */
  readonly log: string;
}

export const MONITOR: Protocol<typeof routes, MonitorAbout> = {
  title: "monitor",
  version: 11,
  restart: "bun-watchdog monitor --restart",
  routes,
};

export type MonitorAnswers = Answers<typeof routes>;
