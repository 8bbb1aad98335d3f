/** The monitor itself: takes the scope's lock, opens its socket, watches its configuration, and runs the service. */
import pkg from "../../package.json" with { type: "json" };
import type { Loaded } from "../config/load.ts";
import { watchConfig } from "../config/files/watch.ts";
import { printable } from "../text/mask.ts";
import type { EventBody, WatchdogEvent } from "../core/plan/event.ts";
import { serveControl } from "../wire/control-socket.ts";
import { PROTOCOL, type CarriedOut } from "../wire/report.ts";
import { createService, type MonitorService } from "../monitor/service.ts";
import type { TickResult } from "../monitor/tick.ts";
import { Watcher } from "../monitor/watcher.ts";
import { thaw } from "../kill/thaw.ts";
import type { FrozenRecord } from "../ports/frozen-record.ts";
import type { ProcessControl } from "../ports/control.ts";
import { bearsVariable } from "../os/bears-variable.ts";
import type { Lock } from "../os/lock.ts";
import { ensureRuntimeDirectory, runtimePath } from "../os/runtime-directory.ts";
import { acquireLock, connectedAccounts } from "../os/select.ts";
import { reapAsFirstProcess, requireToWatch } from "../os/select-start.ts";
import { BackgroundLog } from "../record/background-log.ts";
import { CommandError } from "../text/errors.ts";
import { openRecord, type Record } from "../host/record.ts";
import { describeMonitor, monitorOver } from "../host/running-monitor.ts";
import { monitorName } from "../host/scope.ts";
import { readSelf, openWatchPorts, samplerFor, uid } from "../host/watch-ports.ts";
import { stateTroubles } from "../host/state.ts";
import { Companions } from "./companions.ts";
import { KeptProjects } from "./keep-projects.ts";
import { Registration } from "../host/registration.ts";
import { typed } from "../trust/typed.ts";

export interface ServeOptions {
  /** No reprieve for what already runs. */
  readonly armed: boolean;
  /** Aborts to stop it. */
  readonly stop: AbortController;
  readonly onEvent?: (event: WatchdogEvent) => void;
  readonly onCarriedOut?: (step: CarriedOut) => void;
  /** It watches: called once, before the first tick. */
  readonly onReady?: (service: MonitorService, watcher: Watcher, loaded: Loaded) => void | Promise<void>;
  readonly once?: boolean;
}

class AlreadyWatched extends CommandError {
  constructor(who: string) {
    super(
      `A monitor already runs: ${who}.\nIts limits are in force. Stop it with: ${typed("monitor --stop")}`,
    );
  }
}

/** One monitor per scope: refuses with the name of the one that runs. */
async function takeScope({ policy, projectRoot }: Loaded): Promise<Lock> {
  const running = await monitorOver(policy, "overlapping");
  if (running !== null) throw new AlreadyWatched(describeMonitor(running));
  const path = runtimePath(ensureRuntimeDirectory(uid()), monitorName(policy), "lock");
  const lock = acquireLock(path, { project: projectRoot, command: "monitor" });
  if ("heldBy" in lock)
    throw new AlreadyWatched(`pid ${lock.heldBy.pid}, started in ${printable(lock.heldBy.project ?? "?")}`);
  return lock;
}

/** The socket is 0600 in a directory of 0700; who came by all the same, with a descriptor for instance, is not obeyed. */
const mayAsk = (socket: string): boolean =>
  [...connectedAccounts(socket)].every((account) => account === uid() || account === 0);

/** Follows the configuration file; a broken one changes nothing and is said. */
function followConfig(
  loaded: Loaded,
  watcher: Watcher,
  record: Record,
  service: MonitorService,
  companions: Companions,
  kept: Pick<KeptProjects, "apply">,
): Disposable & { current(): Loaded } {
  const now = (): number => watcher.ports.clock.wallMs();
  return watchConfig(
    loaded,
    (next) => {
      kept.apply();
      companions.onConfig(next);
      record.write({ type: "config-changed", path: next.path ?? "defaults", atMs: now() });
      service.wake();
    },
    (error) =>
      record.write({
        type: "config-rejected",
        path: error.problems[0]?.source ?? "configuration",
        problem: error.message,
        atMs: now(),
      }),
  );
}

/** Started now: when it is needed there may be no process left for it. Without one nothing is frozen. */
async function readyGuard(control: ProcessControl, tell: (event: EventBody) => void): Promise<void> {
  try {
    await using _ = await control.guard();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    tell({
      type: "trouble",
      what: `no guard process, so victims are killed without being frozen first: ${why}`,
    });
  }
}

/** Taken now: when it is needed the disk may be full. Until there is some, what cannot be written down is not frozen. */
function reserveRoom(frozen: FrozenRecord, tell: (event: EventBody) => void): Disposable {
  try {
    return frozen.reserve();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    tell({ type: "trouble", what: `no room to write down who is frozen: ${why}` });
    return new DisposableStack();
  }
}

/** Runs until `stop` aborts; then everything it holds is given back. @throws CommandError when a monitor already runs. */
export async function serve(loaded: Loaded, options: ServeOptions): Promise<void> {
  reapAsFirstProcess();
  requireToWatch();
  using lock = await takeScope(loaded);
  const record = openRecord(
    loaded,
    (logging) => new BackgroundLog(logging),
    (event) => {
      companions?.onEvent(event);
      options.onEvent?.(event);
    },
  );
  const sampler = samplerFor(loaded.policy);
  let companions: Companions | null = null;
  let kept: KeptProjects | null = null;
  let registration: Registration | null = null;
  let lost: Error | null = null;
  try {
    const ports = {
      ...openWatchPorts(sampler, record),
      onLook: (look: TickResult): void => {
        companions?.onLook(look);
        kept?.onLook(look);
        registration?.look();
      },
    };
    const alertPids = new Set<number>();
    const tell = (event: EventBody): void => record.write({ atMs: ports.clock.wallMs(), ...event });
    // before anything that a disk can hold up
    thaw(ports);
    using _ = reserveRoom(ports.frozen, tell);
    await readyGuard(ports.control, tell);
    await using opened = await Companions.open({ loaded, clock: ports.clock, tell, alertPids });
    companions = opened;
    const watcher = new Watcher(ports, loaded.policy, { ...readSelf(sampler), alertPids });
    const sinceMs = ports.clock.wallMs();
    const service = createService(watcher, {
      ...options,
      config: () => config.current().path,
      about: (policy) => ({
        protocol: PROTOCOL,
        version: pkg.version,
        pid: process.pid,
        project: loaded.policy.projectRoot,
        config: config.current().path,
        mode: policy.mode,
        scope: policy.scope,
        sinceMs,
        log: loaded.logDirectory,
      }),
      keep: (request) => keeping.keep(request),
      bears: bearsVariable,
    });
    using keeping = new KeptProjects(loaded, {
      clock: ports.clock,
      record,
      watcher,
      current: () => config.current(),
      wake: () => service.wake(),
    });
    using config = followConfig(loaded, watcher, record, service, opened, keeping);
    await keeping.begin();
    kept = keeping;
    using taken = new Registration(lock, {
      take: () => takeScope(loaded),
      serve: (directory) => {
        const socket = runtimePath(directory, monitorName(loaded.policy), "sock");
        return serveControl(socket, service, () => mayAsk(socket));
      },
      onRetaken: () =>
        tell({ type: "trouble", what: `its lock and socket had been removed, and are back in their place` }),
      onTrouble: (what) => tell({ type: "trouble", what: `its lock and socket were removed: ${what}` }),
      onLost: (error) => {
        lost = error;
        options.stop.abort("its lock was removed, and another monitor has taken over");
      },
      isLoss: (error) => error instanceof AlreadyWatched,
      nowMs: () => ports.clock.monotonicMs(),
    });
    registration = taken;
    const { mode, scope } = loaded.policy;
    for (const what of stateTroubles(loaded)) tell({ type: "trouble", what });
    record.write({ type: "started", pid: process.pid, mode, scope, config: loaded.path, atMs: sinceMs });
    await options.onReady?.(service, watcher, loaded);
    await service.run();
    record.write({
      type: "stopped",
      pid: process.pid,
      reason: String(options.stop.signal.reason),
      atMs: ports.clock.wallMs(),
    });
    if (lost !== null) throw overtaken(lost);
  } finally {
    sampler.close();
    await record.close();
  }
}

const overtaken = ({ message }: Error): CommandError =>
  new CommandError(`The lock of this monitor was removed, and it has ended. ${message}`);
