/**
 * Every long-lived process of ours does this, whatever it is for: it takes a lock and a socket by which it is
 * found, keeps a journal and a log, follows its configuration, and has companions. A service adds what it
 * works with and answers.
 */
import { ConfigWatch } from "../config/files/watch.ts";
import type { Loaded } from "../config/load.ts";
import type { EventBody, WatchdogEvent } from "../core/plan/event.ts";
import type { TickResult } from "../monitor/tick.ts";
import { systemClock } from "../os/clock.ts";
import { reapAsFirstProcess, requireToServe } from "../os/select-start.ts";
import type { Journal } from "../ports/journal.ts";
import { BackgroundLog } from "../record/background-log.ts";
import { Feed } from "../wire/feed.ts";
import type { About, Answers, Routes } from "../wire/routes.ts";
import { Companions, type CompanionLoader } from "./companions.ts";
import { openRecord } from "./record.ts";
import { stateTroubles } from "./state.ts";
import { Station, takePost, type Post } from "./station.ts";

export interface HostedService<R extends Routes, A extends About> extends Post<R, A> {
  readonly companions: readonly CompanionLoader[];
  readonly open: (host: Host) => Promise<OpenService<R, A>>;
}

export interface Host {
  /** The configuration as it stands in its files now. */
  readonly current: () => Loaded;
  /** Every event goes through this to the journal, the log, the companions, and those who follow. */
  readonly journal: Journal;
  readonly events: Feed<WatchdogEvent>;
  readonly tell: (event: EventBody) => void;
  /** Pids of commands that deliver an alert right now; see `Self`. */
  readonly alertPids: Set<number>;
  readonly stop: AbortController;
  /** Given back at the end, the last one first. Bun's `use` takes no synchronous one before 1.3.12, `adopt` does. */
  readonly resources: AsyncDisposableStack;
  /**
   * Call this every now and then: lock and socket are looked after, and companions see the look, if it was
   * one.
   */
  readonly pulse: (look?: TickResult) => void;
}

export interface OpenService<R extends Routes, A extends About> {
  readonly answers: Answers<R>;
  /** The service's own addition to what every service says about itself. */
  readonly about: () => Omit<A, keyof About>;
  readonly onConfig: (next: Loaded) => void;
  /** Can be asked from now on. Resolves when it has ended, as `stop` says. */
  readonly run: () => Promise<void>;
}

export interface RunOptions {
  readonly stop: AbortController;
  readonly onEvent?: (event: WatchdogEvent) => void;
}

/** Runs until `stop` aborts; then everything it holds is given back. @throws CommandError when another one already runs. */
export async function run<R extends Routes, A extends About>(
  loaded: Loaded,
  service: HostedService<R, A>,
  { stop, onEvent }: RunOptions,
): Promise<void> {
  requireToServe(service.protocol.title);
  reapAsFirstProcess();
  using lock = await takePost(service, loaded.projectRoot);
  let companions: Companions | null = null;
  let station: Station | null = null;
  let current = (): Loaded => loaded;
  const events = new Feed<WatchdogEvent>();
  const record = openRecord(
    loaded,
    (logging) => new BackgroundLog(logging),
    (event) => {
      events.publish(event);
      companions?.onEvent(event);
      onEvent?.(event);
    },
  );
  const tell = (event: EventBody): void => record.write({ atMs: systemClock.wallMs(), ...event });
  const trouble = (what: string): void => tell({ type: "trouble", what });
  const alertPids = new Set<number>();
  try {
    await using resources = new AsyncDisposableStack();
    const open = await service.open({
      current: () => current(),
      journal: record,
      events,
      tell,
      alertPids,
      stop,
      resources,
      pulse: (look) => {
        if (look !== undefined) companions?.onLook(look);
        station?.look();
      },
    });
    await using beside = await Companions.open(service.companions, {
      loaded,
      clock: systemClock,
      tell,
      alertPids,
    });
    companions = beside;
    // a broken one changes nothing and is said
    using config = new ConfigWatch(
      loaded,
      (next) => {
        beside.onConfig(next);
        tell({ type: "config-changed", path: next.path ?? "defaults" });
        open.onConfig(next);
      },
      ({ problems, message }) =>
        tell({ type: "config-rejected", path: problems[0]?.source ?? "configuration", problem: message }),
    );
    current = () => config.current();
    using standing = new Station(lock, service, {
      project: loaded.policy.projectRoot,
      answers: open.answers,
      about: open.about,
      stop,
      onTrouble: trouble,
    });
    station = standing;
    for (const what of stateTroubles(loaded)) trouble(what);
    await open.run();
    standing.requireOwn();
  } finally {
    await record.close();
  }
}
