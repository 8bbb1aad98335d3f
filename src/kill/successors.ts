/** Looks through a snapshot for those who came out of a victim, and for those that a supervisor brought back. */
import { isGone, type Mark, type Marks, type ProcessSample, type Snapshot } from "../core/process/process.ts";
import type { ProcessControl } from "../ports/control.ts";
import type { ProcessSampler } from "../ports/sampler.ts";
import { hasSameArguments, isRestart, isTwin, type TwinParent } from "./respawn.ts";

/** A victim that has ended: what a twin may have come out of. */
export interface Predecessor {
  readonly sample: ProcessSample;
  /** It bore our mark while it lived: so does whoever it started. */
  readonly isMarked: boolean;
  /** Monotonic; null = before we came. */
  readonly endedMs: number | null;
}

/** A twin that is back through a supervisor's doing. */
export interface Respawn {
  readonly victim: ProcessSample;
  readonly twin: ProcessSample;
  readonly parent: TwinParent;
}

export interface SuccessorSearch {
  readonly predecessors: readonly Predecessor[];
  /** Targets, and whoever was there before: never a twin that came back. */
  readonly isKnown: (process: ProcessSample) => boolean;
  readonly signalling: boolean;
  /** The victim had lost its parent: the reaper that it hung at had not started it, and starts it no more. */
  readonly isOrphan: boolean;
  /** The victim's head was given the mark of a succession by us, and did not bear it before. */
  readonly isHeadMarked: boolean;
  /** Whether a twin may have the mark from somebody that is no offspring of the victim's. */
  readonly hasFromElsewhere: (twin: ProcessSample, victim: ProcessSample, mark: Mark) => boolean;
  readonly describe: (pid: number) => string | null;
  readonly marks: (pid: number) => Marks | null;
}

interface FoundSuccessors {
  readonly successors: readonly ProcessSample[];
  readonly respawns: readonly Respawn[];
  /** Came out of a victim and runs another program: it is named, and not ended for what the victim did. */
  readonly changed: readonly ProcessSample[];
  /** A twin's parent ended between two readings: the next look will know where it hangs. */
  readonly isChanging: boolean;
}

/**
 * A successor is a twin that was proven to descend from a victim: it bears the mark that was left on that. When it was
 * born, where it hangs and in which session proves nothing: who deploys the same program anew does the same.
 */
export const findSuccessors = (snapshot: Snapshot, search: SuccessorSearch): FoundSuccessors => {
  let isChanging = false;
  const successors: ProcessSample[] = [];
  const respawns: Respawn[] = [];
  const changed: ProcessSample[] = [];
  for (const twin of search.predecessors.length === 0 ? [] : snapshot.processes.values()) {
    if (isGone(twin) || search.isKnown(twin)) continue;
    const alike = search.predecessors.filter(({ sample }) => isTwin(sample, twin));
    const victim = alike[0]?.sample;
    if (victim === undefined) {
      if (twin.runtime === "other") continue;
      const proof = proofOf(search.marks(twin.id.pid), search.predecessors, search);
      // in the middle of its exec, which takes long on a loaded machine: the next look shows what it is
      if (proof !== null && isExecuting(twin)) isChanging = true;
      else if (search.signalling && proof === "stopped" && !isMarkedElsewhere(twin, search))
        changed.push(twin);
      continue;
    }
    const marks = search.marks(twin.id.pid);
    const proof = proofOf(marks, alike, search);
    if (proof !== null && !search.hasFromElsewhere(twin, oldest(alike), proof)) {
      successors.push(twin);
      continue;
    }
    if (!search.signalling) continue;
    if (marks !== null && !hasSameArguments(victim, twin)) continue;
    const command = search.describe(twin.ppid);
    if (command === null) {
      isChanging = true;
      continue;
    }
    const parent = { pid: twin.ppid, command };
    // Where no mark can be left, whoever looks like the victim is named, and nothing more.
    const cameAfter = isAfter(alike, twin, snapshot);
    // who bears what proves nothing may be the victim's offspring or not
    const isOpen = marks === null || (marks.stopped && alike.some(({ endedMs }) => endedMs !== null));
    if (isOpen || isRestart(victim, twin, parent, { wasOrphan: search.isOrphan, cameAfter }))
      respawns.push({ victim, twin, parent });
  }
  return { successors, respawns, changed, isChanging };
};

/** One predecessor may have come out of another. */
const oldest = (alike: readonly Predecessor[]): ProcessSample =>
  alike
    .map(({ sample }) => sample)
    .reduce((one, other) => (other.id.startTicks < one.id.startTicks ? other : one));

/** It has no arguments yet. */
export const isExecuting = ({ argv }: Pick<ProcessSample, "argv">): boolean => argv?.length === 0;

const isMarkedElsewhere = (
  process: ProcessSample,
  { predecessors, hasFromElsewhere }: SuccessorSearch,
): boolean => hasFromElsewhere(process, oldest(predecessors.filter(({ isMarked }) => isMarked)), "stopped");

/** Whether it was born after an end. Of that we hear a moment late; who is in doubt is rather named than not. */
const isAfter = (
  alike: readonly Predecessor[],
  { ageMs }: ProcessSample,
  { monotonicMs }: Snapshot,
): boolean => alike.some(({ endedMs }) => endedMs === null || monotonicMs - ageMs >= endedMs - LATE_MS);

const LATE_MS = 100;

/**
 * The mark that shows whose offspring it is; null = none does. Only one that we have left counts: a shell may have such bits set, and
 * whatever is started there has them. A victim that was gone before it could be marked may have been marked as a head
 * earlier (core/judge/lineage.ts).
 */
const proofOf = (
  marks: Marks | null,
  alike: readonly Predecessor[],
  { isHeadMarked }: Pick<SuccessorSearch, "isHeadMarked">,
): Mark | null => {
  if (marks?.stopped === true && alike.some(({ isMarked }) => isMarked)) return "stopped";
  return marks?.watched === true && isHeadMarked && alike.some(({ isMarked }) => !isMarked)
    ? "watched"
    : null;
};

/**
 * Somebody above it who was there before the victim, and so never came out of that, bears such a mark as well. The victim
 * itself may still be its parent, in the middle of its end.
 */
export const hasFromElsewhere =
  (sampler: Pick<ProcessSampler, "ancestors">, control: Pick<ProcessControl, "identify" | "marks">) =>
  (twin: ProcessSample, victim: ProcessSample, mark: Mark): boolean =>
    sampler.ancestors(twin.id.pid).some((pid) => {
      const startTicks = control.identify(pid)?.startTicks ?? Infinity;
      if (pid === victim.id.pid && startTicks === victim.id.startTicks) return false;
      return startTicks <= victim.id.startTicks && control.marks(pid)?.[mark] === true;
    });
