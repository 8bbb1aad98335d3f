/** `bun-watchdog/supervisor`: what programs of others may import. */
export { createSupervisor, type SupervisorOptions } from "./create.ts";
export type { AppLimits, RunAs } from "../core/app/app-spec.ts";
export type { SignalName } from "../ports/launch.ts";
export type {
  AppConfig,
  AppProcess,
  EventStream,
  ExitStatus,
  LimitReport,
  ProcessInfo,
  ProcessSupervisor,
  SupervisorEvent,
} from "../ports/supervisor.ts";
