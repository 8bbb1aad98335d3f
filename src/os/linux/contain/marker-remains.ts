/** What bears a job's marker in its environment; all that the monitor needs of marker.ts, and all it loads. */
import type { ProcessId } from "../../../core/process/process.ts";
import { gatedJobsAround, JOB_VARIABLE, type ContainerPlace } from "../../../core/process/slot.ts";
import type { ContainerUsage, Remains } from "../../../ports/container.ts";
import { livingIds } from "../proc/process-id.ts";
import { ProcFiles } from "../proc/proc-files.ts";
import { readProcessTree } from "./process-tree.ts";

/** Whether this process was started with the job's id in its environment; false also where that may not be read. */
export const carriesMarker = (proc: ProcFiles, pid: number, jobId: string): boolean => {
  const prefix = `${JOB_VARIABLE}=`;
  const settings = (proc.wholeText(`${pid}/environ`) ?? "").split("\0");
  return settings.some(
    (text) =>
      text.startsWith(prefix) &&
      gatedJobsAround({ [JOB_VARIABLE]: text.slice(prefix.length) }).includes(jobId),
  );
};

/** Those who are of a job by another sign than its group. */
export interface Others extends Disposable {
  pids(): readonly number[];
}

/** By the marker: of a wrapper that may be dead. */
export class Marked implements Others {
  readonly #jobId: string;
  readonly #proc = new ProcFiles();

  constructor(jobId: string) {
    this.#jobId = jobId;
  }

  pids(): readonly number[] {
    const everybody = [...readProcessTree(this.#proc).keys()];
    return everybody.filter((pid) => carriesMarker(this.#proc, pid, this.#jobId));
  }

  [Symbol.dispose](): void {
    this.#proc[Symbol.dispose]();
  }
}

/** A job that no group holds. */
export class MarkerRemains implements Remains {
  readonly place: ContainerPlace = { kind: "marker" };
  readonly #others: Others;

  constructor(others: Others) {
    this.#others = others;
  }

  members(): readonly ProcessId[] {
    return livingIds(this.#others.pids());
  }

  count(): number {
    return this.members().length;
  }

  usage(): ContainerUsage {
    return { memoryBytes: null, memoryPeakBytes: null, cpuMs: null, memoryKills: 0 };
  }

  killAll(): boolean {
    return false;
  }

  [Symbol.dispose](): void {
    this.#others[Symbol.dispose]();
  }
}
