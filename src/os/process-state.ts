/**
 * A state by its letter, as /proc/PID/stat (fs/proc/array.c task_state_array) and ps(1) print it. "t" is a tracing stop, "D"
 * cannot be interrupted even by SIGKILL; "U" is what macOS says for that.
 */
import type { ProcessState } from "../core/process/process.ts";

const STATES: Readonly<Record<string, ProcessState>> = {
  R: "running",
  D: "uninterruptible",
  U: "uninterruptible",
  T: "stopped",
  t: "stopped",
  Z: "zombie",
  X: "dead",
  x: "dead",
  I: "idle",
};

export const stateNamed = (letter: string): ProcessState => STATES[letter] ?? "sleeping";
