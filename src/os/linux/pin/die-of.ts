/** Ends this process by a signal, as its child was ended by it: default action, no core file beside the child's. */
import { address, allocate, SYS, syscall } from "../ffi.ts";

const [PR_SET_DUMPABLE, RLIMIT_CORE, SIG_UNBLOCK] = [4, 4, 1] as const;
/** struct sigaction of the kernel (handler, flags, restorer, mask), struct rlimit64, sigset_t. */
const [ACTION_BYTES, RLIMIT_BYTES, MASK_BYTES] = [32, 16, 8] as const;

/** Returns where the signal does not end us: as pid 1, which the kernel does not let die of one. */
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
