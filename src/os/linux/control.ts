/** Linux behind the ProcessControl port. */
import type { ProcessControl } from "../../ports.ts";
import { startGuard } from "./guard.ts";
import { identify, openPin } from "./pin.ts";
import { ProcFiles } from "./proc-files.ts";
import { readersOfOurOutput } from "./readers.ts";
import { requireOwnProc } from "./require-own-proc.ts";

/** Throws an Error with code "PROC_NAMESPACE" where /proc shows another PID namespace's numbers. */
export const openLinuxControl = (): ProcessControl => {
  requireOwnProc();
  const proc = new ProcFiles();
  return {
    pin: (id) => openPin(proc, id),
    identify: (pid) => identify(proc, pid),
    guard: startGuard,
    readersOfOurOutput,
  };
};
