/**
 * Finds the descendants of a job's root, wherever they moved themselves: its children and theirs, and orphans, which come to us while we
 * live (subreaper.ts). A control group holds only who stays in it: whoever may write to another one leaves.
 */
import type { Launched } from "../../../ports/launch.ts";
import { carriesMarker, type Others } from "./marked.ts";
import { descendantsOf, readProcessTree, type ProcessTree } from "./process-tree.ts";
import { Subreaper } from "./subreaper.ts";

/** Jobs of this process: an orphan says by its marker whose it is. */
const open = new Set<Kin>();
let subreaper: Subreaper | null = null;

/** Who belongs to a job by descent, in whatever group. */
export interface Family extends Others {
  begin(root: Launched): void;
  cpuMs(): number | null;
}

export class Kin implements Family {
  readonly #subreaper: Subreaper;
  #root: Launched | null = null;
  #rootCpuMs: number | null = null;

  /** `isAlone`: whoever launches it starts nothing else, so that every orphan can only be of its jobs. */
  constructor(
    private readonly jobId: string,
    private readonly isAlone = true,
  ) {
    subreaper ??= new Subreaper();
    this.#subreaper = subreaper;
    open.add(this);
  }

  begin(root: Launched): void {
    this.#root = root;
    this.#rootCpuMs = null;
    void root.ended.then(({ cpuMs }) => {
      if (this.#root === root) this.#rootCpuMs = cpuMs;
    });
  }

  /** Everybody is looked at only while there is somebody to descend from. */
  pids(): readonly number[] {
    const orphans = this.#subreaper.adopted().filter((pid) => this.#isOurs(pid));
    if (orphans.length === 0 && (this.#root === null || this.#rootCpuMs !== null)) return [];
    const tree = readProcessTree(this.#subreaper.proc);
    const from = this.#root === null ? orphans : [...this.#livingRoot(this.#root, tree), ...orphans];
    return descendantsOf(tree, from);
  }

  /** Told once the root has ended. What was never waited for by anybody is not in the time. */
  cpuMs(): number | null {
    return this.#rootCpuMs === null ? null : this.#rootCpuMs + this.#subreaper.cpuMs;
  }

  [Symbol.dispose](): void {
    open.delete(this);
    if (open.size > 0) return;
    this.#subreaper[Symbol.dispose]();
    subreaper = null;
  }

  /**
   * One job: all orphans are its, unless everybody's come to us (pid 1), or those of somebody who was our child before an exec
   * (`server & exec bunctl runtime`). Else its marker or its tag says to which job an orphan belongs.
   */
  #isOurs(orphan: number): boolean {
    const isAlone = this.isAlone && open.size === 1 && process.pid !== 1 && !this.#subreaper.hasStrangers;
    return isAlone || carriesMarker(this.#subreaper.proc, orphan, this.jobId);
  }

  #livingRoot({ id }: Launched, tree: ProcessTree): readonly number[] {
    return tree.get(id.pid)?.startTicks === id.startTicks ? [id.pid] : [];
  }
}
