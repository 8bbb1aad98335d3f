/**
 * A wrapper that stands still with the gate's lock keeps all others out until somebody thinks of `fg`. So Ctrl-Z goes unheard while
 * it is held, which is for milliseconds and before there is a program that it could be meant for. SIGSTOP cannot be helped.
 */
import { address, allocate, SYS, syscall } from "../ffi.ts";

const SIGTSTP = 20;
const SIG_IGN = 1n;
/** The kernel's struct sigaction, rt_sigaction(2): handler, flags, restorer and mask, eight bytes each. */
const [ACTION_BYTES, MASK_BYTES] = [32, 8] as const;

/** Until it is disposed. What was to be done about it before is done again then. */
export function putOffStop(): Disposable {
  const [ignore, before] = [allocate(ACTION_BYTES), allocate(ACTION_BYTES)];
  new DataView(ignore.buffer).setBigUint64(0, SIG_IGN, true);
  const result = syscall(SYS.rt_sigaction, SIGTSTP, address(ignore), address(before), MASK_BYTES);
  return {
    [Symbol.dispose]: () => {
      if (result === 0) syscall(SYS.rt_sigaction, SIGTSTP, address(before), 0, MASK_BYTES);
    },
  };
}
