/** Where events go. `write` has put the event beyond this process's death when it returns. */
import type { WatchdogEvent } from "../core/plan/event.ts";

export interface Journal {
  write(event: WatchdogEvent): void;
}
