/** What a command that ran under the monitor has left behind: named, and with `--clean` ended. */
import { wasBornBelow } from "../../core/command.ts";
import { isOurs } from "../../core/ours.ts";
import type { JudgedProcess } from "../../core/verdict.ts";
import { TICK } from "../../monitor/watching.ts";
import type { Watcher } from "../../monitor/watcher.ts";
import type { StopReport } from "../../monitor/report.ts";
import type { Service } from "../../monitor/service.ts";
import { bearsVariable } from "../../os/bears-variable.ts";

/** Most of what ends with the command ends within some ms of it. */
const SETTLE_MS = 1_000;
const LOOK_MS = 250;

export interface LeftRunning {
  readonly processes: readonly JudgedProcess[];
  /** null = it was not asked for. */
  readonly cleaned: StopReport | null;
}

/** `assignment`: the variable that the command and all it started were given. */
export async function leftRunning(
  watcher: Watcher,
  service: Pick<Service, "stopByHand">,
  commandPid: number,
  assignment: string,
  clean: boolean,
): Promise<LeftRunning> {
  const processes = await settled(watcher, commandPid, assignment);
  if (!clean || processes.length === 0) return { processes, cleaned: null };
  const chosen = processes.map(({ process }) => process.id);
  const because = "left over by the command (--clean)";
  const cleaned = await service.stopByHand({ chosen, dryRun: false, force: false, because }, watcher.self);
  return { processes, cleaned };
}

/** Looks for as long as something is there, and twice at least where something is: its CPU use shows then. */
async function settled(
  watcher: Watcher,
  commandPid: number,
  assignment: string,
): Promise<readonly JudgedProcess[]> {
  const { clock } = watcher.ports;
  const untilMs = clock.monotonicMs() + SETTLE_MS;
  for (;;) {
    const { judgement, history } = watcher.look({ ...TICK, full: true });
    const left = judgement.jobs
      .flatMap(({ processes }) => processes)
      .filter(
        ({ process }) =>
          !isOurs(process) &&
          (wasBornBelow(process, history, commandPid) || bearsVariable(process.id.pid, assignment)),
      );
    if (left.length === 0 || clock.monotonicMs() >= untilMs) return left;
    await clock.sleep(LOOK_MS);
  }
}
