/** The journal takes all events. When `write` returns, the event outlives this process. */
import type { WatchdogEvent } from "../core/plan/event.ts";

export interface Journal {
  write(event: WatchdogEvent): void;
}
