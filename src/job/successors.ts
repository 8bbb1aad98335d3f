/** Looks through a snapshot for those who came out of a victim, and for those that a supervisor brought back. Pure. */
import { sameSession, type ProcessSample, type Snapshot } from "../core/process.ts";
import { hasSameArguments, isTwin, originOf, type Parent } from "./respawn.ts";

/** A victim that has ended: what a twin may have come out of. */
export interface Skin {
  readonly sample: ProcessSample;
  /** The systemd service it belonged to; null = none. */
  readonly service: string | null;
  /** It stood still under our SIGSTOP when it was killed. */
  readonly diedFrozen: boolean;
  /** Monotonic; null = before we came. */
  readonly endedMs: number | null;
}

/** A twin that is back through a supervisor's doing. */
export interface Respawn {
  readonly victim: ProcessSample;
  readonly twin: ProcessSample;
  readonly parent: Parent;
}

export interface Hunt {
  readonly skins: readonly Skin[];
  /** Targets, and whoever was there before: never a twin that came back. */
  readonly isKnown: (process: ProcessSample) => boolean;
  /** We have begun to signal. */
  readonly signalling: boolean;
  readonly describe: (pid: number) => string | null;
}

export interface Found {
  readonly successors: readonly ProcessSample[];
  readonly respawns: readonly Respawn[];
  /** A twin's parent ended between two readings: the next look will know where it hangs. */
  readonly isChanging: boolean;
}

export const findSuccessors = (snapshot: Snapshot, { skins, isKnown, signalling, describe }: Hunt): Found => {
  let isChanging = false;
  const successors: ProcessSample[] = [];
  const respawns: Respawn[] = [];
  for (const twin of skins.length === 0 ? [] : snapshot.processes.values()) {
    if (isKnown(twin)) continue;
    const worn = skins.filter((skin) => isTwin(skin.sample, twin) && cameAfter(skin, twin, signalling));
    const victim = worn[0];
    if (victim === undefined) continue;
    const pid = firstOf(
      twin,
      (process) => !isKnown(process) && isTwin(victim.sample, process),
      snapshot,
    ).ppid;
    const command = describe(pid);
    if (command === null) {
      isChanging = true;
      continue;
    }
    const parent = { pid, command };
    // What died frozen started nothing after it; a further twin is somebody else's doing.
    const startedItself =
      worn.every(({ diedFrozen }) => !diedFrozen) && worn.some((skin) => canBeFrom(skin, twin, snapshot));
    if (startedItself && originOf(victim, twin, parent) === "successor") successors.push(twin);
    else if (hasSameArguments(victim.sample, twin)) respawns.push({ victim: victim.sample, twin, parent });
  }
  return { successors, respawns, isChanging };
};

/** The head of a hydra may hang at the one before it, for as long as that takes to end: what counts is the first. */
const firstOf = (
  twin: ProcessSample,
  isAnother: (process: ProcessSample) => boolean,
  { processes }: Snapshot,
): ProcessSample => {
  let first = twin;
  for (let steps = 0; steps < processes.size; steps++) {
    const parent = processes.get(first.ppid);
    if (parent === undefined || !isAnother(parent)) return first;
    first = parent;
  }
  return first;
};

/**
 * Of a victim that we signalled: whoever was not there before. One that we came too late for (Z13) was replaced
 * without us: in its session, by somebody who started after it was last seen.
 */
const cameAfter = ({ sample, endedMs }: Skin, twin: ProcessSample, signalling: boolean): boolean =>
  endedMs === null
    ? sameSession(twin.sid, sample.sid) && twin.startTimeMs >= sample.startTimeMs + sample.ageMs
    : signalling;

/**
 * Whether the twin can come from this skin: it was born while the skin lived (somebody who restarts it does so after
 * its end), or is of its session, where heads that we never saw may lie between the two. In doubt it was born as early
 * as it can have been: one that starts itself again does so right before its end, and must not get away by the error of
 * a clock.
 */
const canBeFrom = ({ sample, endedMs }: Skin, twin: ProcessSample, { monotonicMs }: Snapshot): boolean =>
  endedMs === null || sameSession(twin.sid, sample.sid) || bornMs(twin, monotonicMs) <= endedMs;

/** Monotonic, the earliest it can be. */
const bornMs = ({ ageMs, ageErrorMs = 0 }: ProcessSample, nowMs: number): number =>
  nowMs - ageMs - ageErrorMs;
