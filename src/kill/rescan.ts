/** Finds what a fresh look shows of a tree that is being stopped: members born since. Pure. */
import { childrenAmong, dieWith } from "../core/plan/targets.ts";
import { isBun } from "../core/process/tree.ts";
import {
  isGone,
  processKey,
  type ProcessId,
  type ProcessSample,
  type Snapshot,
} from "../core/process/process.ts";

export interface Rescan {
  /** Not known yet, parents first. */
  readonly found: readonly ProcessSample[];
  /** Descendants that stay: vetoed, or not Bun and in a session of their own. */
  readonly left: readonly ProcessSample[];
}

interface Tree {
  /** Pinned members that lived when the snapshot was begun. */
  readonly members: readonly ProcessSample[];
  /** Whether a member lived when the snapshot was complete. */
  readonly isLiving: (member: ProcessSample) => boolean;
  /** Descendants that the plan leaves alone: below a Bun process among them nothing is looked at either. */
  readonly spared: ReadonlySet<string>;
  readonly mayKill: (process: ProcessSample) => boolean;
}

export const rescan = (snapshot: Snapshot, { members, isLiving, spared, mayKill }: Tree): Rescan => {
  const isSpared = ({ id }: ProcessSample): boolean => spared.has(processKey(id));
  const { targets, left } = dieWith(
    members.filter((member) => hadItsPid(member, snapshot, isLiving)),
    childrenAmong(snapshot.processes.values()),
    (process) => (isBun(process) && isSpared(process)) || !mayKill(process),
    isSpared,
  );
  return { found: targets, left };
};

/** Where the view is one container: everybody in it belongs to it, wherever in the tree they hang. */
export const everyone = ({ processes }: Snapshot, mayKill: (process: ProcessSample) => boolean): Rescan => {
  const living = [...processes.values()].filter((process) => !isGone(process));
  return { found: living.filter(mayKill), left: living.filter((process) => !mayKill(process)) };
};

/**
 * Whether that pid, as somebody's ppid in the snapshot, means this member: it is in the snapshot itself, or lived
 * until after it. Otherwise the pid may have passed to a stranger, whose children are none of ours.
 */
const hadItsPid = (member: ProcessSample, { processes }: Snapshot, isLiving: Tree["isLiving"]): boolean => {
  const now = processes.get(member.id.pid);
  return now === undefined ? isLiving(member) : isStill(now.id, member.id);
};

/** An executable that cannot be read (a leader that ended before its threads) contradicts nothing. */
const isStill = (a: ProcessId, b: ProcessId): boolean =>
  a.pid === b.pid && a.startTicks === b.startTicks && (a.exe === null || b.exe === null || a.exe === b.exe);
