/** The loop: a tick per interval, sooner when memory runs out or a process ends, until it is told to stop. */
import type { Policy, Self } from "../core/policy.ts";
import type { Answers } from "./control-socket.ts";
import type { About, CarriedOut, CleanupReport, Report } from "./report.ts";
import { cleanup } from "./cleanup.ts";
import type { Watcher } from "./watcher.ts";

export interface ServiceOptions {
  /** Jobs that already run get no reprieve (--yes, CI, the service unit). */
  readonly armed: boolean;
  /** Aborts when the service shall stop. */
  readonly stop: AbortController;
  /** One tick, then stop. */
  readonly once?: boolean;
  readonly about: (policy: Policy) => About;
  readonly config: () => string | null;
  readonly onCarriedOut?: (step: CarriedOut) => void;
}

export interface Service extends Answers {
  /** Resolves when the service has stopped and every termination under way has settled. */
  run(): Promise<void>;
  /** Ticks now instead of at the end of the interval. */
  wake(): void;
}

export function createService(watcher: Watcher, options: ServiceOptions): Service {
  let nap = new AbortController();
  const wake = (): void => nap.abort();
  options.stop.signal.addEventListener("abort", wake);
  const underWay = new Set<Promise<void>>();

  const track = (step: Promise<CarriedOut>): void => {
    const settled = step.then(
      (carriedOut) => options.onCarriedOut?.(carriedOut),
      (error: unknown) => watcher.trouble(`a termination failed: ${String(error)}`),
    );
    const tracked = settled.finally(() => underWay.delete(tracked));
    underWay.add(tracked);
  };

  return {
    wake,
    run: async () => {
      watcher.begin(options.armed);
      while (!options.stop.signal.aborted) {
        nap = new AbortController();
        for (const step of watcher.tick().started) track(step);
        if (options.once === true) options.stop.abort("one pass was asked for");
        await watcher.ports.clock.sleep(watcher.nextDelayMs(), nap.signal);
      }
      await Promise.all(underWay);
    },
    about: () => options.about(watcher.policy),
    report: (caller: Self): Promise<Report> => Promise.resolve(watcher.report(caller, options.config())),
    cleanup: (request, caller: Self): Promise<CleanupReport> => cleanup(watcher, request, caller),
    stop: () => options.stop.abort(),
  };
}
