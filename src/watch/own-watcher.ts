/** What a command acts with when no monitor runs: a watcher of its own, that ends with it. */
import type { Loaded } from "../config/load.ts";
import type { EventBody, WatchdogEvent } from "../core/plan/event.ts";
import type { History } from "../core/judge/history.ts";
import type { Self } from "../core/judge/policy.ts";
import { Watcher } from "../monitor/watcher.ts";
import { systemClock } from "../os/clock.ts";
import type { ProcessSampler } from "../ports/sampler.ts";
import { openActivityLog } from "../record/activity-log.ts";
import { openKilling } from "../host/killing.ts";
import { openRecord } from "../host/record.ts";
import { openWatchPorts } from "../host/watch-ports.ts";
import { hasChannel, openAlerts } from "../alert/companion.ts";
import type { Companion, CompanionOptions } from "../host/companion.ts";

export interface OwnWatcher extends AsyncDisposable {
  readonly watcher: Watcher;
}

/** Spares nobody for having run before. The sampler is the caller's to close; the journal, the log and the alerts end with this. */
export function openOwnWatcher(
  loaded: Loaded,
  sampler: ProcessSampler,
  self: Self,
  history?: History,
): OwnWatcher {
  const alertPids = new Set<number>();
  const tell = (event: EventBody): void => record.write({ atMs: systemClock.wallMs(), ...event });
  const alerts = new OwnAlerts(loaded, { alertPids, tell });
  const record = openRecord(loaded, openActivityLog, (event) => alerts.onEvent(event));
  const ports = openWatchPorts(sampler, openKilling(record));
  const watcher = new Watcher(ports, loaded.policy, { ...self, alertPids }, history);
  watcher.begin(true);
  return {
    watcher,
    [Symbol.asyncDispose]: async () => {
      try {
        await alerts.close();
      } finally {
        await record.close();
      }
    },
  };
}

/** A commit waits for this: what is not delivered by then is in the outbox, for the next monitor. */
const ALERTS_MS = 3_000;

/** Opened with the first kill; most clean-ups have nothing to tell. */
class OwnAlerts {
  readonly #open: () => Companion | null;
  #alerts: Companion | null = null;

  constructor(loaded: Loaded, { alertPids, tell }: Pick<CompanionOptions, "alertPids" | "tell">) {
    this.#open = () =>
      hasChannel(loaded) ? openAlerts({ loaded, clock: systemClock, tell, alertPids }, ALERTS_MS) : null;
  }

  onEvent(event: WatchdogEvent): void {
    if (event.type === "intent") this.#alerts ??= this.#open();
    this.#alerts?.onEvent?.(event);
  }

  async close(): Promise<void> {
    await this.#alerts?.[Symbol.asyncDispose]();
  }
}
