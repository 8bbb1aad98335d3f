/**
 * What every long-lived process of ours does, whatever it is for: it takes a lock and a socket by which it is found, keeps
 * a journal and a log, follows its configuration, and has companions. A service adds what it works with and answers.
 */
import pkg from "../../package.json" with { type: "json" };
import { ConfigWatch } from "../config/files/watch.ts";
import type { Loaded } from "../config/load.ts";
import type { EventBody, WatchdogEvent } from "../core/plan/event.ts";
import type { TickResult } from "../monitor/tick.ts";
import { systemClock } from "../os/clock.ts";
import type { Lock } from "../os/lock.ts";
import { ensureRuntimeDirectory, runtimePath } from "../os/runtime-directory.ts";
import { acquireLock, connectedAccounts } from "../os/select.ts";
import { reapAsFirstProcess, requireToServe } from "../os/select-start.ts";
import type { Journal } from "../ports/journal.ts";
import { BackgroundLog } from "../record/background-log.ts";
import { CommandError } from "../text/errors.ts";
import { printable } from "../text/mask.ts";
import { Feed } from "../wire/feed.ts";
import type { About, Answers, Protocol, Routes } from "../wire/routes.ts";
import { serveSocket } from "../wire/server.ts";
import { Companions, type CompanionLoader } from "./companions.ts";
import { openRecord } from "./record.ts";
import { Registration } from "./registration.ts";
import { stateTroubles } from "./state.ts";
import { uid } from "./watch-ports.ts";

export interface HostedService<R extends Routes, A extends About> {
  readonly protocol: Protocol<R, A>;
  /** What its lock and its socket are called: one runs for each name. */
  readonly name: string;
  /** Who has the say already, in words, whatever name that one has; null = nobody. */
  readonly whoRuns: () => Promise<string | null>;
  /** What a second one is told. */
  readonly refusal: (who: string) => string;
  readonly companions: readonly CompanionLoader[];
  readonly open: (host: Host) => Promise<OpenService<R, A>>;
}

export interface Host {
  /** As it stands in its files now. */
  readonly current: () => Loaded;
  /** Where every event goes: the journal, the log, the companions, and who follows. */
  readonly journal: Journal;
  readonly events: Feed<WatchdogEvent>;
  readonly tell: (event: EventBody) => void;
  /** Pids of commands that deliver an alert right now; see `Self`. */
  readonly alertPids: Set<number>;
  readonly stop: AbortController;
  /** Given back at the end, the last one first. */
  readonly resources: AsyncDisposableStack;
  /** To be called every now and then: lock and socket are looked after, and companions see the look, if it was one. */
  readonly pulse: (look?: TickResult) => void;
}

export interface OpenService<R extends Routes, A extends About> {
  readonly answers: Answers<R>;
  /** What it adds to what everybody says about itself. */
  readonly about: () => Omit<A, keyof About>;
  readonly onConfig: (next: Loaded) => void;
  /** Can be asked from now on. Resolves when it has ended, as `stop` says. */
  readonly run: () => Promise<void>;
}

export interface RunOptions {
  readonly stop: AbortController;
  readonly onEvent?: (event: WatchdogEvent) => void;
}

/** Another one has the say. */
class AlreadyRuns extends CommandError {}

async function takeLock<R extends Routes, A extends About>(
  { name, protocol, whoRuns, refusal }: HostedService<R, A>,
  project: string,
): Promise<Lock> {
  const running = await whoRuns();
  if (running !== null) throw new AlreadyRuns(refusal(running));
  const path = runtimePath(ensureRuntimeDirectory(uid()), name, "lock");
  const lock = acquireLock(path, { project, command: protocol.title });
  if (!("heldBy" in lock)) return lock;
  const { pid, project: where = "?" } = lock.heldBy;
  throw new AlreadyRuns(refusal(`pid ${pid}, started in ${printable(where)}`));
}

/** The socket is 0600 in a directory of 0700; who came by all the same, with a descriptor for instance, is not obeyed. */
const mayAsk = (socket: string): boolean =>
  [...connectedAccounts(socket)].every((account) => account === uid() || account === 0);

/** Runs until `stop` aborts; then everything it holds is given back. @throws CommandError when another one already runs. */
export async function run<R extends Routes, A extends About>(
  loaded: Loaded,
  service: HostedService<R, A>,
  { stop, onEvent }: RunOptions,
): Promise<void> {
  requireToServe(service.protocol.title);
  reapAsFirstProcess();
  const { name, protocol } = service;
  using lock = await takeLock(service, loaded.projectRoot);
  let companions: Companions | null = null;
  let registration: Registration | null = null;
  let lost: Error | null = null;
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
  const sinceMs = systemClock.wallMs();
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
        registration?.look();
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
    using registered = new Registration(lock, {
      take: () => takeLock(service, loaded.projectRoot),
      serve: (directory) => {
        const socket = runtimePath(directory, name, "sock");
        const { version } = pkg;
        const { projectRoot: project } = loaded.policy;
        return serveSocket(
          socket,
          protocol,
          {
            answers: open.answers,
            about: () => ({ ...open.about(), version, pid: process.pid, project, sinceMs }),
            stop: () => stop.abort("asked to"),
          },
          () => mayAsk(socket),
        );
      },
      onRetaken: () => trouble("its lock and socket had been removed, and are back in their place"),
      onTrouble: (what) => trouble(`its lock and socket were removed: ${what}`),
      onLost: (error) => {
        lost = error;
        stop.abort(`its lock was removed, and another ${protocol.title} has taken over`);
      },
      isLoss: (error) => error instanceof AlreadyRuns,
      nowMs: () => systemClock.monotonicMs(),
    });
    registration = registered;
    for (const what of stateTroubles(loaded)) trouble(what);
    await open.run();
    if (lost !== null) throw overtaken(lost, protocol.title);
  } finally {
    await record.close();
  }
}

const overtaken = ({ message }: Error, title: string): CommandError =>
  new CommandError(`The lock of this ${title} was removed, and it has ended. ${message}`);
