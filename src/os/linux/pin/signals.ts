/** Signals by name, signal(7): alike on x64 and arm64. Not node:os: that takes a fifth of Bun's start to load. */
import { address, allocate, SYS, syscall } from "../ffi.ts";

const NAMES =
  "HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ " +
  "VTALRM PROF WINCH IO PWR SYS";

/** SIGHUP is number 1. */
const names: readonly string[] = NAMES.split(" ").map((name) => `SIG${name}`);
const LAST = 64;

/** "SIGTERM" or, of a real-time signal, its number as Bun gives it ("34"); null = no signal. */
export function signalNumber(name: string): number | null {
  const at = names.indexOf(name);
  const number = at < 0 ? Number(name) : at + 1;
  return Number.isInteger(number) && number > 0 && number <= LAST ? number : null;
}

/** As Bun names it; null = it is the number of none. */
export const signalName = (number: number): string | null =>
  number > 0 && number <= LAST ? (names[number - 1] ?? String(number)) : null;

const [PR_SET_DUMPABLE, RLIMIT_CORE, SIG_UNBLOCK] = [4, 4, 1] as const;
/** struct sigaction of the kernel (handler, flags, restorer, mask), struct rlimit64, sigset_t. */
const [ACTION_BYTES, RLIMIT_BYTES, MASK_BYTES] = [32, 16, 8] as const;

/**
 * Ends this process by a signal, as its child was ended by it: default action, no core file beside the child's. Returns where
 * the signal does not end us: as pid 1, which the kernel does not let die of one.
 */
export function dieOf(signal: number): void {
  // the one where a file is written, the other where a program takes the core: core(5)
  syscall(SYS.prctl, PR_SET_DUMPABLE, 0);
  syscall(SYS.prlimit64, 0, RLIMIT_CORE, address(allocate(RLIMIT_BYTES)), 0);
  // Bun has handlers of its own, for SIGSEGV for one
  syscall(SYS.rt_sigaction, signal, address(allocate(ACTION_BYTES)), 0, MASK_BYTES);
  const mask = allocate(MASK_BYTES);
  new DataView(mask.buffer).setBigUint64(0, 1n << BigInt(signal - 1), true);
  syscall(SYS.rt_sigprocmask, SIG_UNBLOCK, address(mask), 0, MASK_BYTES);
  syscall(SYS.kill, process.pid, signal);
}
