/** The monitor itself: what it holds, what it answers, and the service that runs until it is told to stop. */
import type { Loaded } from "../config/load.ts";
import { run, type Host, type HostedService, type OpenService, type RunOptions } from "../host/run.ts";
import type { CompanionLoader } from "../host/companions.ts";
import { readyToKill } from "../host/killing.ts";
import { describeMonitor, monitorOver } from "../host/running-monitor.ts";
import { monitorName } from "../host/scope.ts";
import { openWatchPorts, readSelf, samplerFor } from "../host/watch-ports.ts";
import { createService, type MonitorService } from "../monitor/service.ts";
import type { TickResult } from "../monitor/tick.ts";
import { Watcher } from "../monitor/watcher.ts";
import { bearsVariable } from "../os/bears-variable.ts";
import { typed } from "../trust/typed.ts";
import { MONITOR, type MonitorAbout } from "../wire/monitor.ts";
import type { CarriedOut } from "../wire/reports.ts";
import { KeptProjects } from "./keep-projects.ts";

export interface ServeOptions extends RunOptions {
  /** No reprieve for what already runs. */
  readonly armed: boolean;
  readonly onCarriedOut?: (step: CarriedOut) => void;
  /** It watches: called once, before the first tick. */
  readonly onReady?: (service: MonitorService, watcher: Watcher, loaded: Loaded) => void | Promise<void>;
  readonly once?: boolean;
}

type MonitorRoutes = typeof MONITOR.routes;

const COMPANIONS: readonly CompanionLoader[] = [
  async () => {
    const { openAlerts } = await import("../alert/companion.ts");
    return (options) => openAlerts(options);
  },
  async () => (await import("../history/companion.ts")).keepHistory,
  async () => (await import("../upkeep/companion.ts")).openMaintenance,
  async () => (await import("./page-server.ts")).servePage,
];

/** Runs until `stop` aborts; then everything it holds is given back. @throws CommandError when a monitor already runs. */
export async function serve(loaded: Loaded, options: ServeOptions): Promise<void> {
  const monitor: HostedService<MonitorRoutes, MonitorAbout> = {
    protocol: MONITOR,
    name: monitorName(loaded.policy),
    whoRuns: async () => {
      const running = await monitorOver(loaded.policy, "overlapping");
      return running === null ? null : describeMonitor(running);
    },
    refusal: (who) =>
      `A monitor already runs: ${who}.\nIts limits are in force. Stop it with: ${typed("monitor --stop")}`,
    companions: COMPANIONS,
    open: (host) => openMonitor(host, loaded, options),
  };
  await run(loaded, monitor, options);
}

async function openMonitor(
  host: Host,
  loaded: Loaded,
  options: ServeOptions,
): Promise<OpenService<MonitorRoutes, MonitorAbout>> {
  const { current, journal, events, tell, alertPids, stop, resources, pulse } = host;
  // before anything that a disk can hold up
  const killing = await readyToKill(host);
  const sampler = resources.adopt(samplerFor(loaded.policy), (opened) => opened.close());
  let isOpen = false;
  const ports = {
    ...openWatchPorts(sampler, killing),
    onLook: (look: TickResult): void => {
      pulse(look);
      if (isOpen) keeping.onLook(look);
    },
  };
  const watcher = new Watcher(ports, loaded.policy, { ...readSelf(sampler), alertPids });
  const service = createService(watcher, {
    ...options,
    config: () => current().path,
    bears: bearsVariable,
  });
  const keeping = resources.adopt(
    new KeptProjects(loaded, { clock: ports.clock, journal, watcher, current, wake: () => service.wake() }),
    (kept) => kept[Symbol.dispose](),
  );
  await keeping.begin();
  isOpen = true;
  return {
    answers: {
      ...service,
      keep: (request) => keeping.keep(request),
      // most monitors are never asked
      status: async (asked, caller) => (await import("./page-looks.ts")).lookForPage(service, asked, caller),
      events: () => ({ feed: events, snapshot: () => ({ monitorPid: process.pid }) }),
    },
    about: () => ({
      config: current().path,
      mode: watcher.policy.mode,
      scope: watcher.policy.scope,
      log: loaded.logDirectory,
    }),
    onConfig: () => {
      keeping.apply();
      service.wake();
    },
    run: async () => {
      const { mode, scope } = loaded.policy;
      tell({ type: "started", pid: process.pid, mode, scope, config: loaded.path });
      await options.onReady?.(service, watcher, loaded);
      await service.run();
      tell({ type: "stopped", pid: process.pid, reason: String(stop.signal.reason) });
    },
  };
}
