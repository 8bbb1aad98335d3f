/** Finds what a fresh look shows of a tree that is being stopped: members born since. Pure. */
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

export interface Tree {
  /** Pinned members that lived when the snapshot was begun. */
  readonly members: readonly ProcessSample[];
  /** Whether a member lived when the snapshot was complete. */
  readonly isLiving: (member: ProcessSample) => boolean;
  /** Descendants that the plan leaves alone: below a Bun process among them nothing is looked at either. */
  readonly spared: ReadonlySet<string>;
  readonly mayKill: (process: ProcessSample) => boolean;
}

/**
 * Bun descendants always, others in the session of a Bun member: the same rule by which the plan chose. The walk
 * stops at what is vetoed or spared, and goes on through a foreign session, where it takes only Bun processes.
 */
export const rescan = (snapshot: Snapshot, tree: Tree): Rescan => {
  const children = Map.groupBy(snapshot.processes.values(), ({ ppid }) => ppid);
  const known = new Map(tree.members.map((member) => [member.id.pid, member]));
  const sessions = new Set(tree.members.filter(isBun).map(({ sid }) => sid));
  const found: ProcessSample[] = [];
  const left: ProcessSample[] = [];
  const seen = new Set<number>();
  const queue = tree.members.filter((member) => hadItsPid(member, snapshot, tree)).map(({ id }) => id.pid);
  for (let pid = queue.shift(); pid !== undefined; pid = queue.shift()) {
    for (const child of children.get(pid) ?? []) {
      if (seen.has(child.id.pid) || isGone(child)) continue;
      seen.add(child.id.pid);
      const member = known.get(child.id.pid);
      if (member !== undefined && isStill(member.id, child.id)) {
        queue.push(child.id.pid);
        continue;
      }
      const spared = tree.spared.has(processKey(child.id));
      if ((spared && isBun(child)) || !tree.mayKill(child)) {
        left.push(child);
        continue;
      }
      queue.push(child.id.pid);
      if (isBun(child)) sessions.add(child.sid);
      if (!spared && (isBun(child) || (child.sid !== null && sessions.has(child.sid)))) found.push(child);
      else left.push(child);
    }
  }
  return { found, left };
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
const hadItsPid = (member: ProcessSample, { processes }: Snapshot, { isLiving }: Tree): boolean => {
  const now = processes.get(member.id.pid);
  return now === undefined ? isLiving(member) : isStill(now.id, member.id);
};

const isBun = ({ runtime }: ProcessSample): boolean => runtime !== "other";

/** An executable that cannot be read (a leader that ended before its threads) contradicts nothing. */
const isStill = (a: ProcessId, b: ProcessId): boolean =>
  a.pid === b.pid && a.startTicks === b.startTicks && (a.exe === null || b.exe === null || a.exe === b.exe);
