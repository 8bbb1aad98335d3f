/**
 * The manager as a program: one for each account. It loads no configuration, no schema and no argument parser, and has
 * nothing to do but what happens: an app ends, somebody asks, a file changes, a clock is due.
 */
import { dirname } from "node:path";
import pkg from "../../../package.json" with { type: "json" };
import { openAppLogs } from "../../app-log/app-logs.ts";
import { Station, takePost, type Post } from "../../host/station.ts";
import { systemClock } from "../../os/clock.ts";
import {
  leaveJobs,
  listeningPorts,
  markInUse,
  openContainers,
  servers,
  thisProcess,
} from "../../os/select-containers.ts";
import { replaceProcess } from "../../os/select.ts";
import { reapAsFirstProcess, requireToServe } from "../../os/select-start.ts";
import { openSupervisor, openBooks } from "../../supervisor/create.ts";
import { messageOf } from "../../text/system-error.ts";
import { programFile } from "../../trust/package-file.ts";
import { typed } from "../../trust/typed.ts";
import type { About } from "../../wire/routes.ts";
import { MANAGER, MANAGER_NAME } from "../../wire/manager.ts";
import { createManager } from "../engine.ts";
import { launchedBefore } from "../launched-before.ts";
import { ALREADY_RUNS, QUIET } from "./detach.ts";
import type { DaemonSide, Manager } from "../ports.ts";
import { LazyChanges } from "./lazy-changes.ts";
import { DaemonLog } from "./daemon-log.ts";
import { ending, surviving } from "./ending.ts";
import {
  managerDirectory,
  outputDirectory,
  spareDirectory,
  dumpPath,
  listDirectory,
} from "../../host/manager-places.ts";
import { writePidFile } from "./pid-file.ts";
import { OwnPlace } from "./own-place.ts";
import { openProbes } from "./probes.ts";
import { answeringOnly } from "./questions.ts";
import { Rest } from "./rest.ts";
import { straysOf } from "../strays.ts";
import { StateFiles } from "./state-files.ts";
import { lockState, requireNoneElsewhere } from "./state-lock.ts";

export interface DaemonOptions {
  /** In the foreground, the manager's messages are printed too. */
  readonly onSaid?: (line: string) => void;
  /**
   * true: saved apps are started after a start of the machine. They are not started later: a person may have
   * stopped some meanwhile.
   */
  readonly resurrects?: boolean;
  /** The program that goes on in its place where it was not started as one that stays; its own where none is given. */
  readonly program?: string;
}

const POST: Post<typeof MANAGER.routes, About> = {
  protocol: MANAGER,
  name: MANAGER_NAME,
  whoRuns: async () => null,
  refusal: (who) => `${ALREADY_RUNS}: ${who}.\nStop it with: ${typed("daemon stop", "bunctl")}`,
};

/** Resolves when it has ended, and then its apps run on unless they were ended too. @throws CommandError when another one runs */
export async function runDaemon(options: DaemonOptions = {}): Promise<void> {
  const { onSaid, resurrects = false, program } = options;
  await restartQuiet(program);
  requireToServe(MANAGER.title);
  reapAsFirstProcess();
  const directory = managerDirectory();
  using lock = await takePost(POST, directory);
  using log = new DaemonLog(directory, onSaid);
  const trouble = (what: string): void => log.say("trouble", what);
  using _ = lockState(directory, trouble);
  const stop = new AbortController();
  using handlers = new DisposableStack();
  handlers.use(ending(stop));
  handlers.use(surviving(trouble));
  const sinceMs = systemClock.wallMs();
  for (const group of leaveJobs())
    trouble(
      `it was started inside of a launched job, and cannot leave its group ${group}: it may end with it`,
    );
  const self = thisProcess();
  const { bootId, pidNamespace } = self;
  requireNoneElsewhere(pidNamespace);
  const list = listDirectory(pidNamespace);
  const state = new StateFiles({
    directory: list,
    dump: dumpPath(),
    spare: spareDirectory(list),
    bootId,
    onDamage: trouble,
  });
  await using logs = openAppLogs({
    directory: outputDirectory(pidNamespace),
    mark: markInUse,
    onTrouble: (path, why) =>
      log.say("output", why === null ? `${path} takes lines again` : `${path} takes no line: ${why}`),
  });
  await using supervisor = await openSupervisor({ onTrouble: trouble, environment: {}, isAlone: true });
  const rest = handlers.use(new Rest());
  rest.after();
  const containers = openContainers();
  const daemon: DaemonSide = {
    launchedBefore: () => launchedBefore(openBooks(), self, containers),
    strays: () => straysOf(containers),
    about: () => ({ pid: process.pid, version: pkg.version, sinceMs, program: process.argv[1] ?? "" }),
    publish: (event) => {
      log.event(event);
      rest.after();
    },
    appsChanged: (specs) => changes.set(specs),
    writePidFile: (path, pid) => writePidFile(path, pid, trouble),
    finish: () => void setTimeout(() => stop.abort("its apps were ended, and so it is"), 0),
  };
  const manager = createManager({
    supervisor,
    logs,
    clock: systemClock,
    random: Math.random,
    state,
    probes: openProbes({ clock: systemClock, listening: listeningPorts, servers }),
    daemon,
  });
  using changes = new LazyChanges(async () => {
    const { AppChanges } = await import("./app-changes.ts");
    return new AppChanges({
      manager,
      program: programFile("src/manager/daemon/bun-watchdog-app-specs.ts"),
      onTrouble: trouble,
    });
  }, trouble);
  log.say("started", `pid ${process.pid}, version ${pkg.version}`);
  const isNewBoot = await manager.recover();
  // a slow disk, or one that refuses, is no reason not to answer
  void logs
    .closeOthers()
    .catch((error: unknown) => trouble(`output of apps that have ended: ${messageOf(error)}`));
  const station = new Station(lock, POST, {
    project: directory,
    answers: answeringOnly(manager.answers),
    about: () => {
      rest.after();
      return {};
    },
    stop,
    onTrouble: trouble,
  });
  handlers.use(new OwnPlace(dirname(lock.path), () => station.look(0)));
  if (resurrects && isNewBoot) void resurrect(manager, trouble);
  try {
    await aborted(stop.signal);
    await manager.close();
    log.say("stopped", String(stop.signal.reason));
    station.requireOwn();
  } finally {
    station[Symbol.dispose]();
    // whoever has asked for the end is told of it; who holds a connection open without a question is not waited for
    await Promise.race([station.answered, systemClock.sleep(LAST_ANSWER_MS)]);
  }
}

const LAST_ANSWER_MS = 200;

/** Nobody has asked, so the log says what does not start. */
async function resurrect({ answers }: Manager, onTrouble: (what: string) => void): Promise<void> {
  try {
    for (const failure of (await answers.resurrect()).failures) onTrouble(failure);
  } catch (error) {
    onTrouble(`what was saved is not started: ${messageOf(error)}`);
  }
}

/** Somebody has started it by hand. Does not return where that works. */
async function restartQuiet(program = process.argv[1] ?? ""): Promise<void> {
  const isQuiet = Object.entries(QUIET).every(([name, value]) => process.env[name] === value);
  if (isQuiet || replaceProcess === null) return;
  const { tunedEnvironment } = await import("../../host/runtime-tuning.ts");
  const { execPath, execArgv, argv } = process;
  const env = { ...(tunedEnvironment() ?? process.env), ...QUIET };
  await replaceProcess(execPath, [execPath, ...execArgv, program, ...argv.slice(2)], env);
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
