/** What bears a job's marker in its environment, or its tag: by that it is found when its launcher is dead. */
import { gatedJobsAround, JOB_VARIABLE } from "../../../core/process/slot.ts";
import { ProcFiles } from "../proc/proc-files.ts";
import { bearsTag } from "./job-tag.ts";
import { readProcessTree } from "./process-tree.ts";

/** Whether this process was started with the job's id in its environment, or by who was; false also where that may not be read. */
export const carriesMarker = (proc: ProcFiles, pid: number, jobId: string): boolean => {
  if (bearsTag(pid, jobId)) return true;
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

/** One for all that are open: a manager may have adopted fifty jobs, and each would take 64 KB and two descriptors. */
let shared: ProcFiles | null = null;
const open = new Set<Marked>();

export class Marked implements Others {
  protected readonly proc: ProcFiles;

  constructor(private readonly jobId: string) {
    this.proc = shared ??= new ProcFiles();
    open.add(this);
  }

  pids(): readonly number[] {
    const everybody = [...readProcessTree(this.proc).keys()];
    return everybody.filter((pid) => carriesMarker(this.proc, pid, this.jobId));
  }

  [Symbol.dispose](): void {
    if (!open.delete(this) || open.size > 0) return;
    shared = null;
    this.proc[Symbol.dispose]();
  }
}
