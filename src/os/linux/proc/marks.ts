/**
 * A mark that a process hands down to everybody it starts, through any number of forks, execs, sessions and scrubbed
 * environments: the proof of descent that nothing else in /proc gives once a parent has ended. It is left in two places,
 * and either shows it.
 *
 * A bit of /proc/PID/coredump_filter: "inherited by a child created via fork(2) and preserved across an execve(2)"
 * (core(5)); its owner may write it. The two bits used say whether a core dump has the mappings of DAX devices in it.
 * Needs CONFIG_ELF_CORE, and a process that is dumpable. A child that has not come to its exec yet bears it, too.
 *
 * The hard limit RLIMIT_LOCKS, at which Linux has not looked since 2.4.25: the bit may be cleared by whoever bears it,
 * and this may be raised again by nobody without CAP_SYS_RESOURCE (prlimit(2)).
 */
import type { Mark, Marks } from "../../../core/process/process.ts";
import { address, allocate, close, cString, O_WRONLY, open, SYS, syscall, write } from "../ffi.ts";
import { ENTRY, type ProcFiles } from "./proc-files.ts";

const BIT: Readonly<Record<Mark, number>> = { watched: 1 << 7, stopped: 1 << 8 };
const RLIMIT_LOCKS = 10;
const UNLIMITED = 2n ** 64n - 1n;
/** At most this much for these marks; everybody's is unlimited. Lowering it further does not take "watched" off. */
const LIMITS: readonly (readonly [bigint, Marks])[] = [
  [2n ** 60n, { watched: true, stopped: true }],
  [2n ** 61n, { watched: true, stopped: false }],
  [2n ** 62n, { watched: false, stopped: true }],
];

/** struct rlimit64: soft, hard. Overwritten by the next call. */
const limits = new BigUint64Array(allocate(16).buffer);
const limitsAddress = address(new Uint8Array(limits.buffer));

/** Reads the marks that it bears; null = it is gone, this system does not tell, or everybody here bears a mark. */
export const readMarks = (proc: ProcFiles, pid: number): Marks | null => {
  const [own, marks] = [read(proc, process.pid), read(proc, pid)];
  return own === null || own.watched || own.stopped ? null : marks;
};

/**
 * Whether it bears the mark now and did not before: a mark that was there proves nothing. `isStill` is asked once the
 * descriptor, which stays bound to whoever had the pid when it was opened, is held; the limit is set by pid right after.
 */
export const writeMark = (proc: ProcFiles, pid: number, mark: Mark, isStill: () => boolean): boolean => {
  const before = readMarks(proc, pid);
  if (before === null || before[mark]) return false;
  const fd = open(`/proc/${pid}/coredump_filter`, O_WRONLY);
  const isLeft = isStill();
  if (isLeft) {
    const filter = readFilter(proc, pid);
    // what fails leaves no proof, and harms nobody: it is read again below
    if (fd >= 0 && filter !== null) write(fd, cString(`0x${(filter | BIT[mark]).toString(16)}`));
    const hard = limitFor({ ...before, [mark]: true });
    // the soft one may be the tag of its job
    if (syscall(SYS.prlimit64, pid, RLIMIT_LOCKS, 0, limitsAddress) < 0) limits.fill(hard);
    if ((limits[0] ?? hard) > hard) limits[0] = hard;
    limits[1] = hard;
    syscall(SYS.prlimit64, pid, RLIMIT_LOCKS, limitsAddress, 0);
  }
  if (fd >= 0) close(fd);
  return isLeft && readMarks(proc, pid)?.[mark] === true;
};

function read(proc: ProcFiles, pid: number): Marks | null {
  const [filter, limit] = [readFilter(proc, pid), readLimit(pid)];
  if (filter === null && limit === null) return null;
  const byLimit = limit === null ? undefined : LIMITS.find(([most]) => limit <= most)?.[1];
  const bears = (mark: Mark): boolean => ((filter ?? 0) & BIT[mark]) !== 0 || byLimit?.[mark] === true;
  return { watched: bears("watched"), stopped: bears("stopped") };
}

const limitFor = ({ watched, stopped }: Marks): bigint =>
  LIMITS.find(([, marks]) => marks.watched === watched && marks.stopped === stopped)?.[0] ?? UNLIMITED;

const readFilter = (proc: ProcFiles, pid: number): number | null => {
  const length = proc.read(pid, ENTRY.coredumpFilter);
  if (length <= 0) return null;
  const filter = Number.parseInt(proc.latin1(length), 16);
  return Number.isNaN(filter) ? null : filter;
};

const readLimit = (pid: number): bigint | null =>
  syscall(SYS.prlimit64, pid, RLIMIT_LOCKS, 0, limitsAddress) < 0 ? null : (limits[1] ?? null);
