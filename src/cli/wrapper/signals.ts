/**
 * What is sent to the wrapper is meant for the program: passed on, once. What a terminal's keys and its end send has
 * reached the program already when both are in the foreground, since they share the process group; Ctrl-Z and fg
 * stop and continue both in the same way, and a new window size needs nobody.
 */
import type { LaunchedJob } from "../../job/launch/launch.ts";
import { isForeground } from "../../os/linux/gate/gatehouse.ts";
import type { ProcFiles } from "../../os/linux/proc-files.ts";

const FROM_TERMINAL = ["SIGINT", "SIGQUIT", "SIGHUP"] as const;
const OTHERS = ["SIGTERM", "SIGUSR1", "SIGUSR2"] as const;

export class Signals {
  readonly #proc: ProcFiles;
  #job: LaunchedJob | null = null;

  constructor(proc: ProcFiles) {
    this.#proc = proc;
  }

  /** From now on they do not end this process; the result is told who they are for. */
  passOn(): (job: LaunchedJob) => void {
    for (const signal of OTHERS) process.on(signal, () => void this.#job?.forward(signal));
    for (const signal of FROM_TERMINAL)
      process.on(signal, () => {
        if (!isForeground(this.#proc)) this.#job?.forward(signal);
      });
    return (job) => (this.#job = job);
  }
}
