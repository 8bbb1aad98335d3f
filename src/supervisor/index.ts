/** `bun-watchdog/supervisor`: what programs of others may import. */
import { whyNoLaunch } from "../os/select-start.ts";
import type { ProcessSupervisor } from "../ports/supervisor.ts";
import type { SupervisorOptions } from "./create.ts";

export type { SupervisorOptions } from "./create.ts";
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

/** Rejects with an Error that has the code UNSUPPORTED_PLATFORM where nothing can be held together. */
export async function createSupervisor(options: SupervisorOptions = {}): Promise<ProcessSupervisor> {
  const why = whyNoLaunch();
  if (why !== null) throw Object.assign(new Error(why), { code: "UNSUPPORTED_PLATFORM" });
  const { openSupervisor } = await import("./create.ts");
  return openSupervisor(options);
}
