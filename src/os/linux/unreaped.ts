/**
 * Threads that have ended and are traced stay until their tracer has taken their status: a debugger at its prompt never
 * does. A process of which only these are left is dead, though the kernel counts them, and tells nobody of its end.
 */
import type { ProcessState } from "../../core/process.ts";
import { Errno } from "./ffi.ts";
import { directoriesIn, readText } from "./files.ts";
import { parseStatus } from "./status.ts";

const ENDED: ReadonlySet<string> = new Set(["Z", "X"]);

/** Of a process whose first thread has ended: that one, and those of the others that still run. Else as the kernel counts them. */
export function livingThreads(pid: number, state: ProcessState, counted: number): number {
  if (state !== "zombie" || counted <= 1) return counted;
  const threads = directoriesIn(`/proc/${pid}/task`);
  if (typeof threads === "number") return counted;
  return 1 + threads.filter((thread) => thread !== String(pid) && !hasEnded(pid, thread)).length;
}

/** One that is gone between two looks has ended. What cannot be read has not, as far as we know. */
function hasEnded(pid: number, thread: string): boolean {
  const text = readText(`/proc/${pid}/task/${thread}/stat`);
  if (typeof text === "number") return text === -Errno.ENOENT || text === -Errno.ESRCH;
  // the name before it may hold any character
  return ENDED.has(text.charAt(text.lastIndexOf(")") + 2));
}

/** Who has to take the status of a dead process before its parent can: whoever traces a thread of it; null = nobody. */
export function tracerOf(pid: number): number | null {
  const threads = directoriesIn(`/proc/${pid}/task`);
  for (const thread of typeof threads === "number" ? [] : threads) {
    const text = readText(`/proc/${pid}/task/${thread}/status`);
    const tracer = typeof text === "number" ? 0 : Number(/^TracerPid:\s*(\d+)$/m.exec(text)?.[1] ?? 0);
    if (tracer > 0) return tracer;
  }
  return null;
}

/** A leader that exited has no memory, its living threads have all of it; without any there is none left. */
export function memoryOfThreads(pid: number): number | null {
  const threads = directoriesIn(`/proc/${pid}/task`);
  if (typeof threads === "number") return null;
  for (const thread of threads) {
    if (thread === String(pid)) continue;
    const text = readText(`/proc/${pid}/task/${thread}/status`);
    const memory = typeof text === "number" ? null : parseStatus(text).memoryBytes;
    if (memory !== null) return memory;
  }
  return 0;
}
