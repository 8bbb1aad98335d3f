/**
 * Finds the descendants of a job's root, wherever they moved themselves: its children and theirs, and orphans, which come to us while we
 * live (subreaper.ts). A control group holds only who stays in it: whoever may write to another one leaves.
 */
import type { ProcessId } from "../../../core/process/process.ts";
import type { Launched } from "../../../ports/launch.ts";
import { livingIds, statOf } from "../proc/process-id.ts";
import { Field } from "../proc/stat.ts";
import { bearsTag, isTagged } from "./job-tag.ts";
import { isManager } from "./managers.ts";
import { carriesMarker, type Others } from "./marked.ts";
import { descendantsOf, readProcessTree, type ProcessTree } from "./process-tree.ts";
import { starterBegins, starterEnds, onlyStarter, type Starter } from "./starters.ts";
import { Subreaper } from "./subreaper.ts";

/** Jobs of this process. */
const open = new Set<Kin>();
/** Ids of jobs that have ended, and whose launcher knows who stays of them. */
const outlived = new Set<string>();
let subreaper: Subreaper | null = null;

/** Orphans that came to us, which bear no sign of a job, and which several can have started, or somebody that we do not know. */
export function unclaimed(): readonly ProcessId[] {
  const { proc } = subreaper ?? {};
  if (proc === undefined) return [];
  const isKnown = (pid: number): boolean => [...outlived].some((id) => carriesMarker(proc, pid, id));
  return livingIds(ofNoJob().filter((pid) => !isManager(pid) && !isKnown(pid)));
}

/** Orphans of jobs that have ended, known or not. */
function ofNoJob(): readonly number[] {
  const kins = [...open];
  // nearly all bear a tag, and to read an environment once for each of fifty jobs takes milliseconds
  const isOfOne = (pid: number): boolean =>
    kins.some(({ jobId }) => bearsTag(pid, jobId)) || kins.some((kin) => kin.isOwn(pid));
  return (subreaper?.adopted() ?? []).filter((pid) => !isOfOne(pid));
}

/** A program of ours that runs what others have written: what it leaves behind is of no job. */
export function runsBesideJobs({ pid, exited }: Pick<Bun.Subprocess, "pid" | "exited">): void {
  const starter: Starter = { sinceTicks: statOf(pid)?.[Field.startTicks] ?? 0 };
  starterBegins(starter);
  void exited.finally(() => starterEnds(starter, ofNoJob().length > 0));
}

/** Who belongs to a job by descent, in whatever group. */
export interface Family extends Others {
  begin(root: Launched): void;
  cpuMs(): number | null;
}

export class Kin implements Family, Starter {
  sinceTicks: number | null = null;
  readonly #subreaper: Subreaper;
  #root: Launched | null = null;
  #rootCpuMs: number | null = null;

  /** `isAlone`: whoever launches it starts nothing else that is not told of (starters.ts), so that every orphan is of its jobs. */
  constructor(
    readonly jobId: string,
    readonly isAlone = true,
  ) {
    subreaper ??= new Subreaper();
    this.#subreaper = subreaper;
    open.add(this);
    starterBegins(this);
  }

  begin(root: Launched): void {
    this.#root = root;
    this.sinceTicks ??= root.id.startTicks;
    this.#rootCpuMs = null;
    void root.ended.then(({ cpuMs }) => {
      if (this.#root === root) this.#rootCpuMs = cpuMs;
    });
  }

  /** Everybody is looked at only while there is somebody to descend from. */
  pids(): readonly number[] {
    const orphans = this.#subreaper.adopted().filter((pid) => this.isOwn(pid));
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
    const isAnybodyLeft = (): boolean => this.#subreaper.adopted().length > 0;
    // whoever is moved between two parents in this moment is in none of the two
    const isLeft = isAnybodyLeft() || isAnybodyLeft();
    if (isLeft && this.pids().length > 0) outlived.add(this.jobId);
    open.delete(this);
    starterEnds(this, isLeft && ofNoJob().length > 0);
    // they are reaped for as long as there are any
    if (open.size > 0 || isLeft) return;
    outlived.clear();
    this.#subreaper[Symbol.dispose]();
    subreaper = null;
  }

  /**
   * Its marker, its tag or its session says so, or nobody else can have started it. That nobody knows where everybody's orphans come
   * to us (pid 1), or those of somebody who was our child before an exec (`server & exec bunctl runtime`).
   */
  isOwn(orphan: number): boolean {
    if (carriesMarker(this.#subreaper.proc, orphan, this.jobId)) return true;
    const stat = statOf(orphan);
    if (stat === null) return false;
    // nobody enters the session of somebody else, and a pid is not given away while it is the name of one (setsid(2))
    if (this.#root !== null && stat[Field.session] === this.#root.id.pid) return true;
    // of another job, as an app is whose manager has died: it has an owner, or gets one
    if (isTagged(orphan)) return false;
    const isTold =
      process.pid !== 1 && !this.#subreaper.hasStrangers && [...open].every(({ isAlone }) => isAlone);
    return isTold && onlyStarter(stat[Field.startTicks] ?? 0) === this;
  }

  #livingRoot({ id }: Launched, tree: ProcessTree): readonly number[] {
    return tree.get(id.pid)?.startTicks === id.startTicks ? [id.pid] : [];
  }
}
