/** The loop: a tick per interval, sooner when memory runs out or a process ends, until it is told to stop. */
import type { Self } from "../core/judge/policy.ts";
import { isShortage } from "../text/system-error.ts";
import type { MonitorAnswers } from "../wire/monitor.ts";
import type { CarriedOut, CleanupReport, Report } from "../wire/reports.ts";
import { cleanup } from "./cleanup.ts";
import { leftRunning, type Bears } from "./left-running.ts";
import { ExitNotices } from "./exit-notices.ts";
import { TickTimer } from "./tick-timer.ts";
import { TICK } from "./watching.ts";
import type { Watcher } from "./watcher.ts";

const MOST_FAILURES = 10;

interface ServiceOptions {
  /** Jobs that already run get no reprieve (--yes, CI, the service unit). */
  readonly armed: boolean;
  readonly stop: AbortController;
  readonly once?: boolean;
  readonly config: () => string | null;
  readonly bears: Bears;
  readonly onCarriedOut?: (step: CarriedOut) => void;
}

/** What it knows nothing of is answered beside it: other projects' files, and who follows its events. */
export interface MonitorService extends Omit<MonitorAnswers, "keep" | "events" | "status"> {
  /** Resolves when the service has stopped and every termination under way has settled. */
  run(): Promise<void>;
  wake(): void;
}

export function createService(watcher: Watcher, options: ServiceOptions): MonitorService {
  const { clock } = watcher.ports;
  const timer = new TickTimer(clock, options.stop.signal);
  const wake = (): void => timer.wake();
  let failures = 0;
  /** The service does not end before these have. */
  const underWay = new Set<Promise<unknown>>();
  const hold = <T>(work: Promise<T>): Promise<T> => {
    underWay.add(work);
    void Promise.allSettled([work]).then(() => underWay.delete(work));
    return work;
  };

  const track = (step: Promise<CarriedOut>): void => {
    const settled = step.then(
      (carriedOut) => options.onCarriedOut?.(carriedOut),
      (error: unknown) => watcher.trouble(`a termination failed: ${String(error)}`),
    );
    void hold(settled);
  };

  /** One tick. A failure is said and forgiven: the next one may do better. One after the other means it will not. */
  const attempt = (): void => {
    try {
      for (const step of watcher.tick().started) track(step);
      failures = 0;
    } catch (error) {
      // a machine that has nothing left is when a watch is needed most
      if (!isShortage(error)) failures++;
      if (failures >= MOST_FAILURES) throw error;
      watcher.trouble(`a tick failed: ${String(error)}`);
    }
  };

  return {
    wake,
    run: async () => {
      watcher.begin(options.armed);
      using notices = new ExitNotices(watcher.ports.control, wake);
      while (!options.stop.signal.aborted) {
        attempt();
        notices.follow(watcher.processes());
        if (options.once === true) options.stop.abort("one look was asked for");
        await timer.take({
          dueMs: clock.monotonicMs() + watcher.nextDelayMs(),
          pulseMs: () => watcher.pulseMs(),
          isUrgent: () => watcher.memoryIsGoing(),
        });
      }
      // what is asked for while the others settle is begun, and so has to settle too
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
    report: async (request, caller): Promise<Report> => watcher.report(caller, options.config(), request),
    totals: async (pid) => {
      const request = { full: false, remember: false, last: true } as const;
      // who is never asked does not hold this
      const { watchTotals } = await import("../wire/documents/totals.ts");
      return watchTotals(watcher.report(undefined, options.config(), request), pid);
    },
    memory: (id) => watcher.memoryOf(id),
    cleanup: async (request, caller: Self): Promise<CleanupReport> => ({
      ...(await hold(cleanup(watcher, request, caller, { look: TICK, stop: options.stop.signal }))),
      monitorPid: watcher.self.pid,
    }),
    stopByHand: (request, caller) => hold(watcher.stopByHand(request, caller)),
    depart: async (request, caller) => {
      // what is being stopped belongs into the summary
      await Promise.allSettled(underWay);
      const left = await hold(leftRunning(watcher, request, caller, options.bears));
      return { stopped: watcher.guests.remove(request.pid), left };
    },
    accompany: async (id) => ({ result: watcher.guests.add(id) ? "accompanied" : "gone" }),
  };
}
