/** Linux behind the ProcessControl port. */
import type { ProcessControl } from "../../../ports/control.ts";
import { GuardKeeper, type GuardScript, guardScript } from "../../guard.ts";
import { openFilesLimit } from "../start/inherited.ts";
import { readMarks } from "../proc/marks.ts";
import { identify, openPin } from "./pin.ts";
import { ProcFiles } from "../proc/proc-files.ts";
import { requireOwnProc, ownBootId } from "../proc/this-process.ts";
import { isPipe, isReadable, readDescriptors, socketInode } from "../evidence/descriptors.ts";
import { getpid } from "../ffi.ts";
import { peerOf } from "../files/peer.ts";
import { ownChild } from "../contain/own-children.ts";

/** Of the open files allowed: a pin takes one. */
const KEPT_SHARE = 1 / 16;
/** Two clock ticks of 10 ms. */
const AMBIGUOUS_AGE_MS = 20;

/** Throws an Error with code "PROC_NAMESPACE" where /proc shows another PID namespace's numbers. */
export const openLinuxControl = (): ProcessControl => {
  requireOwnProc();
  const proc = new ProcFiles();
  const keeper = new GuardKeeper(LINUX_GUARD);
  return {
    bootId: ownBootId(),
    ambiguousAgeMs: AMBIGUOUS_AGE_MS,
    mostKept: Math.floor(openFilesLimit() * KEPT_SHARE),
    pin: (id) => openPin(proc, id),
    identify: (pid) => identify(proc, pid),
    marks: (pid) => readMarks(proc, pid),
    guard: () => keeper.lease(),
    readersOfOurOutput: (pids) => readersOfOurOutput(proc, pids),
  };
};

const OUTPUTS: ReadonlySet<number> = new Set([1, 2]);

/**
 * Freezing a reader of what we write would block us in a write, with nobody left to thaw it.
 *
 * Those of `pids` that hold the other end of our standard output or error; whom we may not look at is not known to.
 */
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

/**
 * Takes pid and start ticks. The name in /proc/PID/stat may hold newlines, so all lines of it are joined, and what follows
 * the last ") " is numbers; field 22 is the 20th of them.
 */
const THAW = `
started() { shift 19; startNow=$1; }
thaw() {
  stat=
  while read -r part; do stat="$stat $part"; done < "/proc/$1/stat" || return
  started \${stat##*) }
  if [ "$startNow" = "$2" ]; then kill -CONT "$1"; fi
}`;

/**
 * The process that thaws what we froze, should we be KILLed or stopped in between (I4): SIGSTOP has no automatic end.
 *
 * A few lines for a shell: it needs no Bun, 2 MB and no other process. Its standard input is our pipe, which the
 * kernel closes whatever way we die; then it continues every process whose start time still matches. The
 * executable is deliberately not compared: a process that we stopped in the middle of an exec has another
 * one by now and needs the SIGCONT all the same, and no process can take over a pid *and* its start tick.
 */
export const LINUX_GUARD: GuardScript = {
  source: guardScript(THAW),
  nameOf: ({ pid, startTicks }) => `${pid} ${startTicks}`,
  env: {},
  onStart: ownChild,
};
