/** `daemon`: the manager itself. */
import { hasStopped, PATIENCE_MS } from "../../../host/background.ts";
import { CommandError } from "../../../text/errors.ts";
import { formatDate } from "../../../text/duration.ts";
import { JSON_OPTION, type Declaration } from "../../declaring.ts";
import { NONE_RUNS } from "../exit-codes.ts";
import { findManager, type RunningManager } from "../../../host/running-manager.ts";
import { managerProgram, startManager } from "../manager.ts";

interface DaemonOptions {
  readonly json?: boolean;
  readonly resurrect?: boolean;
}

function say({ about }: RunningManager, { json = false }: DaemonOptions): void {
  const { pid, version, sinceMs } = about;
  if (json) console.log(JSON.stringify({ schemaVersion: 1, pid, version, sinceMs }));
  else console.log(`The manager runs: pid ${pid}, version ${version}, since ${formatDate(sinceMs)}.`);
}

/** Exit 1 when none runs. */
async function status(options: DaemonOptions): Promise<number> {
  const manager = await findManager();
  if (manager !== null) say(manager, options);
  else if (options.json === true) console.log(JSON.stringify({ schemaVersion: 1, pid: null }));
  else console.log("No manager runs.");
  return manager === null ? 1 : 0;
}

async function start(options: DaemonOptions): Promise<number> {
  say(await startManager(), options);
  return 0;
}

async function ended(manager: RunningManager): Promise<void> {
  if (!(await hasStopped(manager, PATIENCE_MS)))
    throw new CommandError(
      `The manager (pid ${manager.about.pid}) has not ended within ${PATIENCE_MS / 1_000} s. Look at it: ps -o pid,stat,args -p ${manager.about.pid}`,
    );
}

async function stop(): Promise<number> {
  const manager = await findManager();
  if (manager === null) {
    console.log("No manager runs.");
    return 0;
  }
  await ended(manager);
  console.log(
    `The manager (pid ${manager.about.pid}) has ended. Its apps run on; the next manager adopts them.`,
  );
  return 0;
}

/** The old one leaves its apps as they are, and the new one, of the version that is installed now, goes on with them. */
async function upgrade(options: DaemonOptions): Promise<number> {
  const before = await findManager();
  if (before !== null) await ended(before);
  say(await startManager(), options);
  return 0;
}

/** Somebody was faster than the unit of `startup`: systemd would start it again and again if that were a failure. */
async function resurrectBy(manager: RunningManager): Promise<number> {
  say(manager, {});
  for (const failure of (await manager.resurrect()).failures) console.error(`error: ${failure}`);
  return 0;
}

export const daemonCommand: Declaration = {
  commands: {
    status: {
      summary: "say whether the manager runs",
      options: [JSON_OPTION],
      examples: [["daemon status --json", "with its pid, for scripts"]],
      exitCodes: NONE_RUNS,
      run: status,
    },
    start: {
      summary: "start the manager; every command that needs it does",
      options: [JSON_OPTION],
      examples: [["daemon start", "in the background"]],
      run: start,
    },
    run: {
      summary: "run the manager in the foreground",
      examples: [["daemon run --resurrect", "what the unit of `startup` runs"]],
      options: [["--resurrect", "after a start of the machine, start what `save` has kept"]],
      run: async ({ resurrect = false }: DaemonOptions) => {
        const running = resurrect ? await findManager() : null;
        if (running !== null) return resurrectBy(running);
        const { runDaemon } = await import("../../../manager/daemon/run-daemon.ts");
        await runDaemon({ onSaid: console.log, resurrects: resurrect, program: managerProgram() });
        return 0;
      },
    },
    stop: {
      summary: "end the manager; the apps run on",
      examples: [["daemon stop", "kill ends the apps, too"]],
      run: stop,
    },
    upgrade: {
      summary: "put the installed version in the manager's place; the apps run on",
      options: [JSON_OPTION],
      examples: [["daemon upgrade", "after an update of the package"]],
      run: upgrade,
    },
  },
};
