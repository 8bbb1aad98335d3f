/** Finds the processes that read what this one writes. Freezing such a reader blocks us in a write, with nobody left to thaw it. */
import { isPipe, isReadable, readDescriptors, socketInode } from "../evidence/descriptors.ts";
import { getpid } from "../ffi.ts";
import { peerOf } from "../files/peer.ts";
import type { ProcFiles } from "../proc/proc-files.ts";

const OUTPUTS: ReadonlySet<number> = new Set([1, 2]);

/** Those of `pids` that hold the other end of our standard output or error; whom we may not look at is not known to. */
export const readersOfOurOutput = (proc: ProcFiles, pids: readonly number[]): ReadonlySet<number> => {
  const ours = (readDescriptors(proc, getpid()) ?? []).filter(({ number }) => OUTPUTS.has(number));
  const pipes = new Set(ours.map(({ target }) => target).filter(isPipe));
  // The ends of a socket pair have different numbers; the kernel remembers who made it: whoever started us.
  const sockets = ours.filter(({ target }) => socketInode(target) !== null);
  const makers = new Set(sockets.map(({ number }) => peerOf(number)?.pid ?? 0));
  const readsOne = (pid: number): boolean =>
    // another writer of the same pipe (a child that inherited our stdout) reads nothing
    (readDescriptors(proc, pid) ?? []).some((each) => pipes.has(each.target) && isReadable(proc, pid, each));
  return new Set(pids.filter((pid) => makers.has(pid) || (pipes.size > 0 && readsOne(pid))));
};
