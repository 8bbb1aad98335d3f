/** Where events go. */
import type { WatchdogEvent } from "../core/plan/event.ts";

/** Where events go. `write` has put the event beyond this process's death when it returns. */
export interface Journal {
  write(event: WatchdogEvent): void;
}
