/**
 * A tag that a job's root hands down to everybody it starts, through any number of forks, execs, sessions and scrubbed environments:
 * the soft limit RLIMIT_LOCKS, at which Linux has not looked since 2.4.25 (prlimit(2)). It is set before the root exists, so nobody is
 * born without it. The hard limit is left as it is: it has the marks of the watchdog (proc/marks.ts).
 *
 * Whoever wants to be rid of it can be: it finds those who have only lost their environment and their parent.
 */
import { address, allocate, SYS, syscall } from "../ffi.ts";

const RLIMIT_LOCKS = 10;
/** Below every limit that a mark sets. */
const TAGS = 2n ** 58n;

/** struct rlimit64: soft, hard. Overwritten by the next call. */
const limits = new BigUint64Array(allocate(16).buffer);
const limitsAddress = address(new Uint8Array(limits.buffer));

/** Different for any two jobs that are likely to meet. */
const tagOf = (jobId: string): bigint => TAGS + (Bun.hash(jobId) % TAGS);

/** What `start` starts bears the tag; where the limit cannot be set, it does not. */
export function tagged<T>(jobId: string, start: () => T): T {
  if (syscall(SYS.prlimit64, 0, RLIMIT_LOCKS, 0, limitsAddress) < 0) return start();
  const [soft = 0n, hard = 0n] = limits;
  setOwn(tagOf(jobId), hard);
  try {
    return start();
  } finally {
    setOwn(soft, hard);
  }
}

function setOwn(soft: bigint, hard: bigint): void {
  limits[0] = soft;
  limits[1] = hard;
  syscall(SYS.prlimit64, 0, RLIMIT_LOCKS, limitsAddress, 0);
}

/** Of whatever job; false also where it may not be read. */
export const isTagged = (pid: number): boolean =>
  syscall(SYS.prlimit64, pid, RLIMIT_LOCKS, 0, limitsAddress) >= 0 && (limits[0] ?? 0n) / TAGS === 1n;

/** false also where it may not be read. */
export const bearsTag = (pid: number, jobId: string): boolean =>
  syscall(SYS.prlimit64, pid, RLIMIT_LOCKS, 0, limitsAddress) >= 0 && limits[0] === tagOf(jobId);
