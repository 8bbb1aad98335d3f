/** What a command that ran under the monitor has left behind: named, and with `--clean` ended. */
import { wasBornBelow } from "../core/judge/command.ts";
import { isOurs } from "../core/process/ours.ts";
import type { Self } from "../core/judge/policy.ts";
import type { JudgedProcess } from "../core/judge/verdict.ts";
import type { DepartRequest, LeftRunning } from "../wire/reports.ts";
import type { Watcher } from "./watcher.ts";
import { TICK } from "./watching.ts";

/** Most of what ends with the command ends within some ms of it. */
const SETTLE_MS = 1_000;
const LOOK_MS = 250;

export type Bears = (pid: number, assignment: string) => boolean;

export async function leftRunning(
  watcher: Watcher,
  request: DepartRequest,
  caller: Self,
  bears: Bears,
): Promise<LeftRunning> {
  const processes = await settled(watcher, request, bears);
  if (!request.clean || processes.length === 0) return { processes, cleaned: null };
  const chosen = processes.map(({ process }) => process.id);
  const because = "left over by the command (--clean)";
  const cleaned = await watcher.stopByHand({ chosen, dryRun: false, force: false, because }, caller);
  return { processes, cleaned };
}

/**
 * Looks for as long as something is there, and twice at least: CPU use shows then, and what was started by the command's
 * last words has become what it is, if it was still a shell at the first look.
 */
async function settled(
  watcher: Watcher,
  { pid, assignment }: DepartRequest,
  bears: Bears,
): Promise<readonly JudgedProcess[]> {
  const { clock } = watcher.ports;
  const untilMs = clock.monotonicMs() + SETTLE_MS;
  for (let looks = 1; ; looks++) {
    const { judgement, history } = watcher.look({ ...TICK, full: true });
    const left = judgement.jobs
      .flatMap(({ processes }) => processes)
      .filter(
        ({ process }) =>
          !isOurs(process) && (wasBornBelow(process, history, pid) || bears(process.id.pid, assignment)),
      );
    if ((left.length === 0 && looks > 1) || clock.monotonicMs() >= untilMs) return left;
    await clock.sleep(LOOK_MS);
  }
}
