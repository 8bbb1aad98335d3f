/** Linux behind the ProcessControl port. */
import type { ProcessControl } from "../../../ports/control.ts";
import { GuardKeeper } from "../../guard.ts";
import { openFilesLimit } from "../start/descriptors.ts";
import { LINUX_GUARD } from "./guard.ts";
import { readMarks } from "../proc/marks.ts";
import { identify, openPin } from "./pin.ts";
import { ProcFiles } from "../proc/proc-files.ts";
import { readersOfOurOutput } from "./readers.ts";
import { requireOwnProc } from "../proc/require-own-proc.ts";
import { ownBootId } from "../proc/this-process.ts";

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
