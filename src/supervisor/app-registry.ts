/** The apps that run, by name and by pid. */
import type { LaunchedJob } from "../launch/look-after.ts";
import type { AppProcess, ExitStatus } from "../ports/supervisor.ts";

export interface RunningApp {
  readonly handle: AppProcess;
  readonly job: LaunchedJob;
  readonly startedMs: number;
  readonly ended: Promise<ExitStatus>;
  /** Somebody has asked for its end. */
  isStopping: boolean;
}

export class AppRegistry {
  readonly #byName = new Map<string, RunningApp>();
  readonly #byPid = new Map<number, RunningApp>();

  /** A second one of a name takes its place there; each keeps its pid. */
  add(app: RunningApp): void {
    this.#byName.set(app.handle.name, app);
    this.#byPid.set(app.handle.pid, app);
  }

  /** Another one may have the name, or the pid, by now. */
  remove(app: RunningApp): void {
    const { name, pid } = app.handle;
    if (this.#byName.get(name) === app) this.#byName.delete(name);
    if (this.#byPid.get(pid) === app) this.#byPid.delete(pid);
  }

  find(pidOrName: number | string): RunningApp | undefined {
    return typeof pidOrName === "number" ? this.#byPid.get(pidOrName) : this.#byName.get(pidOrName);
  }

  has(jobId: string): boolean {
    return [...this.#byPid.values()].some(({ handle }) => handle.jobId === jobId);
  }
}
