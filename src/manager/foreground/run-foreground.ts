/**
 * Apps in the foreground, as the main process of a container: their output is ours, a signal is theirs, orphans are reaped,
 * and when all of them have ended, so do we, with their exit code.
 */
import pkg from "../../../package.json" with { type: "json" };
import type { AppSpec } from "../../core/app/app-spec.ts";
import type { InstanceExit } from "../../core/app/app-state.ts";
import { systemClock } from "../../os/clock.ts";
import { listeningPorts, openContainers, servers } from "../../os/select-containers.ts";
import { reapAsFirstProcess } from "../../os/select-start.ts";
import { codeOfSignal } from "../../os/signal-code.ts";
import { openSupervisor } from "../../supervisor/create.ts";
import { messageOf } from "../../text/system-error.ts";
import type { AppsDocument } from "../../wire/manager.ts";
import { openProbes } from "../daemon/probes.ts";
import { writePidFile } from "../daemon/pid-file.ts";
import { createManager } from "../engine.ts";
import type { Manager } from "../ports.ts";
import { straysOf } from "../strays.ts";
import { guarded } from "./guard.ts";
import { keepingNothing, passedOn } from "./passed-on.ts";

/** After one of these signals every app is told to stop; the other signals are passed on. */
const ENDING = ["SIGTERM", "SIGINT"] as const;
const PASSED_ON = ["SIGHUP", "SIGUSR1", "SIGUSR2"] as const;

/** `say`: a line about what happens, for standard error. Resolves to the exit code. */
export async function runForeground(specs: readonly AppSpec[], say: (line: string) => void): Promise<number> {
  reapAsFirstProcess();
  using _ = guarded();
  const over = Promise.withResolvers<void>();
  let hasBegun = false;
  const sinceMs = systemClock.wallMs();
  await using supervisor = await openSupervisor({ onTrouble: say, environment: {}, isAlone: true });
  await using logs = passedOn();
  const manager: Manager = createManager({
    supervisor,
    logs,
    clock: systemClock,
    random: Math.random,
    state: keepingNothing,
    probes: openProbes({ clock: systemClock, listening: listeningPorts, servers }),
    daemon: {
      launchedBefore: async () => [],
      strays: () => straysOf(openContainers()),
      about: () => ({ pid: process.pid, version: pkg.version, sinceMs }),
      publish: ({ app, instance, words }) => {
        say(`${app.name} ${instance} ${words}`);
        // the change that the event tells of is not complete yet
        if (hasBegun) setImmediate(() => void isOver(manager).then((ended) => ended && over.resolve()));
      },
      appsChanged: () => {},
      writePidFile: (path, pid) => writePidFile(path, pid, say),
      finish: () => over.resolve(),
    },
  });
  await manager.recover();
  const all = { words: ["all"], directory: process.cwd() };
  let isTold = false;
  const onSignal = (name: NodeJS.Signals, act: () => Promise<unknown>): void => {
    // a second one may come when the apps have just ended
    process.on(name, () => void act().catch((error: unknown) => say(messageOf(error))));
  };
  for (const name of ENDING)
    onSignal(name, async () => {
      isTold = true;
      await manager.answers.stopApps(all);
      over.resolve();
    });
  for (const name of PASSED_ON) onSignal(name, async () => manager.answers.signal(all, name));
  const { failures } = await manager.answers.start(specs, { ifRunning: "keep", updateEnv: false });
  for (const failure of failures) say(failure);
  hasBegun = true;
  if (await isOver(manager)) over.resolve();
  await over.promise;
  const seen = await manager.answers.apps(null);
  // one that is tried again and again is running just now, or waits for it
  await manager.answers.stopApps(all);
  await manager.close();
  // a run that is told to end while an app starts has not failed
  return failures.length > 0 && !isTold ? 1 : exitCodeOf(seen);
}

/** A restart budget that is spent is the end here: who started the container decides what is next. */
const isOver = async ({ answers }: Manager): Promise<boolean> => {
  const { apps } = await answers.apps(null);
  return apps
    .flatMap(({ instances }) => instances)
    .every(({ state }) => state === "stopped" || state === "retrying");
};

/** The first one that is not 0, by id. */
const exitCodeOf = ({ apps }: AppsDocument): number =>
  apps
    .flatMap(({ instances }) => instances)
    .map(({ lastExit }) => (lastExit === null ? 0 : codeOfExit(lastExit)))
    .find((code) => code !== 0) ?? 0;

function codeOfExit({ code, signal, reason }: InstanceExit): number {
  if (code !== null) return code;
  if (signal !== null) return codeOfSignal(signal);
  return reason === "stopped" ? 0 : 1;
}
