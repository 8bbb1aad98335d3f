/** Runs in a Worker of its own: the log and winston, which go when the Worker goes. See background-log.ts. */
import type { WatchdogEvent } from "../core/event.ts";
import { openActivityLog, type ActivityLog, type ActivityLogOptions } from "./activity-log.ts";

export type LogRequest =
  | { readonly type: "open"; readonly options: Omit<ActivityLogOptions, "complain"> }
  | { readonly type: "write"; readonly event: WatchdogEvent }
  /** `evenIfLost`: the process ends, what the disk does not take now is only in the journal. */
  | { readonly type: "close"; readonly evenIfLost: boolean };

/** Whether the log is closed; it stays open while it still has lines that the disk would not take. */
export interface LogAnswer {
  readonly closed: boolean;
}

declare const self: Worker;

let log: ActivityLog | null = null;

self.addEventListener("message", (message: MessageEvent<LogRequest>) => {
  void handle(message.data);
});

async function handle(request: LogRequest): Promise<void> {
  switch (request.type) {
    case "open":
      log = openActivityLog(request.options);
      return;
    case "write":
      log?.write(request.event);
      return;
    case "close": {
      const closed = request.evenIfLost || log?.trouble() === null;
      if (closed) await log?.close();
      self.postMessage({ closed } satisfies LogAnswer);
    }
  }
}
