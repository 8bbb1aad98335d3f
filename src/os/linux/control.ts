/** Linux behind the ProcessControl port. */
import type { ProcessControl } from "../../ports.ts";
import { startGuard } from "../guard.ts";
import { LINUX_GUARD } from "./guard.ts";
import { readMarks } from "./marks.ts";
import { identify, openPin } from "./pin.ts";
import { ProcFiles } from "./proc-files.ts";
import { readersOfOurOutput } from "./readers.ts";
import { requireOwnProc } from "./require-own-proc.ts";

/** Two clock ticks of 10 ms. */
const AMBIGUOUS_AGE_MS = 20;

/** Throws an Error with code "PROC_NAMESPACE" where /proc shows another PID namespace's numbers. */
export const openLinuxControl = (): ProcessControl => {
  requireOwnProc();
  const proc = new ProcFiles();
  return {
    ambiguousAgeMs: AMBIGUOUS_AGE_MS,
    pin: (id) => openPin(proc, id),
    identify: (pid) => identify(proc, pid),
    marks: (pid) => readMarks(proc, pid),
    guard: () => startGuard(LINUX_GUARD),
    readersOfOurOutput,
  };
};
